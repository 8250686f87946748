package soma.op;

import java.util.ArrayList;
import java.util.List;
import soma.Autodiff;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.AttentionLoops;
import soma.kernel.HeadRows;

/**
 * The gradient of {@link Attention}: as many results as that has inputs, in their shapes. {@code sums} is what the
 * forward pass left; the op's own derivative counts it as part of the inputs and is that of the plain composition.
 */
public record AttentionGrad(Attention of, Tensor sums, Tensor dy) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        var all = new ArrayList<>(of.inputs());
        all.add(sums);
        all.add(dy);
        return all;
    }

    @Override
    public Shape shape() {
        return of.in().get(0).shape();
    }

    @Override
    public DType dtype() {
        return of.dtype();
    }

    @Override
    public Object attributes() {
        return of.attributes();
    }

    @Override
    public List<Output> outputs() {
        return of.in().stream().map(x -> new Output(x.shape(), dtype())).toList();
    }

    @Override
    public void compute(Call call) {
        int last = of.inputs().size();
        var at = of.at(call);
        var from = new int[at.length];
        int step = dy.size(1) * dy.size(2);
        if (call.isDouble(0)) {
            var x = of.doubles(call);
            var dx = new double[x.length][];
            for (int i = 0; i < dx.length; i++) {
                dx[i] = call.outDoubles(i);
            }
            AttentionLoops.backwardDouble(
                    call.workers(),
                    of.size(call),
                    of.rows(0, x, at),
                    of.rows(1, x, at),
                    of.rows(2, x, at),
                    of.doubleMask(call),
                    call.doubles(last),
                    call.at(last),
                    new HeadRows<>(call.doubles(last + 1), call.at(last + 1), step, dy.size(2)),
                    of.rows(0, dx, from),
                    of.rows(1, dx, from),
                    of.rows(2, dx, from));
        } else {
            var x = of.floats(call);
            var dx = new float[x.length][];
            for (int i = 0; i < dx.length; i++) {
                dx[i] = call.outFloats(i);
            }
            AttentionLoops.backward(
                    call.workers(),
                    of.size(call),
                    of.rows(0, x, at),
                    of.rows(1, x, at),
                    of.rows(2, x, at),
                    of.floatMask(call),
                    call.floats(last),
                    call.at(last),
                    new HeadRows<>(call.floats(last + 1), call.at(last + 1), step, dy.size(2)),
                    of.rows(0, dx, from),
                    of.rows(1, dx, from),
                    of.rows(2, dx, from));
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor cotangent) {
        return vjp(List.of(y), List.of(cotangent));
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> cotangents) {
        var xs = of.in().stream().map(AttentionGrad::variable).toList();
        var vdy = variable(dy);
        var first = Autodiff.grad(of.plain(xs).mul(vdy).sum(), xs);
        var total = Tensor.scalar(0, dtype());
        for (int i = 0; i < xs.size(); i++) {
            total = total.add(first.get(i).mul(cotangents.get(i)).sum());
        }
        var floating = new ArrayList<>(xs);
        floating.add(vdy);
        var second = Autodiff.grad(total, floating);
        var all = new ArrayList<>(second.subList(0, xs.size()));
        of.mask().ifPresent(all::add);
        of.position().ifPresent(all::add);
        all.add(sums.zerosLike());
        all.add(second.get(xs.size()));
        return all;
    }

    /** The same value as a node of its own: the inputs may be one tensor, or made from one another. */
    private static Tensor variable(Tensor x) {
        return Tensor.of(new Redirect.Barrier(x, x));
    }
}
