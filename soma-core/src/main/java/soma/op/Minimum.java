package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = the smaller; NaN if either is. Where they are equal each gets half the gradient. Elementwise, shapes broadcast. */
public record Minimum(Tensor a, Tensor b) implements Binary {

    @Override
    public Lane lane() {
        return Lane.MIN;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var half = a.eq(b).to(dy.dtype()).mul(0.5);
        return List.of(
                dy.mul(a.lt(b).to(dy.dtype()).add(half)),
                dy.mul(b.lt(a).to(dy.dtype()).add(half)));
    }
}
