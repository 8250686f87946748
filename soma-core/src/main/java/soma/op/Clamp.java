package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = a held between b and c. The gradient passes where b &lt;= a &lt;= c; the bounds get that of the rest. Elementwise, shapes broadcast. */
public record Clamp(Tensor a, Tensor b, Tensor c) implements Ternary {

    @Override
    public Lane lane() {
        return Lane.CLAMP;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var zero = dy.zerosLike();
        var inside = a.ge(b).logicalAnd(a.le(c));
        return List.of(
                Tensor.where(inside, dy, zero),
                Tensor.where(a.lt(b).logicalAnd(b.lt(c)), dy, zero),
                Tensor.where(a.gt(c).logicalOr(b.ge(c)), dy, zero));
    }
}
