package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = the a-th derivative of digamma at b, a a whole number >= 0. Elementwise, shapes broadcast. */
public record Polygamma(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.POLYGAMMA;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(a.zerosLike(), dy.mul(Tensor.of(new Polygamma(a.add(1), b))));
    }
}
