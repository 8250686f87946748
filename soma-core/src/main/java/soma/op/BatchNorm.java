package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.BatchNorms;

/**
 * y = (x - mean) rstd w + b for each channel of x (N, C, ...), with the mean and biased variance of the batch. w, b:
 * (C). Results: y, mean (C), var (C), rstd (C). Ioffe and Szegedy 2015, arXiv 1502.03167.
 */
public record BatchNorm(Tensor x, Tensor w, Tensor b, double eps) implements KernelOp {
    private static final int GRAIN = 16_384;

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
        return eps;
    }

    @Override
    public List<Output> outputs() {
        var channel = new Output(Shape.of(x.size(1)), dtype());
        return List.of(new Output(shape(), dtype()), channel, channel, channel);
    }

    /** Shares the channels, 16 or a multiple a task so that vectors across channels stay whole. */
    static void channels(Call call, Tensor x, RowWork.Range body) {
        int channels = x.size(1);
        int perChannel = Math.max(1, x.numel() / Math.max(1, channels));
        int each = Math.max(1, GRAIN / 16 / perChannel) * 16;
        call.workers()
                .run(Math.ceilDiv(channels, each), (i, s) -> body.rows(i * each, Math.min(channels, i * each + each)));
    }

    @Override
    public void compute(Call call) {
        int images = x.size(0);
        int channels = x.size(1);
        int size = x.shape().product(2, x.rank());
        channels(call, x, (lo, hi) -> {
            if (call.isDouble(0)) {
                BatchNorms.stats(
                        call.doubles(0),
                        call.at(0),
                        call.outDoubles(1),
                        0,
                        call.outDoubles(2),
                        0,
                        images,
                        channels,
                        size,
                        lo,
                        hi);
                for (int c = lo; c < hi; c++) {
                    call.outDoubles(3)[c] = 1 / Math.sqrt(call.outDoubles(2)[c] + eps);
                }
            } else {
                BatchNorms.stats(
                        call.floats(0),
                        call.at(0),
                        call.outFloats(1),
                        0,
                        call.outFloats(2),
                        0,
                        images,
                        channels,
                        size,
                        lo,
                        hi);
                for (int c = lo; c < hi; c++) {
                    call.outFloats(3)[c] = (float) (1 / Math.sqrt(call.outFloats(2)[c] + eps));
                }
            }
        });
        RowWork.share(call.workers(), images, channels * size, (lo, hi) -> {
            if (call.isDouble(0)) {
                BatchNorms.forward(
                        call.doubles(0),
                        call.at(0),
                        call.outDoubles(1),
                        0,
                        call.outDoubles(3),
                        0,
                        call.doubles(1),
                        call.at(1),
                        call.doubles(2),
                        call.at(2),
                        call.outDoubles(0),
                        0,
                        channels,
                        size,
                        lo,
                        hi);
            } else {
                BatchNorms.forward(
                        call.floats(0),
                        call.at(0),
                        call.outFloats(1),
                        0,
                        call.outFloats(3),
                        0,
                        call.floats(1),
                        call.at(1),
                        call.floats(2),
                        call.at(2),
                        call.outFloats(0),
                        0,
                        channels,
                        size,
                        lo,
                        hi);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("batch norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var mean = y.get(1);
        var rstd = y.get(3);
        var back = Tensor.of(new BatchNormGrad(x, w, mean, rstd, dy.get(0)));
        var dx = back.pick(0);
        int count = x.numel() / Math.max(1, x.size(1));
        if (!NormRules.isZero(dy.get(1))) {
            dx = dx.add(perChannel(dy.get(1), x).div(count));
        }
        if (!NormRules.isZero(dy.get(2)) || !NormRules.isZero(dy.get(3))) {
            var dVar = dy.get(2).sub(dy.get(3).mul(rstd.pow(3)).mul(0.5));
            dx = dx.add(x.sub(perChannel(mean, x)).mul(perChannel(dVar, x)).mul(2.0 / count));
        }
        return List.of(dx, back.pick(1), back.pick(2));
    }

    /** (C) as (C, 1, ...), to broadcast against x (N, C, ...). */
    static Tensor perChannel(Tensor t, Tensor x) {
        var shape = Shape.of(t.size(0));
        for (int i = 2; i < x.rank(); i++) {
            shape = shape.insert(shape.rank(), 1);
        }
        return t.reshape(shape);
    }
}
