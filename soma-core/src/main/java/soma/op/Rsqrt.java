package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = 1 / sqrt x. Elementwise, any shape. */
public record Rsqrt(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.RSQRT;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y.mul(y.square())).mul(-0.5));
    }
}
