package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = arccos x. Elementwise, any shape. */
public record Acos(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.ACOS;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.mul(x.square().neg().add(1).rsqrt()).neg());
    }
}
