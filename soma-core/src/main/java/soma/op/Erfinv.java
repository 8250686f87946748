package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y with erf y = x. Elementwise, any shape. */
public record Erfinv(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ERFINV;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y.square().exp()).mul(Math.sqrt(Math.PI) / 2));
    }
}
