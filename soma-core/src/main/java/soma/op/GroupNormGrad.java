package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.GroupNorms;

/**
 * The gradient of {@link GroupNorm}: results dx, dw (C), db (C). mean and rstd are those of x; its own derivative
 * counts them as part of x. The fourth result is what each example adds to dw and db, which are summed in order.
 */
public record GroupNormGrad(Tensor x, Tensor w, Tensor mean, Tensor rstd, Tensor dy, int groups) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, w, mean, rstd, dy);
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
        return groups;
    }

    @Override
    public List<Output> outputs() {
        var channel = new Output(Shape.of(x.size(1)), dtype());
        return List.of(
                new Output(shape(), dtype()), channel, channel, new Output(Shape.of(x.size(0), 2, x.size(1)), dtype()));
    }

    @Override
    public void compute(Call call) {
        int channels = x.size(1);
        int each = channels / groups;
        int size = x.shape().product(2, x.rank());
        RowWork.share(call.workers(), x.size(0) * groups, each * size, (lo, hi) -> {
            if (call.isDouble(0)) {
                GroupNorms.back(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(4),
                        call.at(4),
                        call.doubles(1),
                        call.at(1),
                        call.doubles(2),
                        call.at(2),
                        call.doubles(3),
                        call.at(3),
                        call.outDoubles(0),
                        call.outDoubles(3),
                        groups,
                        each,
                        size,
                        lo,
                        hi);
            } else {
                GroupNorms.back(
                        call.floats(0),
                        call.at(0),
                        call.floats(4),
                        call.at(4),
                        call.floats(1),
                        call.at(1),
                        call.floats(2),
                        call.at(2),
                        call.floats(3),
                        call.at(3),
                        call.outFloats(0),
                        call.outFloats(3),
                        groups,
                        each,
                        size,
                        lo,
                        hi);
            }
        });
        PartSums.add(call, 3, x.size(0), 2 * channels, 0, 1, channels);
        PartSums.add(call, 3, x.size(0), 2 * channels, channels, 2, channels);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("the gradient of group norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> cotangents) {
        var grouped = GroupNorm.grouped(x, groups);
        var r = GroupNorm.perGroup(rstd, x, groups);
        var xhat = x.reshape(grouped).sub(GroupNorm.perGroup(mean, x, groups)).mul(r);
        var second = new NormRules(xhat, r, perChannel(w), new int[] {2, 3}, true)
                .second(
                        dy.reshape(grouped),
                        cotangents.get(0).reshape(grouped),
                        perChannel(cotangents.get(1)),
                        perChannel(cotangents.get(2)));
        return List.of(
                second.get(0).reshape(x.shape()),
                second.get(1).sum(0, 3).reshape(w.shape()),
                mean.zerosLike(),
                rstd.zerosLike(),
                second.get(2).reshape(x.shape()));
    }

    private Tensor perChannel(Tensor t) {
        return t.reshape(groups, x.size(1) / groups, 1);
    }
}
