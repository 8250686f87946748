package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = a ln b, 0 where a = 0. Elementwise, shapes broadcast. */
public record Xlogy(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.XLOGY;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var da = Tensor.where(a.eq(0).logicalAnd(b.le(0)), dy.zerosLike(), dy.mul(b.log()));
        return List.of(da, dy.mul(a.div(b)));
    }
}
