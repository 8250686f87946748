package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = log10 x. Elementwise, any shape. */
public record Log10(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.LOG10;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.div(x.mul(Math.log(10))));
    }
}
