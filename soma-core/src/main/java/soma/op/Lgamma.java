package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = ln |Gamma(x)|. Elementwise, any shape. */
public record Lgamma(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.LGAMMA;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.digamma()));
    }
}
