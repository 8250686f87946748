package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = a exclusive or b: of truth values, bit by bit of integers. Elementwise, shapes broadcast. */
public record Xor(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.XOR;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(a.zerosLike(), b.zerosLike());
    }
}
