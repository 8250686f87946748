package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = -x. Elementwise, any shape. */
public record Neg(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.NEG;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.neg());
    }
}
