package soma.op;

import soma.Tensor;
import soma.kernel.Lane;

/** y = whether a > b. Elementwise, shapes broadcast. */
public record Greater(Tensor a, Tensor b) implements Comparison {

    @Override
    public Lane lane() {
        return Lane.GT;
    }
}
