package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = ln(e^a + e^b), without overflow. Elementwise, shapes broadcast. */
public record LogAddExp(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.LOGADDEXP;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var weight = a.sub(b).sigmoid();
        return List.of(dy.mul(weight), dy.mul(weight.neg().add(1)));
    }
}
