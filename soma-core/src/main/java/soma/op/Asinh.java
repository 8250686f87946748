package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = arsinh x. Elementwise, any shape. */
public record Asinh(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ASINH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.square().add(1).rsqrt()));
    }
}
