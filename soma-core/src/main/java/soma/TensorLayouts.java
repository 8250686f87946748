package soma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import soma.kernel.Unfold.Window;
import soma.op.Col2im;
import soma.op.Embed;
import soma.op.Im2col;

/**
 * Padding, repeating, rolling, triangles and diagonals, windows: the elements copied into larger or other arrangements.
 */
public sealed interface TensorLayouts permits Tensor {

    /** What stands beyond the edges of a padded tensor. */
    enum PadMode {
        /** The inside mirrored, without the edge itself: c b | a b c | b a. */
        REFLECT,
        /** The edge again and again: a a | a b c | c c. */
        REPLICATE,
        /** The other side: b c | a b c | a b. */
        CIRCULAR
    }

    /**
     * Padded with zeros. As in PyTorch the numbers come in pairs, before and after, the last axis first: {@code pad(1,
     * 1, 2, 2)} pads the last axis by 1 and the one before by 2. A negative number cuts.
     */
    default Tensor pad(int... pairs) {
        var x = cut("pad", pairs);
        var starts = new ArrayList<>(Collections.nCopies(x.rank(), 0));
        var shape = x.shape();
        for (int i = 0; i < pairs.length; i += 2) {
            int axis = x.rank() - 1 - i / 2;
            starts.set(axis, Math.max(0, pairs[i]));
            shape = shape.with(axis, shape.dim(axis) + Math.max(0, pairs[i]) + Math.max(0, pairs[i + 1]));
        }
        return shape.equals(x.shape())
                ? x
                : Tensor.of(new Embed(x, shape, List.copyOf(starts), Collections.nCopies(x.rank(), 1)));
    }

    /** Padded with a number; for the pairs see {@link #pad(int...)}. */
    default Tensor padConstant(double value, int... pairs) {
        var x = cut("pad", pairs);
        for (int i = 0; i < pairs.length; i += 2) {
            int axis = x.rank() - 1 - i / 2;
            var parts = new ArrayList<Tensor>();
            if (pairs[i] > 0) {
                parts.add(Tensor.full(x.dtype(), x.shape().with(axis, pairs[i]), value));
            }
            parts.add(x);
            if (pairs[i + 1] > 0) {
                parts.add(Tensor.full(x.dtype(), x.shape().with(axis, pairs[i + 1]), value));
            }
            x = Tensor.cat(axis, parts.toArray(Tensor[]::new));
        }
        return x;
    }

    /** Padded from the tensor itself; for the pairs see {@link #pad(int...)}. */
    default Tensor pad(PadMode mode, int... pairs) {
        var x = cut("pad", pairs);
        for (int i = 0; i < pairs.length; i += 2) {
            int axis = x.rank() - 1 - i / 2;
            int n = x.size(axis);
            int before = Math.max(0, pairs[i]);
            int after = Math.max(0, pairs[i + 1]);
            int room = mode == PadMode.REFLECT ? n - 1 : mode == PadMode.CIRCULAR ? n : n == 0 ? 0 : Integer.MAX_VALUE;
            if (before > room || after > room) {
                throw new ShapeException(
                        "pad: " + before + " before and " + after + " after axis " + axis + " of shape " + x.shape()
                                + " in mode " + mode + "; it can give at most " + Math.max(0, room) + " on each side");
            }
            if (before + after > 0) {
                x = x.take(
                        axis,
                        Tensor.of(IntStream.range(-before, n + after)
                                .map(p -> source(mode, p, n))
                                .toArray()));
            }
        }
        return x;
    }

    private static int source(PadMode mode, int p, int n) {
        return switch (mode) {
            case REFLECT -> p < 0 ? -p : p < n ? p : 2 * n - 2 - p;
            case REPLICATE -> Math.clamp(p, 0, n - 1);
            case CIRCULAR -> Math.floorMod(p, n);
        };
    }

