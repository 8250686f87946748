package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Scan;

/** y[i] = ln(e^x[0] + .. + e^x[i]) along one axis, without overflow. */
public record Logcumsumexp(Tensor x, int axis) implements KernelOp {

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
        if (call.isDouble(0)) {
            Scan.logcumsumexp(call.doubles(0), call.at(0), call.outDoubles(0), 0, 0, outer, n, inner);
        } else {
            Scan.logcumsumexp(call.floats(0), call.at(0), call.outFloats(0), 0, 0, outer, n, inner);
        }
    }

    /** dx[i] = e^(x[i] - y[i]) t[i] with t[i] = dy[i] + e^(y[i] - y[i+1]) t[i+1]: no exponent is positive. */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var none = y.eq(Double.NEGATIVE_INFINITY);
        var level = Tensor.where(none, 0, y);
        var step = Tensor.where(
                none, 0, level.sub(Recurrence.ahead(level, axis, 1)).minimum(0).exp());
        var t = Recurrence.backwards(step, dy.expand(y.shape()), axis);
        return List.of(Tensor.where(none, 0, x.sub(level).exp()).mul(t));
    }
}
