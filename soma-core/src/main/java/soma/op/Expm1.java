package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = e^x - 1, exact near 0. Elementwise, any shape. */
public record Expm1(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.EXPM1;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y.add(1)));
    }
}
