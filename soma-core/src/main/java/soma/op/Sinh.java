package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = sinh x. Elementwise, any shape. */
public record Sinh(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SINH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.cosh()));
    }
}
