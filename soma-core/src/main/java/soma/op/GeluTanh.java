package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): the approximation of {@link Gelu} that GPT uses. Elementwise, any shape. */
public record GeluTanh(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.GELU_TANH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(Tensor.of(new GeluTanhSlope(x))));
    }
}
