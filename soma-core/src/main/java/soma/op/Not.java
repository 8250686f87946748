package soma.op;

import java.util.List;
import soma.DType;
import soma.Tensor;
import soma.kernel.Lane;

/** y = whether x is 0 (logical not). Elementwise, any shape; the answer is bool. */
public record Not(Tensor x) implements Unary {

    @Override
    public Lane lane() {
        return Lane.NOT;
    }

    @Override
    public DType dtype() {
        return DType.BOOL;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike());
    }
}
