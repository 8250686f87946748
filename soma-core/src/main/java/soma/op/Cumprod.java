package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Scan;

/** y[i] = x[0] .. x[i] along one axis. */
public record Cumprod(Tensor x, int axis) implements KernelOp {

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
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return axis;
    }

    @Override
    public void compute(Call call) {
        var s = x.shape();
        int outer = s.product(0, axis);
        int n = s.dim(axis);
        int inner = s.product(axis + 1, s.rank());
        RowWork.share(call.workers(), Scan.strips(outer, inner), Scan.stripSize(n, inner), (lo, hi) -> {
            switch (call.out(0)) {
                case float[] y -> Scan.cumprod(call.floats(0), call.at(0), y, 0, lo, hi, n, inner);
                case double[] y -> Scan.cumprod(call.doubles(0), call.at(0), y, 0, lo, hi, n, inner);
                case long[] y -> Scan.cumprod(call.longs(0), call.at(0), y, 0, lo, hi, n, inner);
                default -> throw new IllegalStateException("cumprod of " + dtype());
            }
        });
    }

    /**
     * dx[i] = x[0] .. x[i-1] t[i] with t[i] = dy[i] + x[i+1] t[i+1]: no division, so zeros in x do no harm.
     */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        int n = x.size(axis);
        if (n == 0) {
            return List.of(dy);
        }
        var before = Tensor.cat(axis, y.slice(axis, 0, 1).onesLike(), y.slice(axis, 0, n - 1));
        return List.of(before.mul(Recurrence.backwards(Recurrence.ahead(x, axis, 1), dy.expand(y.shape()), axis)));
    }
}
