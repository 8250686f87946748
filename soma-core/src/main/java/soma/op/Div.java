package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = a / b; of integers the quotient without its fraction. Elementwise, shapes broadcast. */
public record Div(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.DIV;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var da = dy.div(b);
        return List.of(da, da.mul(y).neg());
    }
}
