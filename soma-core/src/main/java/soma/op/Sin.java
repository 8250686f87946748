package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = sin x. Elementwise, any shape. */
public record Sin(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SIN;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.cos()));
    }
}
