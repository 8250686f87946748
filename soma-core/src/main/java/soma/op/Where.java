package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = b where the bool a holds, else c. Elementwise, shapes broadcast. */
public record Where(Tensor a, Tensor b, Tensor c) implements Ternary {

    @Override
    public Lane lane() {
        return Lane.WHERE;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var zero = dy.zerosLike();
        return List.of(a, Tensor.where(a, dy, zero), Tensor.where(a, zero, dy));
    }
}
