package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = 2^x. Elementwise, any shape. */
public record Exp2(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.EXP2;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(y).mul(Math.log(2)));
    }
}
