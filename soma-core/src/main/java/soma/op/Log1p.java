package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = ln(1 + x), exact near 0. Elementwise, any shape. */
public record Log1p(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.LOG1P;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.div(x.add(1)));
    }
}
