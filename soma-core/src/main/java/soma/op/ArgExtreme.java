package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Reduce;

/** y = where along an axis the first maximum (or minimum) is, int64; NaN wins over every number. No gradient. */
public record ArgExtreme(Tensor x, int axis, boolean max) implements KernelOp {

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
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int at = call.at(0) + o * n * inner + i;
                out[o * inner + i] = switch (call.in(0)) {
                    case float[] a -> Reduce.arg(max, a, at, n, inner);
                    case double[] a -> Reduce.arg(max, a, at, n, inner);
                    case long[] a -> Reduce.arg(max, a, at, n, inner);
                    default -> throw new IllegalStateException("argmax of " + x.dtype());
                };
            }
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
