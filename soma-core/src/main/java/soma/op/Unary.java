package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** A function of one element. */
public non-sealed interface Unary extends Elementwise {

    /** Its argument. */
    Tensor x();

    @Override
    default List<Tensor> inputs() {
        return List.of(x());
    }

    @Override
    default Shape shape() {
        return x().shape();
    }

    @Override
    default DType dtype() {
        return x().dtype();
    }
}
