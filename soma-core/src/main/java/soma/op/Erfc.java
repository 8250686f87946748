package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = 1 - erf x, exact for large x. Elementwise, any shape. */
public record Erfc(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ERFC;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.square().neg().exp()).mul(-2 / Math.sqrt(Math.PI)));
    }
}
