package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = |x|; the gradient at 0 is 0. Elementwise, any shape. */
public record Abs(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ABS;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.sign()));
    }
}
