package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = d/dx ln Gamma(x). Elementwise, any shape. */
public record Digamma(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.DIGAMMA;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.trigamma()));
    }
}
