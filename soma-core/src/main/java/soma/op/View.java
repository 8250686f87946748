package soma.op;

import java.util.List;
import soma.DType;
import soma.Tensor;

/** The same elements seen in another arrangement. */
public sealed interface View extends Op permits Reshape, Permute, Slice {

    /** Whose elements. */
    Tensor x();

    @Override
    default List<Tensor> inputs() {
        return List.of(x());
    }

    @Override
    default DType dtype() {
        return x().dtype();
    }
}
