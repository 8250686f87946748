package soma;

import soma.op.Cumsum;
import soma.op.Gather;
import soma.op.ScatterAdd;
import soma.op.Take;

/** Choosing elements by index tensors, and writing to chosen places. Indices are integers; negative ones count from the end. */
public sealed interface TensorIndexing permits Tensor {

    /** The slices along an axis that {@code index} names: (A.., n, B..) with index (I..) gives (A.., I.., B..). */
    default Tensor take(int axis, Tensor index) {
        var x = (Tensor) this;
        return Tensor.of(new Take(x, indices("take", index), x.shape().axis(axis, "take")));
    }

    /** torch.gather: y[i][j] = x[i][index[i][j]] for axis 1. */
    default Tensor gather(int axis, Tensor index) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "gather");
        checkAlong("gather", x, index, a);
        return Tensor.of(new Gather(x, indices("gather", index), a));
    }

    /** torch.scatter_add: source added at the places that {@code index} names along an axis. */
    default Tensor scatterAdd(int axis, Tensor index, Tensor source) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "scatterAdd");
        checkAlong("scatterAdd", x, index, a);
        if (source.rank() == x.rank() && !source.shape().equals(index.shape())) {
            for (int i = 0; i < source.rank(); i++) {
                source = source.slice(i, 0, index.size(i));
            }
        }
        return Tensor.of(new ScatterAdd(x, indices("scatterAdd", index), source.to(x.dtype()).expand(index.shape()), a));
    }

    /** Running sums along an axis; of integers and bool an int64. */
    default Tensor cumsum(int axis) {
        var x = (Tensor) this;
        var wide = x.dtype().isFloating() ? x : x.to(DType.INT64);
        return Tensor.of(new Cumsum(wide, x.shape().axis(axis, "cumsum")));
    }

    /** The indices as int64, or an exception in the name of {@code asker}. */
    static Tensor indices(String asker, Tensor index) {
        if (!index.dtype().isInteger()) {
            throw new DTypeException(asker + ": the index is " + index.dtype()
                    + ", expected integers; convert it with to(DType.INT64)");
        }
        return index.to(DType.INT64);
    }

    private static void checkAlong(String asker, Tensor x, Tensor index, int axis) {
        boolean fits = x.rank() == index.rank();
        for (int i = 0; fits && i < x.rank(); i++) {
            fits = i == axis || index.size(i) <= x.size(i);
        }
        if (!fits) {
            throw new ShapeException(asker + ": index " + index.shape() + " does not fit " + x.shape() + " along axis " + axis
                    + "; it needs as many axes, and besides axis " + axis + " no larger ones");
        }
    }
}
