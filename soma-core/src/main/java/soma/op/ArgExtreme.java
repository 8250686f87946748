package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Reduce;

/** y = where along an axis the first maximum (or minimum) is, int64; NaN wins over every number. No gradient. */
public record ArgExtreme(Tensor x, int axis, boolean max) implements KernelOp {
    /** Columns a task takes at least: a few cache lines of each row. */
    private static final int STRIP = 64;

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape().without(axis);
    }

    @Override
    public DType dtype() {
        return DType.INT64;
    }

    @Override
    public Object attributes() {
        return max ? axis : -1 - axis;
    }

    @Override
    public void compute(Call call) {
        var s = x.shape();
        int n = s.dim(axis);
        int inner = s.product(axis + 1, s.rank());
        int outer = s.product(0, axis);
        var out = call.outLongs(0);
        if (inner == 1) {
            RowWork.share(call.workers(), outer, n, (lo, hi) -> {
                for (int o = lo; o < hi; o++) {
                    out[o] = place(call, o * n, n, 1);
                }
            });
            return;
        }
        for (int o = 0; o < outer; o++) {
            int base = o * n * inner;
            int to = o * inner;
            RowWork.share(call.workers(), Math.ceilDiv(inner, STRIP), STRIP * n, (lo, hi) -> {
                int from = lo * STRIP;
                int until = Math.min(inner, hi * STRIP);
                if (call.in(0) instanceof float[] a) {
                    Reduce.argColumns(max, a, call.at(0) + base + from, n, inner, until - from, out, to + from);
                } else {
                    for (int i = from; i < until; i++) {
                        out[to + i] = place(call, base + i, n, inner);
                    }
                }
            });
        }
    }

    private int place(Call call, int from, int n, int stride) {
        int at = call.at(0) + from;
        return switch (call.in(0)) {
            case float[] a -> Reduce.arg(max, a, at, n, stride);
            case double[] a -> Reduce.arg(max, a, at, n, stride);
            case long[] a -> Reduce.arg(max, a, at, n, stride);
            default -> throw new IllegalStateException("argmax of " + x.dtype());
        };
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
