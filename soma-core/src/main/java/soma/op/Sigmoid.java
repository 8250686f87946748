package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = 1 / (1 + e^-x).  dy/dx = y (1 - y). Elementwise, any shape. */
public record Sigmoid(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SIGMOID;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y).mul(y.neg().add(1)));
    }
}
