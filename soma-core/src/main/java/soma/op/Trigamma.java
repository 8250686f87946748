package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = d^2/dx^2 ln Gamma(x). Elementwise, any shape. */
public record Trigamma(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.TRIGAMMA;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.polygamma(2)));
    }
}
