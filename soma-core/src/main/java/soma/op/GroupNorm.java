package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.GroupNorms;

/**
 * y = (x - mean) rstd w + b for x (N, C, ...), with the mean and biased variance of each of {@code groups} groups of
 * neighbouring channels of each example. w, b: (C). Results: y, mean (N groups), rstd (N groups). Wu and He 2018, arXiv
 * 1803.08494.
 */
public record GroupNorm(Tensor x, Tensor w, Tensor b, int groups, double eps) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, w, b);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(groups, eps);
    }

    @Override
    public List<Output> outputs() {
        var group = new Output(Shape.of(x.size(0) * groups), dtype());
        return List.of(new Output(shape(), dtype()), group, group);
    }

    @Override
    public void compute(Call call) {
        int each = x.size(1) / groups;
        int size = x.shape().product(2, x.rank());
        RowWork.share(call.workers(), x.size(0) * groups, each * size, (lo, hi) -> {
            if (call.isDouble(0)) {
                GroupNorms.forward(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(1),
                        call.at(1),
                        call.doubles(2),
                        call.at(2),
                        call.outDoubles(0),
                        call.outDoubles(1),
                        call.outDoubles(2),
                        groups,
                        each,
                        size,
                        lo,
                        hi,
                        eps);
            } else {
                GroupNorms.forward(
                        call.floats(0),
                        call.at(0),
                        call.floats(1),
                        call.at(1),
                        call.floats(2),
                        call.at(2),
                        call.outFloats(0),
                        call.outFloats(1),
                        call.outFloats(2),
                        groups,
                        each,
                        size,
                        lo,
                        hi,
                        eps);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("group norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var mean = y.get(1);
        var rstd = y.get(2);
        var back = Tensor.of(new GroupNormGrad(x, w, mean, rstd, dy.get(0), groups));
        var dx = back.pick(0).reshape(grouped());
        int n = x.numel() / Math.max(1, x.size(0) * groups);
        if (!NormRules.isZero(dy.get(1))) {
            dx = dx.add(perGroup(dy.get(1)).div(n));
        }
        if (!NormRules.isZero(dy.get(2))) {
            var centred = x.reshape(grouped()).sub(perGroup(mean));
            dx = dx.sub(centred.mul(perGroup(dy.get(2).mul(rstd.pow(3)))).div(n));
        }
        return List.of(dx.reshape(x.shape()), back.pick(1), back.pick(2));
    }

    private Shape grouped() {
        return grouped(x, groups);
    }

    private Tensor perGroup(Tensor t) {
        return perGroup(t, x, groups);
    }

    /** (N, C, ...) as (N, groups, C / groups, elements of a channel). */
    static Shape grouped(Tensor x, int groups) {
        return Shape.of(x.size(0), groups, x.size(1) / groups, x.shape().product(2, x.rank()));
    }

    /** A value of each group, to broadcast against {@link #grouped}. */
    static Tensor perGroup(Tensor t, Tensor x, int groups) {
        return t.reshape(x.size(0), groups, 1, 1);
    }
}
