package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = the real cube root of x. Elementwise, any shape. */
public record Cbrt(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.CBRT;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.div(y.square().mul(3)));
    }
}
