package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x tanh(softplus(x)). Misra 2019, arXiv 1908.08681. Elementwise, any shape. */
public record Mish(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.MISH;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var t = x.softplus().tanh();
        return List.of(dy.mul(t.add(x.mul(t.square().neg().add(1)).mul(x.sigmoid()))));
    }
}
