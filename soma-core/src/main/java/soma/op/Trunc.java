package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x without its fraction; its gradient is 0. Elementwise, any shape. */
public record Trunc(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.TRUNC;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
