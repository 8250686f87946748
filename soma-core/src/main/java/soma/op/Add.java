package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = a + b. Elementwise, shapes broadcast. */
public record Add(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.ADD;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy, dy);
    }
}
