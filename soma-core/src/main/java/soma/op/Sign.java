package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = -1, 0 or 1; its gradient is 0. Elementwise, any shape. */
public record Sign(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.SIGN;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
