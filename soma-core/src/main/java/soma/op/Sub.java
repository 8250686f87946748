package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = a - b. Elementwise, shapes broadcast. */
public record Sub(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.SUB;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy, dy.neg());
    }
}
