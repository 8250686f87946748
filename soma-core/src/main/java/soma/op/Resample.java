package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.AxisTable;
import soma.kernel.Resize;

/**
 * y = x with one axis resampled by a sparse matrix, or {@code back} by its transpose; each is the other's derivative.
 * Every way of interpolating and adaptive averaging is this along each axis in turn. {@code law} is what the table was
 * made from.
 */
public record Resample(Tensor x, int axis, AxisTable table, Object law, boolean back) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape().with(axis, back ? table.in() : table.out());
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(axis, table.in(), table.out(), law, back);
    }

    @Override
    public void compute(Call call) {
        var s = x.shape();
        int inner = s.product(axis + 1, s.rank());
        RowWork.share(call.workers(), s.product(0, axis), Math.max(table.in(), table.out()) * inner, (lo, hi) -> {
            if (call.isDouble(0) && back) {
                Resize.applyBack(table, call.doubles(0), call.at(0), call.outDoubles(0), 0, lo, hi, inner);
            } else if (call.isDouble(0)) {
                Resize.apply(table, call.doubles(0), call.at(0), call.outDoubles(0), 0, lo, hi, inner);
            } else if (back) {
                Resize.applyBack(table, call.floats(0), call.at(0), call.outFloats(0), 0, lo, hi, inner);
            } else {
                Resize.apply(table, call.floats(0), call.at(0), call.outFloats(0), 0, lo, hi, inner);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new Resample(dy.expand(y.shape()), axis, table, law, !back)));
    }
}
