package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Sorting;

/**
 * y = the places of the k largest (or smallest) elements of each row (last axis) in order, int64; NaN largest. No
 * gradient.
 */
public record ArgTopK(Tensor x, int k, boolean largest) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape().with(-1, k);
    }

    @Override
    public DType dtype() {
        return DType.INT64;
    }

    @Override
    public Object attributes() {
        return largest ? k : -1 - k;
    }

    @Override
    public void compute(Call call) {
        RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
            switch (call.in(0)) {
                case float[] a -> Sorting.topk(a, call.at(0), n, k, largest, call.outLongs(0), 0, lo, hi);
                case double[] a -> Sorting.topk(a, call.at(0), n, k, largest, call.outLongs(0), 0, lo, hi);
                case long[] a -> Sorting.topk(a, call.at(0), n, k, largest, call.outLongs(0), 0, lo, hi);
                default -> throw new IllegalStateException("topk of " + x.dtype());
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
