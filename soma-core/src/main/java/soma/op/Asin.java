package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = arcsin x. Elementwise, any shape. */
public record Asin(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ASIN;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.square().neg().add(1).rsqrt()));
    }
}