    private Tensor cut(String asker, int[] pairs) {
        var x = (Tensor) this;
        if (pairs.length % 2 != 0 || pairs.length > 2 * x.rank()) {
            throw new ShapeException(asker + ": " + Arrays.toString(pairs) + " for shape " + x.shape()
                    + "; expected pairs (before, after), the last axis first, at most one pair for each axis");
        }
        for (int i = 0; i < pairs.length; i += 2) {
            int axis = x.rank() - 1 - i / 2;
            int from = Math.max(0, -pairs[i]);
            int to = x.size(axis) - Math.max(0, -pairs[i + 1]);
            if (to < from) {
                throw new ShapeException(asker + ": cutting " + from + " and " + (x.size(axis) - to) + " from axis "
                        + axis + " of shape " + x.shape() + " leaves less than nothing");
            }
            x = x.slice(axis, from, to);
        }
        return x;
    }

    /** The whole repeated along each axis; more numbers than axes add axes in front. */
    default Tensor repeat(int... times) {
        var x = (Tensor) this;
        if (times.length < x.rank() || Arrays.stream(times).anyMatch(t -> t < 0)) {
            throw new ShapeException("repeat: " + Arrays.toString(times) + " for shape " + x.shape()
                    + "; expected a number of 0 or more for each axis (tile fills up missing ones)");
        }
        int skip = times.length - x.rank();
        var from = new int[2 * times.length];
        var to = new int[2 * times.length];
        var end = new int[times.length];
        for (int i = 0; i < times.length; i++) {
            int n = i < skip ? 1 : x.size(i - skip);
            from[2 * i] = 1;
            from[2 * i + 1] = n;
            to[2 * i] = times[i];
            to[2 * i + 1] = n;
            end[i] = times[i] * n;
        }
        return x.reshape(Shape.of(from)).expand(Shape.of(to)).reshape(Shape.of(end));
    }

    /** Like {@link #repeat}, where missing numbers in front count as 1. */
    default Tensor tile(int... times) {
        int missing = Math.max(0, ((Tensor) this).rank() - times.length);
        return repeat(IntStream.concat(IntStream.generate(() -> 1).limit(missing), Arrays.stream(times))
                .toArray());
    }

