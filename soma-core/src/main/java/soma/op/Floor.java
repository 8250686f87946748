package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = the largest whole number <= x; its gradient is 0. Elementwise, any shape. */
public record Floor(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.FLOOR;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
