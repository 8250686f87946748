package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x in another dtype, as PyTorch's {@code to}: to integers without the fraction, to bool whether it is not 0. */
public record Cast(Tensor x, DType dtype) implements Elementwise {

    @Override
    public Lane lane() {
        return Lane.COPY;
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public Object attributes() {
        return dtype;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.to(x.dtype()));
    }
}
