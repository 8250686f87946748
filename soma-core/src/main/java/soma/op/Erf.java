package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = erf x, the error function. Elementwise, any shape. */
public record Erf(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ERF;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI)));
    }
}