    /** Each element along an axis repeated in place: a a b b c c. */
    default Tensor repeatInterleave(int times, int axis) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "repeatInterleave");
        if (times < 0) {
            throw new ShapeException("repeatInterleave: " + times + " times, expected 0 or more");
        }
        var wide = x.unsqueeze(a + 1);
        return wide.expand(wide.shape().with(a + 1, times)).reshape(x.shape().with(a, x.size(a) * times));
    }

    /** Each element along an axis repeated as often as {@code times} (int, one axis) says; looks at {@code times}. */
    default Tensor repeatInterleave(Tensor times, int axis) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "repeatInterleave");
        if (times.rank() != 1 || times.size(0) != x.size(a)) {
            throw new ShapeException("repeatInterleave: times " + times.shape() + " for axis " + a + " of shape "
                    + x.shape() + "; expected one number for each of its " + x.size(a) + " elements");
        }
        var counts = TensorIndexing.indices("repeatInterleave", times).toIntArray();
        return x.take(
                a,
                Tensor.of(
                        IntStream.range(0, counts.length)
                                .flatMap(i -> IntStream.generate(() -> i).limit(counts[i]))
                                .toArray(),
                        Arrays.stream(counts).sum()));
    }

    /** Shifted along an axis; what leaves at the end comes in at the start. */
    default Tensor roll(int shift, int axis) {
        var x = (Tensor) this;
        int n = x.size(x.shape().axis(axis, "roll"));
        int s = n == 0 ? 0 : Math.floorMod(shift, n);
        return s == 0 ? x : Tensor.cat(axis, x.slice(axis, n - s, n), x.slice(axis, 0, n - s));
    }

    /** {@link #roll(int, int)} along several axes. */
    default Tensor roll(int[] shifts, int[] axes) {
        if (shifts.length != axes.length) {
            throw new ShapeException("roll: " + shifts.length + " shifts for " + axes.length + " axes");
        }
        var x = (Tensor) this;
        for (int i = 0; i < axes.length; i++) {
            x = x.roll(shifts[i], axes[i]);
        }
        return x;
    }

    /** Turned by {@code k} quarters in the plane of two axes, from {@code a} towards {@code b}. */
    default Tensor rot90(int k, int a, int b) {
        var x = (Tensor) this;
        return switch (Math.floorMod(k, 4)) {
            case 0 -> x;
            case 1 -> x.flip(b).transpose(a, b);
            case 2 -> x.flip(a, b);
            default -> x.flip(a).transpose(a, b);
        };
    }

    /** The lower triangle of the last two axes, up to diagonal {@code offset}; 0 above. */
    default Tensor tril(int offset) {
        return triangle("tril", offset, false);
    }

    /** The upper triangle of the last two axes, from diagonal {@code offset}; 0 below. */
    default Tensor triu(int offset) {
        return triangle("triu", offset, true);
    }

    private Tensor triangle(String asker, int offset, boolean upper) {
        var x = (Tensor) this;
        if (x.rank() < 2) {
            throw new ShapeException(asker + ": shape " + x.shape() + " is no matrix; expected (..., m, n)");
        }
        var diagonal = Tensor.arange(x.size(-1)).sub(Tensor.arange(x.size(-2)).unsqueeze(1));
        return Tensor.where(upper ? diagonal.ge(offset) : diagonal.le(offset), x, 0);
    }

    /** The diagonal of the last two axes, {@code offset} places right of the main one; it becomes the last axis. */
    default Tensor diagonal(int offset) {
        var x = (Tensor) this;
        if (x.rank() < 2) {
            throw new ShapeException("diagonal: shape " + x.shape() + " is no matrix; expected (..., m, n)");
        }
        int n = x.size(-1);
        int length = Math.max(0, Math.min(x.size(-2) + Math.min(0, offset), n - Math.max(0, offset)));
        int start = offset >= 0 ? offset : -offset * n;
        var flat = x.flatten(-2, -1);
        return length == 0 ? flat.slice(-1, 0, 0) : flat.slice(-1, start, start + (length - 1) * (n + 1) + 1, n + 1);
    }

    /** The main diagonal of the last two axes. */
    default Tensor diagonal() {
        return diagonal(0);
    }

    /** The diagonal in the plane of two axes; it becomes the last axis. */
    default Tensor diagonal(int offset, int a, int b) {
        var x = (Tensor) this;
        int i = x.shape().axis(a, "diagonal");
        int j = x.shape().axis(b, "diagonal");
        if (i == j) {
            throw new ShapeException("diagonal: axes " + a + " and " + b + " of shape " + x.shape() + " are the same");
        }
        return x.moveAxis(i, -1).moveAxis(j > i ? j - 1 : j, -1).diagonal(offset);
    }

    /** Square matrices with the last axis on diagonal {@code offset}, 0 elsewhere. */
    default Tensor diagEmbed(int offset) {
        var x = (Tensor) this;
        int length = x.size(-1);
        int n = length + Math.abs(offset);
        var starts = new ArrayList<>(Collections.nCopies(x.rank(), 0));
        var steps = new ArrayList<>(Collections.nCopies(x.rank(), 1));
        starts.set(x.rank() - 1, offset >= 0 ? offset : -offset * n);
        steps.set(x.rank() - 1, n + 1);
        var flat = Tensor.of(new Embed(x, x.shape().with(-1, n * n), List.copyOf(starts), List.copyOf(steps)));
        return flat.reshape(x.shape().with(-1, n).insert(x.rank(), n));
    }

    /** Square matrices with the last axis on the main diagonal. */
    default Tensor diagEmbed() {
        return diagEmbed(0);
    }

    /** Differences of neighbours along an axis. */
    default Tensor diff(int axis) {
        var x = (Tensor) this;
        int n = x.size(x.shape().axis(axis, "diff"));
        return x.slice(axis, Math.min(1, n), n).sub(x.slice(axis, 0, Math.max(0, n - 1)));
    }

    /**
     * Windows of {@code size} elements along an axis, every {@code step}: they become a new last axis.
     * torch.Tensor.unfold.
     */
    default Tensor unfold(int axis, int size, int step) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, "unfold");
        if (size < 0 || size > x.size(a) || step < 1) {
            throw new ShapeException("unfold: windows of " + size + " every " + step + " along axis " + a + " of shape "
                    + x.shape() + "; expected a size from 0 to " + x.size(a) + " and a step of at least 1");
        }
        int count = (x.size(a) - size) / step + 1;
        var places = new int[count * size];
        for (int i = 0; i < places.length; i++) {
            places[i] = i / size * step + i % size;
        }
        return x.take(a, Tensor.of(places, count, size)).moveAxis(a + 1, -1);
    }

    /**
     * Windows of images (N, C, H, W) as columns (N, C kh kw, L): torch.nn.functional.unfold. All arguments are (height,
     * width).
     */
    default Tensor im2col(int[] kernel, int[] dilation, int[] padding, int[] stride) {
        var x = (Tensor) this;
        if (x.rank() != 4) {
            throw new ShapeException("im2col: shape " + x.shape() + ", expected (N, C, H, W)");
        }
        return Tensor.of(new Im2col(floating("im2col", x), window(kernel, dilation, padding, stride)));
    }

    /**
     * Columns (N, C kh kw, L) added up to images (N, C, H, W): torch.nn.functional.fold, the adjoint of {@link
     * #im2col}.
     */
    default Tensor col2im(int[] outputSize, int[] kernel, int[] dilation, int[] padding, int[] stride) {
        var x = (Tensor) this;
        var window = window(kernel, dilation, padding, stride);
        int places = window.outHeight(outputSize[0]) * window.outWidth(outputSize[1]);
        if (x.rank() != 3 || x.size(1) % window.size() != 0 || x.size(2) != places) {
            throw new ShapeException(
                    "col2im: shape " + x.shape() + ", expected (N, C * " + window.size() + ", " + places + ")");
        }
        var shape = Shape.of(x.size(0), x.size(1) / window.size(), outputSize[0], outputSize[1]);
        return Tensor.of(new Col2im(floating("col2im", x), shape, window));
    }

    private static Window window(int[] kernel, int[] dilation, int[] padding, int[] stride) {
        for (int[] pair : new int[][] {kernel, dilation, padding, stride}) {
            if (pair.length != 2) {
                throw new ShapeException("unfold: " + Arrays.toString(pair) + ", expected two numbers (height, width)");
            }
        }
        try {
            return new Window(
                    kernel[0], kernel[1], dilation[0], dilation[1], padding[0], padding[1], stride[0], stride[1]);
        } catch (IllegalArgumentException e) {
            throw new ShapeException(String.valueOf(e.getMessage()));
        }
    }

    private static Tensor floating(String asker, Tensor x) {
        if (!x.dtype().isFloating()) {
            throw new DTypeException(asker + ": the tensor is " + x.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        return x;
    }

    /** (..., C r r, H, W) to (..., C, H r, W r). Shi et al. 2016, arXiv 1609.05158. */
    default Tensor pixelShuffle(int r) {
        var x = (Tensor) this;
        if (x.rank() < 3 || r < 1 || x.size(-3) % (r * r) != 0) {
            throw new ShapeException(
                    "pixelShuffle: by " + r + " of shape " + x.shape() + "; expected (..., C * " + r * r + ", H, W)");
        }
        int k = x.rank() - 3;
        var split = x.unflatten(-3, x.size(-3) / (r * r), r, r);
        var order = order(k, 0, 3, 1, 4, 2);
        return split.permute(order).flatten(k + 3, k + 4).flatten(k + 1, k + 2);
    }

    /** (..., C, H r, W r) to (..., C r r, H, W): undoes {@link #pixelShuffle}. */
    default Tensor pixelUnshuffle(int r) {
        var x = (Tensor) this;
        if (x.rank() < 3 || r < 1 || x.size(-1) % r != 0 || x.size(-2) % r != 0) {
            throw new ShapeException("pixelUnshuffle: by " + r + " of shape " + x.shape()
                    + "; expected (..., C, H, W) with H and W divisible by " + r);
        }
        int k = x.rank() - 3;
        var split = x.unflatten(-1, -1, r).unflatten(k + 1, -1, r);
        return split.permute(order(k, 0, 2, 4, 1, 3)).flatten(k, k + 2);
    }

    /** The first k axes as they are, then k + each of {@code rest}. */
    private static int[] order(int k, int... rest) {
        return IntStream.concat(IntStream.range(0, k), Arrays.stream(rest).map(a -> k + a))
                .toArray();
    }
}
