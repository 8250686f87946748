package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** A function of three elements; shapes broadcast. */
public non-sealed interface Ternary extends Elementwise {

    /** First operand. */
    Tensor a();

    /** Second operand. */
    Tensor b();

    /** Third operand. */
    Tensor c();

    @Override
    default List<Tensor> inputs() {
        return List.of(a(), b(), c());
    }

    @Override
    default Shape shape() {
        var asker = name().toLowerCase(java.util.Locale.ROOT);
        return Shape.broadcast(Shape.broadcast(a().shape(), b().shape(), asker), c().shape(), asker);
    }

    @Override
    default DType dtype() {
        return b().dtype();
    }
}
