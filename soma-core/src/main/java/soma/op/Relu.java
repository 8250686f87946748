package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/**
 * y = max(x, 0); the gradient at 0 is 0. Elementwise, any shape. Only y is kept for the backward pass, so that relu can
 * ride behind the product or convolution that makes x.
 */
public record Relu(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.RELU;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(Tensor.of(new Step(y))));
    }
}
