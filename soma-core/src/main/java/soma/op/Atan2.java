package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = the angle of the point (b, a). Elementwise, shapes broadcast. */
public record Atan2(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.ATAN2;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var scaled = dy.div(a.square().add(b.square()));
        return List.of(scaled.mul(b), scaled.mul(a).neg());
    }
}
