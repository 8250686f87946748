package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** One of the results of an op that makes several. */
public record Pick(Tensor tuple, int index) implements Op {

    private KernelOp.Output output() {
        return ((KernelOp) tuple.op()).outputs().get(index);
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(tuple);
    }

    @Override
    public Shape shape() {
        return output().shape();
    }

    @Override
    public DType dtype() {
        return output().dtype();
    }

    @Override
    public Object attributes() {
        return index;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("the driver hands the gradient of a pick to the op that made it");
    }
}
