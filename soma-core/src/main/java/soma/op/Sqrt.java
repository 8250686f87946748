package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = sqrt x. Elementwise, any shape. */
public record Sqrt(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SQRT;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.div(y).mul(0.5));
    }
}
