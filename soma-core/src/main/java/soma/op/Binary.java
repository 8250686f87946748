package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** A function of two elements; the operands have one dtype and shapes that broadcast. */
public non-sealed interface Binary extends Elementwise {

    /** Left operand. */
    Tensor a();

    /** Right operand. */
    Tensor b();

    @Override
    default List<Tensor> inputs() {
        return List.of(a(), b());
    }

    @Override
    default Shape shape() {
        var shape = a().shape();
        // mostly so, and then nobody needs the name
        return shape.equals(b().shape())
                ? shape
                : Shape.broadcast(shape, b().shape(), name().toLowerCase(java.util.Locale.ROOT));
    }

    @Override
    default DType dtype() {
        return a().dtype();
    }
}
