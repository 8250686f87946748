package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = e^x. Elementwise, any shape. */
public record Exp(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.EXP;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y));
    }
}
