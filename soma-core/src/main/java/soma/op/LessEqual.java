package soma.op;

import soma.Tensor;
import soma.kernel.Lane;

/** y = whether a &lt;= b. Elementwise, shapes broadcast. */
public record LessEqual(Tensor a, Tensor b) implements Comparison {

    @Override
    public Lane lane() {
        return Lane.LE;
    }
}
