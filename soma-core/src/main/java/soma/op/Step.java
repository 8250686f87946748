package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = 1 where x > 0, else 0: the slope of {@link Relu}. Elementwise, any shape. */
public record Step(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.STEP;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
