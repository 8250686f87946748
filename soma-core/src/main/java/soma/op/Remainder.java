package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = the remainder of a / b with the sign of b. Elementwise, shapes broadcast. */
public record Remainder(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.REMAINDER;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy, dy.mul(a.div(b).floor()).neg());
    }
}
