package soma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import soma.op.Embed;
import soma.op.Permute;
import soma.op.Slice;

/** The same elements in another arrangement: reshaping, moving axes, cutting and joining. */
public sealed interface TensorShaping permits Tensor {

    /** The same elements under another shape; one size may be -1, which stands for the rest. */
    default Tensor reshape(int... sizes) {
        var x = (Tensor) this;
        var d = sizes.clone();
        int open = -1;
        long known = 1;
        for (int i = 0; i < d.length; i++) {
            if (d[i] == -1 && open < 0) {
                open = i;
            } else {
                known *= d[i];
            }
        }
        if (open >= 0) {
            if (known <= 0 || x.numel() % known != 0) {
                throw new ShapeException("reshape: " + x.shape() + " has " + x.numel() + " elements, which "
                        + Arrays.toString(sizes) + " cannot hold: the sizes besides -1 make " + known);
            }
            d[open] = (int) (x.numel() / known);
        }
        return x.reshape(Shape.of(d));
    }

    /** All axes into one. */
    default Tensor flatten() {
        return reshape(-1);
    }

    /** Axis {@code from} and all after it into one. */
    default Tensor flatten(int from) {
        return flatten(from, -1);
    }

    /** Axes {@code from} to {@code to}, both included, into one. */
    default Tensor flatten(int from, int to) {
        var x = (Tensor) this;
        if (x.rank() == 0) {
            return x.reshape(Shape.of(1));
        }
        int a = x.shape().axis(from, "flatten");
        int b = x.shape().axis(to, "flatten");
        if (b < a) {
            throw new ShapeException(
                    "flatten: from axis " + a + " to axis " + b + " of shape " + x.shape() + " runs backwards");
        }
        var d = new ArrayList<Integer>();
        for (int i = 0; i < x.rank(); i++) {
            if (i == a) {
                d.add(x.shape().product(a, b + 1));
            } else if (i < a || i > b) {
                d.add(x.size(i));
            }
        }
        return x.reshape(Shape.of(d.stream().mapToInt(Integer::intValue).toArray()));
    }

