package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** The numbers 0 .. n-1 in a random order that {@code key} decides, int64. */
public record Permutation(Tensor key, int n) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(key);
    }

    @Override
    public Shape shape() {
        return Shape.of(n);
    }

    @Override
    public DType dtype() {
        return DType.INT64;
    }

    @Override
    public Object attributes() {
        return n;
    }

    @Override
    public void compute(Call call) {
        var order = soma.kernel.Draw.permutation(call.longs(0)[call.at(0)], n);
        System.arraycopy(order, 0, call.out(0), 0, n);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(key);
    }
}
