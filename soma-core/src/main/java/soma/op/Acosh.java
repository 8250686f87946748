package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = arcosh x. Elementwise, any shape. */
public record Acosh(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ACOSH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.square().sub(1).rsqrt()));
    }
}
