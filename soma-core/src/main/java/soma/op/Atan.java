package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = arctan x. Elementwise, any shape. */
public record Atan(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ATAN;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.div(x.square().add(1)));
    }
}
