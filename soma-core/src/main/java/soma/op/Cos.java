package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = cos x. Elementwise, any shape. */
public record Cos(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.COS;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.sin()).neg());
    }
}
