package soma.op;

import java.util.List;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/** y = x with other axes over the same elements in row-major order. Costs nothing. */
public record Reshape(Tensor x, Shape shape) implements View {

    /** Refuses a shape of another size. */
    public Reshape {
        if (x.shape().size() != shape.size()) {
            throw new ShapeException(
                    "reshape: " + x.shape() + " has " + x.shape().size() + " elements, " + shape + " has "
                            + shape.size() + "; at most one size may be -1, which stands for the rest");
        }
    }

    @Override
    public Object attributes() {
        return shape;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(dy.expand(shape).reshape(x.shape()));
    }
}
