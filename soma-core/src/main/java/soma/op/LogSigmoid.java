package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = ln(1 / (1 + e^-x)), without overflow. Elementwise, any shape. */
public record LogSigmoid(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.LOG_SIGMOID;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.neg().sigmoid()));
    }
}
