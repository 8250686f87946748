package soma;

import java.util.function.Function;
import soma.kernel.Sorting;
import soma.op.ArgKth;
import soma.op.ArgSort;
import soma.op.ArgTopK;
import soma.op.CumExtreme;
import soma.op.Cumprod;
import soma.op.Logcumsumexp;
import soma.op.Op;
import soma.op.Redirect;

/**
 * Order along an axis, and running products and extremes. NaN is the largest of all; gradients follow the chosen
 * elements.
 */
public sealed interface TensorOrdering permits Tensor {

    /** Chosen elements and, int64, where they were. */
    record Ordered(Tensor values, Tensor indices) {}

    /** Different values rising, for each element the place of its value among them, and how often each occurs. */
    record Unique(Tensor values, Tensor inverse, Tensor counts) {}

    /** Sorted along an axis; equal elements keep their order. */
    default Ordered sort(int axis, boolean descending) {
        return ordered(axis, alongLast("sort", axis, x -> new ArgSort(x, descending)));
    }

    /** Sorted upwards along an axis. */
    default Ordered sort(int axis) {
        return sort(axis, false);
    }

    /** Where along an axis the elements of the sorted tensor are, int64. */
    default Tensor argsort(int axis, boolean descending) {
        return alongLast("argsort", axis, x -> new ArgSort(x, descending));
    }

    /** The k largest (or smallest) along an axis, in order. */
    default Ordered topk(int k, int axis, boolean largest) {
        var x = (Tensor) this;
        int n = x.size(x.shape().axis(axis, "topk"));
        if (k < 0 || k > n) {
            throw new ShapeException(
                    "topk: the first " + k + " along axis " + axis + " of shape " + x.shape() + ", which has " + n);
        }
        return ordered(axis, alongLast("topk", axis, t -> new ArgTopK(t, k, largest)));
    }

    /** The k largest along an axis. */
    default Ordered topk(int k, int axis) {
        return topk(k, axis, true);
    }

    /** The k-th smallest along an axis (k from 1), which vanishes. */
    default Ordered kthvalue(int k, int axis) {
        var x = (Tensor) this;
        int n = x.size(x.shape().axis(axis, "kthvalue"));
        if (k < 1 || k > n) {
            throw new ShapeException("kthvalue: the " + k + ". smallest along axis " + axis + " of shape " + x.shape()
                    + "; expected 1 to " + n);
        }
        return chosen(x, axis, alongLastGone("kthvalue", axis, t -> new ArgKth(t, k)));
    }

    /** The median along an axis, which vanishes: the lower one of two. */
    default Ordered median(int axis) {
        var x = (Tensor) this;
        if (x.size(x.shape().axis(axis, "median")) == 0) {
            throw new ShapeException("median: shape " + x.shape() + " has no element to choose along axis " + axis);
        }
        return chosen(x, axis, alongLastGone("median", axis, t -> new ArgKth(t, ArgKth.MEDIAN)));
    }

    /** The median of all elements. */
    default Tensor median() {
        return ((Tensor) this).flatten().median(0).values();
    }

    /** The different values, rising. Looks at the tensor, since the size of the result depends on it. */
    default Unique unique() {
        var x = (Tensor) this;
        var flat = x.flatten();
        var found = switch (Tensor.of(new Redirect.Barrier(comparable(flat), comparable(flat)))
                .array()) {
            case float[] a -> Sorting.unique(a, 0, a.length);
            case double[] a -> Sorting.unique(a, 0, a.length);
            case long[] a -> Sorting.unique(a, 0, a.length);
            default -> throw new IllegalStateException("unique of " + x.dtype());
        };
        var first = new long[found.counts().length];
        for (int i = found.inverse().length - 1; i >= 0; i--) {
            first[(int) found.inverse()[i]] = i;
        }
        return new Unique(
                flat.take(0, Tensor.of(first, first.length)),
                Tensor.wrap(found.inverse(), DType.INT64, x.shape()),
                Tensor.of(found.counts(), first.length));
    }

    /** Running products along an axis; of integers and bool an int64. */
    default Tensor cumprod(int axis) {
        var x = (Tensor) this;
        var wide = x.dtype().isFloating() ? x : x.to(DType.INT64);
        return Tensor.of(new Cumprod(wide, x.shape().axis(axis, "cumprod")));
    }

    /** Running maximum along an axis and where it was found, the last of equals. */
    default Ordered cummax(int axis) {
        return running("cummax", axis, true);
    }

    /** Running minimum along an axis and where it was found, the last of equals. */
    default Ordered cummin(int axis) {
        return running("cummin", axis, false);
    }

    /** ln of the running sums of e^x along an axis, without overflow. */
    default Tensor logcumsumexp(int axis) {
        var x = (Tensor) this;
        if (!x.dtype().isFloating()) {
            throw new DTypeException("logcumsumexp: the tensor is " + x.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        return Tensor.of(new Logcumsumexp(x, x.shape().axis(axis, "logcumsumexp")));
    }

    private Ordered running(String asker, int axis, boolean max) {
        var x = (Tensor) this;
        var all = Tensor.of(new CumExtreme(comparable(x), x.shape().axis(axis, asker), max));
        return new Ordered(all.pick(0).to(x.dtype()), all.pick(1));
    }

    private Ordered ordered(int axis, Tensor places) {
        var x = (Tensor) this;
        return new Ordered(x.rank() == 0 ? x : x.gather(axis, places), places);
    }

    private static Ordered chosen(Tensor x, int axis, Tensor places) {
        int a = x.shape().axis(axis, "gather");
        return new Ordered(x.gather(a, places.unsqueeze(a)).squeeze(a), places);
    }

    private Tensor alongLast(String asker, int axis, Function<Tensor, Op> make) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, asker);
        return Tensor.of(make.apply(comparable(x).transpose(a, -1))).transpose(a, -1);
    }

    private Tensor alongLastGone(String asker, int axis, Function<Tensor, Op> make) {
        var x = (Tensor) this;
        return Tensor.of(make.apply(comparable(x).moveAxis(x.shape().axis(axis, asker), -1)));
    }

    private static Tensor comparable(Tensor x) {
        return x.dtype().isHalf() ? x.to(DType.FLOAT32) : x.dtype().isFloating() ? x : x.to(DType.INT64);
    }
}
