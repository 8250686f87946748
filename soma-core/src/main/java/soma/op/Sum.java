package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Fold;

/** y = the sum along axes. */
public record Sum(Tensor x, List<Integer> axes) implements Reduction {

    @Override
    public Fold fold() {
        return Fold.SUM;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.expand(y.shape()).reshape(kept()).expand(x.shape()));
    }
}
