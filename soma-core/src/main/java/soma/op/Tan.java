package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = tan x. Elementwise, any shape. */
public record Tan(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.TAN;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y.square().add(1)));
    }
}
