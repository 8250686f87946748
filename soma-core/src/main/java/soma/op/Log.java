package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = ln x. Elementwise, any shape. */
public record Log(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.LOG;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.div(x));
    }
}
