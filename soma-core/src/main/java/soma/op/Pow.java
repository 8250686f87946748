package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = a^b. Where b = 0 the gradient in a is 0, where a = 0 <= b that in b is 0. Elementwise, shapes broadcast. */
public record Pow(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.POW;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var da = Tensor.where(b.eq(0), dy.zerosLike(), dy.mul(b).mul(a.pow(b.sub(1))));
        var db = Tensor.where(
                a.eq(0).logicalAnd(b.ge(0)), dy.zerosLike(), dy.mul(y).mul(a.log()));
        return List.of(da, db);
    }
}
