package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x Phi(x), Phi the normal distribution. Hendrycks, Gimpel 2016, arXiv 1606.08415. Elementwise, any shape. */
public record Gelu(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.GELU;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(Tensor.of(new GeluSlope(x))));
    }
}
