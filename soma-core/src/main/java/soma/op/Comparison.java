package soma.op;

import java.util.List;
import soma.DType;
import soma.Tensor;

/** A question about two elements: the answer is bool and has no gradient. */
public interface Comparison extends Binary {

    @Override
    default DType dtype() {
        return DType.BOOL;
    }

    @Override
    default List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(a().zerosLike(), b().zerosLike());
    }
}
