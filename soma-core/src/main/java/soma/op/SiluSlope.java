package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** The derivative of {@link Silu}: s (1 + x (1 - s)) with s = sigmoid(x). */
public record SiluSlope(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SILU_SLOPE;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var s = x.sigmoid();
        var bend = s.mul(s.neg().add(1)).mul(x.mul(s.mul(-2).add(1)).add(2));
        return List.of(dy.mul(bend));
    }
}
