package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = 1 / x. Elementwise, any shape. */
public record Reciprocal(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.RECIPROCAL;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y.square()).neg());
    }
}