    /** One axis into several; one size may be -1. */
    default Tensor unflatten(int axis, int... sizes) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "unflatten");
        var inner = Tensor.zeros(x.size(a)).reshape(sizes).shape();
        var shape = x.shape().without(a);
        for (int i = 0; i < inner.rank(); i++) {
            shape = shape.insert(a + i, inner.dim(i));
        }
        return x.reshape(shape);
    }

    /** A new axis of size 1 at position {@code axis}. */
    default Tensor unsqueeze(int axis) {
        var x = (Tensor) this;
        int a = axis < 0 ? axis + x.rank() + 1 : axis;
        if (a < 0 || a > x.rank()) {
            throw new ShapeException("unsqueeze: axis " + axis + " is outside " + (-x.rank() - 1) + ".." + x.rank()
                    + " for shape " + x.shape());
        }
        return x.reshape(x.shape().insert(a, 1));
    }

    /** Without axis {@code axis} if its size is 1. */
    default Tensor squeeze(int axis) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "squeeze");
        return x.size(a) == 1 ? x.reshape(x.shape().without(a)) : x;
    }

    /** Without any axis of size 1. */
    default Tensor squeeze() {
        var x = (Tensor) this;
        return x.reshape(
                Shape.of(Arrays.stream(x.shape().toArray()).filter(d -> d != 1).toArray()));
    }

    /** The axes in another order: axis k of the result is axis {@code axes[k]} of this. */
    default Tensor permute(int... axes) {
        var x = (Tensor) this;
        var list = Arrays.stream(axes)
                .map(a -> x.shape().axis(a, "permute"))
                .boxed()
                .toList();
        if (list.size() != x.rank() || list.stream().distinct().count() != list.size()) {
            throw new ShapeException(
                    "permute: axes " + Arrays.toString(axes) + " must name each axis of shape " + x.shape() + " once");
        }
        boolean same = IntStream.range(0, list.size()).allMatch(i -> list.get(i) == i);
        return same ? x : Tensor.of(new Permute(x, list));
    }

    /** Two axes exchanged. */
    default Tensor transpose(int a, int b) {
        var x = (Tensor) this;
        var order = IntStream.range(0, x.rank()).toArray();
        int i = x.shape().axis(a, "transpose");
        int j = x.shape().axis(b, "transpose");
        order[i] = j;
        order[j] = i;
        return permute(order);
    }

    /** A matrix (or the last two axes) transposed. */
    default Tensor t() {
        return transpose(-2, -1);
    }

    /** Axis {@code from} moved to position {@code to}. */
    default Tensor moveAxis(int from, int to) {
        var x = (Tensor) this;
        var order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        int i = x.shape().axis(from, "moveAxis");
        int j = x.shape().axis(to, "moveAxis");
        order.add(j, order.remove(i));
        return permute(order.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Along one axis the elements from {@code from} to before {@code to}; negative counts from the end, excess is cut. */
    default Tensor slice(int axis, int from, int to) {
        return slice(axis, from, to, 1);
    }

    /** Like {@link #slice(int, int, int)}, every {@code step}-th; a negative step walks backwards, as in Python. */
    default Tensor slice(int axis, int from, int to, int step) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "slice");
        int n = x.size(a);
        if (step == 0) {
            throw new ShapeException("slice: step is 0; use a positive or negative step");
        }
        int low = step > 0 ? 0 : -1;
        int high = step > 0 ? n : n - 1;
        int start = Math.clamp(from < 0 ? (long) from + n : from, low, high);
        int end = to == Integer.MIN_VALUE ? -1 : Math.clamp(to < 0 ? (long) to + n : to, low, high);
        int count = Math.max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
        if (count == n && step == 1) {
            return x;
        }
        var starts = new ArrayList<>(java.util.Collections.nCopies(x.rank(), 0));
        var steps = new ArrayList<>(java.util.Collections.nCopies(x.rank(), 1));
        var sizes = new ArrayList<>(Arrays.stream(x.shape().toArray()).boxed().toList());
        starts.set(a, count == 0 ? 0 : start);
        steps.set(a, step);
        sizes.set(a, count);
        return Tensor.of(new Slice(x, List.copyOf(starts), List.copyOf(steps), List.copyOf(sizes)));
    }

    /** {@code length} elements of one axis from {@code start}. */
    default Tensor narrow(int axis, int start, int length) {
        var x = (Tensor) this;
        int n = x.size(axis);
        if (start < 0 || length < 0 || length > n - start) {
            throw new ShapeException("narrow: elements " + start + " to " + ((long) start + length - 1)
                    + " are outside 0.." + (n - 1) + " of axis " + axis + " of shape " + x.shape());
        }
        return slice(axis, start, start + length);
    }

    /** One position of one axis, which vanishes. */
    default Tensor select(int axis, int index) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "select");
        int n = x.size(a);
        int i = index < 0 ? index + n : index;
        if (i < 0 || i >= n) {
            throw new ShapeException("select: index " + index + " is outside " + -n + ".." + (n - 1) + " of axis " + a
                    + " of shape " + x.shape());
        }
        return slice(a, i, i + 1).reshape(x.shape().without(a));
    }

    /** The element or part at the leading indices: {@code x.at(2, 3)} is x[2, 3]. */
    default Tensor at(int... indices) {
        var x = (Tensor) this;
        for (int i : indices) {
            x = x.select(0, i);
        }
        return x;
    }

    /** Axes reversed. */
    default Tensor flip(int... axes) {
        var x = (Tensor) this;
        var starts = new ArrayList<>(java.util.Collections.nCopies(x.rank(), 0));
        var steps = new ArrayList<>(java.util.Collections.nCopies(x.rank(), 1));
        for (int axis : axes) {
            int a = x.shape().axis(axis, "flip");
            starts.set(a, Math.max(0, x.size(a) - 1));
            steps.set(a, -1);
        }
        var sizes = Arrays.stream(x.shape().toArray()).boxed().toList();
        return Tensor.of(new Slice(x, List.copyOf(starts), List.copyOf(steps), sizes));
    }

    /** Padded with zeros: {@code before} and {@code after} elements along one axis. */
    default Tensor padZeros(int axis, int before, int after) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "pad");
        if (before < 0 || after < 0) {
            throw new ShapeException("pad: " + before + " before and " + after + " after axis " + axis
                    + "; padding cannot be negative, cut with slice");
        }
        var starts = new ArrayList<>(java.util.Collections.nCopies(x.rank(), 0));
        starts.set(a, before);
        return Tensor.of(new Embed(
                x,
                x.shape().with(a, x.size(a) + before + after),
                List.copyOf(starts),
                java.util.Collections.nCopies(x.rank(), 1)));
    }

    /** Cut along an axis into parts of {@code size} (the last may be smaller). */
    default List<Tensor> split(int axis, int size) {
        int n = ((Tensor) this).size(axis);
        if (size < 1) {
            throw new ShapeException("split: into parts of " + size + ", expected a size of at least 1");
        }
        var parts = new ArrayList<Tensor>();
        for (int i = 0; i == 0 || i < n; i += size) {
            parts.add(slice(axis, i, Math.min(n, i + size)));
        }
        return parts;
    }

    /** Cut along an axis into parts of the given sizes, which make up the whole. */
    default List<Tensor> splitSizes(int axis, int... sizes) {
        var x = (Tensor) this;
        if (Arrays.stream(sizes).sum() != x.size(axis)) {
            throw new ShapeException("split: sizes " + Arrays.toString(sizes) + " make "
                    + Arrays.stream(sizes).sum() + ", axis " + axis + " of shape " + x.shape() + " has "
                    + x.size(axis));
        }
        var parts = new ArrayList<Tensor>();
        int at = 0;
        for (int s : sizes) {
            parts.add(narrow(axis, at, s));
            at += s;
        }
        return parts;
    }

    /** Cut along an axis into {@code n} parts, as even as PyTorch's chunk makes them. */
    default List<Tensor> chunk(int n, int axis) {
        if (n < 1) {
            throw new ShapeException("chunk: into " + n + " parts, expected at least 1");
        }
        return split(axis, Math.max(1, Math.ceilDiv(((Tensor) this).size(axis), n)));
    }
}
