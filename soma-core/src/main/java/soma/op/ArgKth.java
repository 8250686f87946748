package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Sorting;

/**
 * y = the place of the k-th smallest element (k from 1) of each row (last axis), int64; k = {@link #MEDIAN} is the
 * lower median, which is the first NaN if there is one. No gradient.
 */
public record ArgKth(Tensor x, int k) implements KernelOp {
    /** Asks for the median. */
    public static final int MEDIAN = 0;

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape().without(-1);
    }

    @Override
    public DType dtype() {
        return DType.INT64;
    }

    @Override
    public Object attributes() {
        return k;
    }

    @Override
    public void compute(Call call) {
        var out = call.outLongs(0);
        RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
            switch (call.in(0)) {
                case float[] a when k == MEDIAN -> Sorting.median(a, call.at(0), n, out, 0, lo, hi);
                case float[] a -> Sorting.kthvalue(a, call.at(0), n, k, out, 0, lo, hi);
                case double[] a when k == MEDIAN -> Sorting.median(a, call.at(0), n, out, 0, lo, hi);
                case double[] a -> Sorting.kthvalue(a, call.at(0), n, k, out, 0, lo, hi);
                case long[] a when k == MEDIAN -> Sorting.median(a, call.at(0), n, out, 0, lo, hi);
                case long[] a -> Sorting.kthvalue(a, call.at(0), n, k, out, 0, lo, hi);
                default -> throw new IllegalStateException("k-th value of " + x.dtype());
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
