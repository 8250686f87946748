package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = sqrt(a^2 + b^2), without overflow. Elementwise, shapes broadcast. */
public record Hypot(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.HYPOT;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var scaled = dy.div(y);
        return List.of(scaled.mul(a), scaled.mul(b));
    }
}
