package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Fold;

/** y = the smallest along axes, NaN if there is one; equal minima share the gradient evenly (PyTorch's amin). */
public record Amin(Tensor x, List<Integer> axes) implements Reduction {

    @Override
    public Fold fold() {
        return Fold.MIN;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Amax.shared(this, y, dy));
    }
}
