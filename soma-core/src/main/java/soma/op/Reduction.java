package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Fold;

/** Many elements folded into one along {@code axes} (ascending, each once); these axes vanish from the shape. */
public sealed interface Reduction extends Op permits Sum, Prod, Amax, Amin {

    /** What is folded. */
    Tensor x();

    /** Along which axes. */
    List<Integer> axes();

    /** By which function. */
    Fold fold();

    @Override
    default List<Tensor> inputs() {
        return List.of(x());
    }

    @Override
    default Shape shape() {
        var shape = x().shape();
        for (int i = axes().size() - 1; i >= 0; i--) {
            shape = shape.without(axes().get(i));
        }
        return shape;
    }

    @Override
    default DType dtype() {
        return x().dtype();
    }

    @Override
    default Object attributes() {
        return axes();
    }

    /** The shape with the folded axes kept at size 1. */
    default Shape kept() {
        var shape = x().shape();
        for (int a : axes()) {
            shape = shape.with(a, 1);
        }
        return shape;
    }
}
