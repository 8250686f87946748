package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x^2. Elementwise, any shape. */
public record Square(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SQUARE;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x).mul(2));
    }
}
