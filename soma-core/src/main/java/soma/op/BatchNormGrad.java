package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.BatchNorms;

/**
 * The gradient of {@link BatchNorm}: results dx, dw (C), db (C). mean and rstd are those of x; its own derivative
 * counts them as part of x.
 */
public record BatchNormGrad(Tensor x, Tensor w, Tensor mean, Tensor rstd, Tensor dy) implements KernelOp {

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
    public List<Output> outputs() {
        var channel = new Output(Shape.of(x.size(1)), dtype());
        return List.of(new Output(shape(), dtype()), channel, channel);
    }

    @Override
    public void compute(Call call) {
        int images = x.size(0);
        int channels = x.size(1);
        int size = x.shape().product(2, x.rank());
        BatchNorm.channels(call, x, (lo, hi) -> {
            if (call.isDouble(0)) {
                BatchNorms.sums(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(4),
                        call.at(4),
                        call.doubles(2),
                        call.at(2),
                        call.doubles(3),
                        call.at(3),
                        call.outDoubles(2),
                        0,
                        call.outDoubles(1),
                        0,
                        images,
                        channels,
                        size,
                        lo,
                        hi);
            } else {
                BatchNorms.sums(
                        call.floats(0),
                        call.at(0),
                        call.floats(4),
                        call.at(4),
                        call.floats(2),
                        call.at(2),
                        call.floats(3),
                        call.at(3),
                        call.outFloats(2),
                        0,
                        call.outFloats(1),
                        0,
                        images,
                        channels,
                        size,
                        lo,
                        hi);
            }
        });
        RowWork.share(call.workers(), images, channels * size, (lo, hi) -> {
            if (call.isDouble(0)) {
                BatchNorms.back(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(4),
                        call.at(4),
                        call.doubles(2),
                        call.at(2),
                        call.doubles(3),
                        call.at(3),
                        call.doubles(1),
                        call.at(1),
                        call.outDoubles(2),
                        0,
                        call.outDoubles(1),
                        0,
                        call.outDoubles(0),
                        0,
                        images,
                        channels,
                        size,
                        lo,
                        hi);
            } else {
                BatchNorms.back(
                        call.floats(0),
                        call.at(0),
                        call.floats(4),
                        call.at(4),
                        call.floats(2),
                        call.at(2),
                        call.floats(3),
                        call.at(3),
                        call.floats(1),
                        call.at(1),
                        call.outFloats(2),
                        0,
                        call.outFloats(1),
                        0,
                        call.outFloats(0),
                        0,
                        images,
                        channels,
                        size,
                        lo,
                        hi);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("the gradient of batch norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> cotangents) {
        var r = BatchNorm.perChannel(rstd, x);
        var xhat = x.sub(BatchNorm.perChannel(mean, x)).mul(r);
        var axes = NormRules.without(x.rank(), 1);
        var second = new NormRules(xhat, r, BatchNorm.perChannel(w, x), axes, true)
                .second(
                        dy,
                        cotangents.get(0),
                        BatchNorm.perChannel(cotangents.get(1), x),
                        BatchNorm.perChannel(cotangents.get(2), x));
        return List.of(second.get(0), second.get(1).sum(axes), mean.zerosLike(), rstd.zerosLike(), second.get(2));
    }
}
