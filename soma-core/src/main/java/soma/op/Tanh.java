package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = tanh x.  dy/dx = 1 - y^2, so only y is kept for the backward pass. Elementwise, any shape. */
public record Tanh(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.TANH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y.square().neg().add(1)));
    }
}
