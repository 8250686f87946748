package soma;

import java.util.Arrays;
import soma.op.Cumsum;
import soma.op.Gather;
import soma.op.Places;
import soma.op.Redirect;
import soma.op.Scatter;
import soma.op.ScatterAdd;
import soma.op.Take;
import soma.op.TakeAdd;

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
        return Tensor.of(new ScatterAdd(
                x, indices("scatterAdd", index), source.to(x.dtype()).expand(index.shape()), a));
    }

    /** torch.scatter: source written at the places that {@code index} names along an axis; the last writer wins. */
    default Tensor scatter(int axis, Tensor index, Tensor source) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "scatter");
        checkAlong("scatter", x, index, a);
        if (source.rank() == x.rank() && !source.shape().equals(index.shape())) {
            for (int i = 0; i < source.rank(); i++) {
                source = source.slice(i, 0, index.size(i));
            }
        }
        return Tensor.of(
                new Scatter(x, indices("scatter", index), source.to(x.dtype()).expand(index.shape()), a));
    }

    /** {@link #scatter(int, Tensor, Tensor)} of one number. */
    default Tensor scatter(int axis, Tensor index, double value) {
        return scatter(axis, index, Tensor.scalar(value, ((Tensor) this).dtype()));
    }

    /** The slices along an axis that a vector of indices names: torch.index_select. */
    default Tensor indexSelect(int axis, Tensor index) {
        if (index.rank() != 1) {
            throw new ShapeException(
                    "indexSelect: the index has shape " + index.shape() + ", expected a vector; use take");
        }
        return take(axis, index);
    }

    /** x with {@code alpha} times the slices of source added at the places that a vector of indices names: torch.index_add. */
    default Tensor indexAdd(int axis, Tensor index, Tensor source, double alpha) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "indexAdd");
        if (index.rank() != 1
                || source.rank() != x.rank()
                || !source.shape().equals(x.shape().with(a, index.size(0)))) {
            throw new ShapeException("indexAdd: index " + index.shape() + " and source " + source.shape() + " for axis "
                    + a + " of " + x.shape()
                    + "; expected a vector, and the tensor's shape with as many slices along that axis");
        }
        var places = indices("indexAdd", index);
        var added = Tensor.of(new TakeAdd(summable(source.to(x.dtype())), places, x.shape(), a))
                .to(x.dtype());
        return x.add(alpha == 1 ? added : added.mul(alpha));
    }

    /** {@link #indexAdd(int, Tensor, Tensor, double)} with alpha 1. */
    default Tensor indexAdd(int axis, Tensor index, Tensor source) {
        return indexAdd(axis, index, source, 1);
    }

    /**
     * x[i, j, ...]: for each place of the index tensors, which broadcast, the part at these positions of the first axes. One bool
     * tensor chooses like {@link #maskedSelect}.
     */
    default Tensor index(Tensor... at) {
        var x = (Tensor) this;
        if (at.length == 1 && at[0].dtype() == DType.BOOL) {
            return at[0].rank() == x.rank() ? maskedSelect(at[0]) : index(columns(at[0]));
        }
        return x.flatten(0, at.length - 1).take(0, linear("index", x, at));
    }

    /**
     * x with {@code values} written (or added, if {@code accumulate}) at x[i, j, ...]; values broadcast to what {@link #index} gives
     * there. Without accumulate the last writer wins.
     */
    default Tensor indexPut(Tensor values, boolean accumulate, Tensor... at) {
        var x = (Tensor) this;
        if (at.length == 1 && at[0].dtype() == DType.BOOL) {
            return indexPut(values, accumulate, columns(at[0]));
        }
        var place = linear("indexPut", x, at);
        var rows = x.flatten(0, at.length - 1);
        var chosen = rows.shape().without(0);
        for (int i = place.rank() - 1; i >= 0; i--) {
            chosen = chosen.insert(0, place.size(i));
        }
        var given = values.to(x.dtype()).expand(chosen);
        var flatShape = rows.shape().with(0, place.numel());
        if (accumulate) {
            return rows.indexAdd(0, place.flatten(), given.reshape(flatShape)).reshape(x.shape());
        }
        int inner = rows.numel() / Math.max(1, rows.size(0));
        var wide = place.reshape(Shape.of(place.numel(), 1)).expand(Shape.of(place.numel(), inner));
        return rows.reshape(Shape.of(rows.size(0), inner))
                .scatter(0, wide, given.reshape(Shape.of(place.numel(), inner)))
                .reshape(x.shape());
    }

    /** A number in place of what {@code mask} (bool, broadcasting) marks. */
    default Tensor maskedFill(Tensor mask, double value) {
        return Tensor.where(mask, value, (Tensor) this);
    }

    /** The elements that a mask marks, as a vector. Looks at the mask, since the size of the result depends on it. */
    default Tensor maskedSelect(Tensor mask) {
        var x = (Tensor) this;
        if (mask.dtype() != DType.BOOL) {
            throw new DTypeException(
                    "maskedSelect: the mask is " + mask.dtype() + ", expected bool; compare it first, as in x.gt(0)");
        }
        var shape = Shape.broadcast(x.shape(), mask.shape(), "maskedSelect");
        var marks = (byte[])
                Tensor.of(new Redirect.Barrier(mask, mask)).expand(shape).array();
        var places = soma.kernel.Indexing.nonzero(marks);
        return x.expand(shape).flatten().take(0, Tensor.of(places, places.length));
    }

    /** Where the elements are not 0: int64 (count, rank), in order. Looks at the tensor. */
    default Tensor nonzero() {
        var x = (Tensor) this;
        return Tensor.stack(1, columns(x.dtype() == DType.BOOL ? Tensor.of(new Redirect.Barrier(x, x)) : x.ne(0)));
    }

    /** 1 at the class that each element names and 0 elsewhere, int64, along a new last axis. */
    default Tensor oneHot(int classes) {
        var places = Tensor.of(new Places(indices("oneHot", (Tensor) this), classes, "oneHot"));
        return Tensor.arange(classes).eq(places.unsqueeze(-1)).to(DType.INT64);
    }

    /** Sums of the slices along axis 0 by segment: y[index[i]] += x[i], y having {@code segments} slices. */
    default Tensor segmentSum(Tensor index, int segments) {
        var x = (Tensor) this;
        return Tensor.zeros(x.dtype(), x.shape().with(0, segments)).indexAdd(0, index, x);
    }

    /** The rows of this table that {@code index} names; rows named {@code paddingIndex} (-1: none) get no gradient. */
    default Tensor embedding(Tensor index, int paddingIndex) {
        var y = take(0, index);
        if (paddingIndex < 0) {
            return y;
        }
        return Tensor.where(index.eq(paddingIndex).unsqueeze(-1), y.stopGradient(), y);
    }

    /** How the rows of a bag become one. */
    enum Bag {
        /** Their sum. */
        SUM,
        /** Their mean, 0 of an empty bag. */
        MEAN,
        /** Their largest elements, 0 of an empty bag. */
        MAX
    }

    /** Rows of this table by bags: bag b holds index[offsets[b]] up to before index[offsets[b + 1]]. Both are vectors. */
    default Tensor embeddingBag(Tensor index, Tensor offsets, Bag mode) {
        var rows = take(0, index);
        int bags = offsets.size(0);
        var position = Tensor.arange(index.size(0));
        var bag = offsets.unsqueeze(0).le(position.unsqueeze(1)).sum(1).sub(1);
        if (mode == Bag.MAX) {
            var mine = bag.unsqueeze(0).eq(Tensor.arange(bags).unsqueeze(1)).unsqueeze(2);
            var best = Tensor.where(mine, rows.unsqueeze(0), Double.NEGATIVE_INFINITY)
                    .max(1);
            return best.maskedFill(mine.any(1).logicalNot(), 0);
        }
        var sums = rows.segmentSum(bag, bags);
        if (mode == Bag.SUM) {
            return sums;
        }
        var count = position.onesLike().segmentSum(bag, bags).maximum(1).to(rows.dtype());
        return sums.div(count.unsqueeze(1));
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
            throw new DTypeException(
                    asker + ": the index is " + index.dtype() + ", expected integers; convert it with to(DType.INT64)");
        }
        return index.to(DType.INT64);
    }

    private static Tensor summable(Tensor x) {
        return x.dtype().isHalf() ? x.to(DType.FLOAT32) : x.dtype().isFloating() ? x : x.to(DType.INT64);
    }

    /** The places that a mask marks, one index tensor for each of its axes. */
    private static Tensor[] columns(Tensor mask) {
        var marks = (byte[]) Tensor.of(new Redirect.Barrier(mask, mask)).array();
        var places = soma.kernel.Indexing.nonzero(marks);
        var columns = new Tensor[mask.rank()];
        var strides = mask.shape().strides();
        for (int i = 0; i < columns.length; i++) {
            int stride = strides[i];
            int size = mask.size(i);
            columns[i] =
                    Tensor.of(Arrays.stream(places).map(p -> p / stride % size).toArray(), places.length);
        }
        return columns;
    }

    /** Positions of the first axes as positions in these axes flattened. */
    private static Tensor linear(String asker, Tensor x, Tensor[] at) {
        if (at.length == 0 || at.length > x.rank()) {
            throw new ShapeException(
                    asker + ": " + at.length + " index tensors for shape " + x.shape() + "; expected 1 to " + x.rank());
        }
        var sum = Tensor.of(new Places(indices(asker, at[0]), x.size(0), asker));
        for (int i = 1; i < at.length; i++) {
            sum = sum.mul(x.size(i)).add(Tensor.of(new Places(indices(asker, at[i]), x.size(i), asker)));
        }
        return sum;
    }

    private static void checkAlong(String asker, Tensor x, Tensor index, int axis) {
        boolean fits = x.rank() == index.rank();
        for (int i = 0; fits && i < x.rank(); i++) {
            fits = i == axis || index.size(i) <= x.size(i);
        }
        if (!fits) {
            throw new ShapeException(asker + ": index " + index.shape() + " does not fit " + x.shape() + " along axis "
                    + axis + "; it needs as many axes, and besides axis " + axis + " no larger ones");
        }
    }
}
