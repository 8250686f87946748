package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = floor(a / b); its gradient is 0. Elementwise, shapes broadcast. */
public record FloorDiv(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.FLOOR_DIV;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(a.zerosLike(), b.zerosLike());
    }
}
