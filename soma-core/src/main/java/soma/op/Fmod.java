package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = the remainder of a / b with the sign of a. Elementwise, shapes broadcast. */
public record Fmod(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.FMOD;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy, dy.mul(a.div(b).trunc()).neg());
    }
}
