package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Scan;

/** y[i] = x[0] + .. + x[i] along one axis. */
public record Cumsum(Tensor x, int axis) implements KernelOp {

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
        switch (call.out(0)) {
            case float[] y -> Scan.cumsum(call.floats(0), call.at(0), y, 0, 0, outer, n, inner);
            case double[] y -> Scan.cumsum(call.doubles(0), call.at(0), y, 0, 0, outer, n, inner);
            case long[] y -> Scan.cumsum(call.longs(0), call.at(0), y, 0, 0, outer, n, inner);
            default -> throw new IllegalStateException("cumsum of " + dtype());
        }
    }

    /** A sum from the other end. */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(
                Tensor.of(new Cumsum(dy.expand(y.shape()).flip(axis), axis)).flip(axis));
    }
}
