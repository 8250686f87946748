package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = artanh x. Elementwise, any shape. */
public record Atanh(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ATANH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.div(x.square().neg().add(1)));
    }
}
