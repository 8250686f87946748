package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;
import soma.kernel.Lane;

/** y = x broadcast to {@code shape}. */
public record Expand(Tensor x, Shape shape) implements Elementwise {

    /** Refuses a shape that x does not broadcast to. */
    public Expand {
        if (!x.shape().broadcastsTo(shape)) {
            throw new ShapeException("expand: shape " + x.shape() + " does not broadcast to " + shape
                    + "; each axis, counted from the last, must be equal or 1");
        }
    }

    @Override
    public Lane lane() {
        return Lane.COPY;
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return shape;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy);
    }
}
