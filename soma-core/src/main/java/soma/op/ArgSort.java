package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Sorting;

/** y = the places of the elements of each row (last axis) in order, int64; stable, NaN largest. No gradient. */
public record ArgSort(Tensor x, boolean descending) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public DType dtype() {
        return DType.INT64;
    }

    @Override
    public Object attributes() {
        return descending;
    }

    @Override
    public void compute(Call call) {
        RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
            switch (call.in(0)) {
                case float[] a -> Sorting.argsort(a, call.at(0), n, descending, call.outLongs(0), 0, lo, hi);
                case double[] a -> Sorting.argsort(a, call.at(0), n, descending, call.outLongs(0), 0, lo, hi);
                case long[] a -> Sorting.argsort(a, call.at(0), n, descending, call.outLongs(0), 0, lo, hi);
                default -> throw new IllegalStateException("argsort of " + x.dtype());
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
