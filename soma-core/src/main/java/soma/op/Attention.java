package soma.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;
import soma.kernel.AttentionLoops;
import soma.kernel.AttentionShape;
import soma.kernel.HeadRows;
import soma.kernel.ScoreMask;

/**
 * y = softmax(q k^T scale + mask) v in each of several heads, which lie side by side in the features, without ever
 * writing the scores of all queries to memory; see {@link AttentionLoops}.
 * <p>in: q, k and v beside each other (N, T, 3D); or q (N, L, D) and k and v beside each other (N, S, 2D); or q (N, L,
 * D), k (N, S, D), v (N, S, Dv). So the projections are read where they lie. If {@code causal}, query i sees the keys up
 * to {@code offset + i}, and {@code position}, an int64 (1), is added to that: a number that changes from run to run of
 * a plan. mask: (N or 1, heads or 1, L or 1, S), not differentiated. Results: y (N, L, Dv), and the logarithms of the
 * sums (N, heads, L) for {@link AttentionGrad}.
 */
public record Attention(List<Tensor> in, Options options, Optional<Tensor> mask, Optional<Tensor> position)
        implements KernelOp {

    /** The widest head that the op takes. */
    public static final int MOST_WIDTH = AttentionLoops.MOST_WIDTH;

    /** What is no tensor. */
    public record Options(int heads, double scale, boolean causal, int offset) {}

    public Attention {
        in = List.copyOf(in);
        int heads = options.heads();
        int packed = in.size() == 1 ? 3 : 1;
        var q = in.get(0);
        var k = in.get(in.size() == 1 ? 0 : 1);
        int width = q.rank() == 3 ? q.size(2) / packed : 0;
        boolean fits = in.size() <= 3 && in.stream().allMatch(x -> x.rank() == 3 && x.size(0) == q.size(0));
        fits = fits && width % heads == 0 && q.size(2) == packed * width;
        fits = fits && (in.size() != 2 || k.size(2) == 2 * width);
        fits = fits
                && (in.size() != 3
                        || k.size(2) == width
                                && k.size(1) == in.get(2).size(1)
                                && in.get(2).size(2) % heads == 0);
        if (!fits) {
            throw new ShapeException(
                    "attention: " + in.stream().map(Tensor::shape).toList() + " with " + heads
                            + " heads, expected (N, T, 3D), or (N, L, D) and (N, S, 2D), or (N, L, D), (N, S, D) and"
                            + " (N, S, Dv), D and Dv multiples of the number of heads");
        }
        if (mask.isPresent()
                && !(mask.get().rank() == 4
                        && mask.get().size(3) == k.size(1)
                        && mask.get().shape().broadcastsTo(Shape.of(q.size(0), heads, q.size(1), k.size(1))))) {
            throw new ShapeException("attention: mask " + mask.get().shape() + ", expected (N, heads, L, S) = ("
                    + q.size(0) + ", " + heads + ", " + q.size(1) + ", " + k.size(1) + "), each but S perhaps 1");
        }
    }

    int width() {
        return in.get(0).size(2) / (in.size() == 1 ? 3 : 1);
    }

    int valueWidth() {
        return in.size() == 3 ? in.get(2).size(2) : width();
    }

    private int keys() {
        return in.get(in.size() == 1 ? 0 : 1).size(1);
    }

    @Override
    public List<Tensor> inputs() {
        var all = new ArrayList<>(in);
        mask.ifPresent(all::add);
        position.ifPresent(all::add);
        return all;
    }

    @Override
    public Shape shape() {
        return Shape.of(in.get(0).size(0), in.get(0).size(1), valueWidth());
    }

    @Override
    public DType dtype() {
        return in.get(0).dtype();
    }

    @Override
    public Object attributes() {
        return List.of(options, in.size(), mask.isPresent(), position.isPresent());
    }

    @Override
    public List<Output> outputs() {
        var sums = Shape.of(in.get(0).size(0), options.heads(), in.get(0).size(1));
        return List.of(new Output(shape(), dtype()), new Output(sums, dtype()));
    }

    AttentionShape size(Call call) {
        int first = in.size() + (mask.isPresent() ? 1 : 0);
        long more = position.isPresent() ? call.longs(first)[call.at(first)] : 0;
        int heads = options.heads();
        return new AttentionShape(
                in.get(0).size(0),
                heads,
                in.get(0).size(1),
                keys(),
                width() / heads,
                valueWidth() / heads,
                options.scale(),
                options.causal(),
                Math.clamp(options.offset() + more, Integer.MIN_VALUE / 2, Integer.MAX_VALUE / 2));
    }

    /** q, k or v, for which {@code role} is 0, 1 or 2, in the array of the input that holds it. */
    <A> HeadRows<A> rows(int role, A[] arrays, int[] at) {
        int i = Math.min(role, in.size() - 1);
        var x = in.get(i);
        return new HeadRows<>(arrays[i], at[i] + (role - i) * width(), x.size(1) * x.size(2), x.size(2));
    }

    <A> ScoreMask<A> scoreMask(A array, int at, A none) {
        if (mask.isEmpty()) {
            return new ScoreMask<>(none, 0, 0, 0, 0);
        }
        var s = mask.get().shape();
        int row = s.dim(2) == 1 ? 0 : s.dim(3);
        int head = s.dim(1) == 1 ? 0 : s.dim(2) * s.dim(3);
        int batch = s.dim(0) == 1 ? 0 : s.dim(1) * s.dim(2) * s.dim(3);
        return new ScoreMask<>(array, at, batch, head, row);
    }

    int[] at(Call call) {
        var at = new int[in.size()];
        for (int i = 0; i < at.length; i++) {
            at[i] = call.at(i);
        }
        return at;
    }

    float[][] floats(Call call) {
        var all = new float[in.size()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = call.floats(i);
        }
        return all;
    }

    double[][] doubles(Call call) {
        var all = new double[in.size()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = call.doubles(i);
        }
        return all;
    }

    ScoreMask<float[]> floatMask(Call call) {
        int i = in.size();
        return mask.isPresent()
                ? scoreMask(call.floats(i), call.at(i), Call.NO_FLOATS)
                : scoreMask(Call.NO_FLOATS, 0, Call.NO_FLOATS);
    }

    ScoreMask<double[]> doubleMask(Call call) {
        int i = in.size();
        return mask.isPresent()
                ? scoreMask(call.doubles(i), call.at(i), Call.NO_DOUBLES)
                : scoreMask(Call.NO_DOUBLES, 0, Call.NO_DOUBLES);
    }

    @Override
    public void compute(Call call) {
        var at = at(call);
        if (call.isDouble(0)) {
            var x = doubles(call);
            AttentionLoops.forwardDouble(
                    call.workers(),
                    size(call),
                    rows(0, x, at),
                    rows(1, x, at),
                    rows(2, x, at),
                    doubleMask(call),
                    call.outDoubles(0),
                    call.outDoubles(1));
        } else {
            var x = floats(call);
            AttentionLoops.forward(
                    call.workers(),
                    size(call),
                    rows(0, x, at),
                    rows(1, x, at),
                    rows(2, x, at),
                    floatMask(call),
                    call.outFloats(0),
                    call.outFloats(1));
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("attention has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var op = new AttentionGrad(this, y.get(1), dy.get(0));
        var back = Tensor.of(op);
        var all = new ArrayList<Tensor>();
        for (int i = 0; i < in.size(); i++) {
            all.add(in.size() == 1 ? back : back.pick(i));
        }
        mask.ifPresent(all::add);
        position.ifPresent(all::add);
        return all;
    }

    /** y in plain tensor operations, of other inputs of the same shapes. */
    Tensor plain(List<Tensor> of) {
        int d = width();
        var last = of.get(of.size() - 1);
        var q = of.size() == 1 ? last.narrow(2, 0, d) : of.get(0);
        int first = of.size() == 1 ? d : 0;
        var k = of.size() == 3 ? of.get(1) : last.narrow(2, first, d);
        var v = of.size() == 3 ? last : last.narrow(2, first + d, d);
        var scores = split(q).matmul(split(k).transpose(-2, -1)).mul(options.scale()); // (N, H, L, S)
        var masked = mask.map(scores::add).orElse(scores);
        if (options.causal()) {
            var query = Tensor.arange(q.size(1)).unsqueeze(1).add(options.offset());
            var until = position.map(query::add).orElse(query);
            masked = Tensor.where(Tensor.arange(k.size(1)).le(until), masked, Double.NEGATIVE_INFINITY);
        }
        // A row with no key is left open for the softmax and set to 0 after it, so that its gradients are 0 too.
        var alive = masked.stopGradient().gt(Double.NEGATIVE_INFINITY).keepdim(m -> m.any(-1), -1);
        var weights = Tensor.where(alive, Tensor.where(alive, masked, 0).softmax(-1), 0);
        return weights.matmul(split(v)).transpose(1, 2).flatten(2);
    }

    /** (N, T, D) -> (N, H, T, D/H). */
    private Tensor split(Tensor x) {
        return x.unflatten(-1, options.heads(), x.size(2) / options.heads()).transpose(1, 2);
    }
}
