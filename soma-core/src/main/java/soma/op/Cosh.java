package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = cosh x. Elementwise, any shape. */
public record Cosh(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.COSH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.sinh()));
    }
}
