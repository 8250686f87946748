package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x sigmoid(x), also called swish. Hendrycks, Gimpel 2016, arXiv 1606.08415. Elementwise, any shape. */
public record Silu(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SILU;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(Tensor.of(new SiluSlope(x))));
    }
}
