package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** The derivative of {@link Gelu}: Phi(x) + x phi(x). */
public record GeluSlope(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.GELU_SLOPE;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var density = x.square().mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI));
        return List.of(dy.mul(density.mul(x.square().neg().add(2))));
    }
}
