package soma.kernel;

import java.util.Arrays;

/**
 * Reading and writing at places given by an array of longs. Negative places count from the end; a place outside gives
 * an {@link IndexOutOfBoundsException} that names it. Arrays are float[], double[], int[], long[], short[] or byte[],
 * both sides alike.
 */
public final class Indexing {

    private Indexing() {}

    /**
     * Whole slices: out[o, j, :] = x[o, index[io+j], :] with x (outer, size, inner) and out (outer, k, inner). [lo,
     * hi) are rows of out, o*k + j, so that callers can share them.
     */
    public static void take(
            Object x, int xo, int size, int inner, long[] index, int io, int k, Object out, int oo, int lo, int hi) {
        if (inner != 1) {
            for (int t = lo; t < hi; t++) {
                int o = t / k, at = checked(index, io, t - o * k, size);
                System.arraycopy(x, xo + (o * size + at) * inner, out, oo + t * inner, inner);
            }
            return;
        }
        switch (x) {
            case float[] a -> IndexingLoops.takeOnes(a, xo, index, io, size, k, (float[]) out, oo, lo, hi);
            case double[] a -> IndexingLoops.takeOnes(a, xo, index, io, size, k, (double[]) out, oo, lo, hi);
            case int[] a -> IndexingLoops.takeOnes(a, xo, index, io, size, k, (int[]) out, oo, lo, hi);
            case long[] a -> IndexingLoops.takeOnes(a, xo, index, io, size, k, (long[]) out, oo, lo, hi);
            case short[] a -> IndexingLoops.takeOnes(a, xo, index, io, size, k, (short[]) out, oo, lo, hi);
            case byte[] a -> IndexingLoops.takeOnes(a, xo, index, io, size, k, (byte[]) out, oo, lo, hi);
            default -> throw Strided.notAnArray(x);
        }
    }

    /**
     * The adjoint of {@code take}: out[o, index[io+j], :] += g[o, j, :], in the order of j. [lo, hi) are rows of out,
     * o*size + place: each share adds only to its own rows, so the sums do not depend on how the rows are shared.
     * float[], double[], long[].
     */
    public static void takeAdd(
            Object g, int go, int size, int inner, long[] index, int io, int k, Object out, int oo, int lo, int hi) {
        if (size == 0) {
            return;
        }
        switch (g) {
            case float[] a -> IndexingLoops.takeAdd(a, go, size, inner, index, io, k, (float[]) out, oo, lo, hi);
            case double[] a -> IndexingLoops.takeAdd(a, go, size, inner, index, io, k, (double[]) out, oo, lo, hi);
            case long[] a -> IndexingLoops.takeAdd(a, go, size, inner, index, io, k, (long[]) out, oo, lo, hi);
            default -> throw notSummable(g);
        }
    }

    /**
     * One element at a time, as torch.gather: out[i] = x[i with i[axis] replaced by index[i]]. {@code out} has the
     * shape of the index, which may be smaller than x on the other axes; x, index and out are contiguous. [lo, hi) is
     * the range of the index's first axis.
     */
    public static void gather(
            Object x,
            int xo,
            int[] xShape,
            int axis,
            long[] index,
            int io,
            int[] indexShape,
            Object out,
            int oo,
            int lo,
            int hi) {
        var rows = new LastAxis(xShape, axis, indexShape, contiguous(indexShape), lo, hi);
        while (rows.next()) {
            int at = xo + rows.at,
                    from = rows.from,
                    n = rows.n,
                    step = rows.step,
                    as = rows.axisStride,
                    size = rows.size;
            switch (x) {
                case float[] a -> IndexingLoops.gatherRow(a, at, step, as, size, index, io, from, n, (float[]) out, oo);
                case double[] a ->
                    IndexingLoops.gatherRow(a, at, step, as, size, index, io, from, n, (double[]) out, oo);
                case int[] a -> IndexingLoops.gatherRow(a, at, step, as, size, index, io, from, n, (int[]) out, oo);
                case long[] a -> IndexingLoops.gatherRow(a, at, step, as, size, index, io, from, n, (long[]) out, oo);
                case short[] a -> IndexingLoops.gatherRow(a, at, step, as, size, index, io, from, n, (short[]) out, oo);
                case byte[] a -> IndexingLoops.gatherRow(a, at, step, as, size, index, io, from, n, (byte[]) out, oo);
                default -> throw Strided.notAnArray(x);
            }
        }
    }

    /**
     * As torch.scatter: out[i with i[axis] replaced by index[i]] = src[i . srcStride] for i below the shape of the
     * index; the last writer wins. [lo, hi) is the range of the index's first axis: to be shared only if {@code axis}
     * is not the first.
     */
    public static void scatter(
            Object out,
            int oo,
            int[] outShape,
            int axis,
            long[] index,
            int io,
            int[] indexShape,
            Object src,
            int so,
            int[] srcStride,
            int lo,
            int hi) {
        var rows = new LastAxis(outShape, axis, indexShape, srcStride, lo, hi);
        while (rows.next()) {
            int at = oo + rows.at,
                    from = rows.from,
                    n = rows.n,
                    step = rows.step,
                    as = rows.axisStride,
                    size = rows.size;
            int s = so + rows.src, ss = rows.srcStep;
            switch (src) {
                case float[] a ->
                    IndexingLoops.scatterRow((float[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                case double[] a ->
                    IndexingLoops.scatterRow((double[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                case int[] a -> IndexingLoops.scatterRow((int[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                case long[] a ->
                    IndexingLoops.scatterRow((long[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                case short[] a ->
                    IndexingLoops.scatterRow((short[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                case byte[] a ->
                    IndexingLoops.scatterRow((byte[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                default -> throw Strided.notAnArray(src);
            }
        }
    }

    /** {@code scatter} that folds src into what out holds: SUM is torch.scatter_add. float[], double[], long[]. */
    public static void scatterFold(
            Fold fold,
            Object out,
            int oo,
            int[] outShape,
            int axis,
            long[] index,
            int io,
            int[] indexShape,
            Object src,
            int so,
            int[] srcStride,
            int lo,
            int hi) {
        var rows = new LastAxis(outShape, axis, indexShape, srcStride, lo, hi);
        while (rows.next()) {
            int at = oo + rows.at,
                    from = rows.from,
                    n = rows.n,
                    step = rows.step,
                    as = rows.axisStride,
                    size = rows.size;
            int s = so + rows.src, ss = rows.srcStep;
            switch (src) {
                case float[] a ->
                    IndexingLoops.foldRow(fold, (float[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                case double[] a ->
                    IndexingLoops.foldRow(fold, (double[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                case long[] a ->
                    IndexingLoops.foldRow(fold, (long[]) out, at, step, as, size, index, io, from, n, a, s, ss);
                default -> throw notSummable(src);
            }
        }
    }

    /** The places 0 .. n-1 where mask[mo+i] is not 0, in order. */
    public static long[] nonzero(byte[] mask, int mo, int n) {
        int count = 0;
        for (int i = 0; i < n; i++) {
            count += mask[mo + i] != 0 ? 1 : 0;
        }
        var places = new long[count];
        for (int i = 0, k = 0; k < count; i++) {
            if (mask[mo + i] != 0) {
                places[k++] = i;
            }
        }
        return places;
    }

    /** {@link #nonzero(byte[], int, int)} of a whole mask. */
    public static long[] nonzero(byte[] mask) {
        return nonzero(mask, 0, mask.length);
    }

    static int checked(long[] index, int io, int position, int size) {
        long v = index[io + position], at = v < 0 ? v + size : v;
        if (at < 0 || at >= size) {
            throw new IndexOutOfBoundsException(
                    size == 0
                            ? "index " + v + " at position " + position + " into an axis of size 0"
                            : "index " + v + " at position " + position + " is outside " + -size + ".." + (size - 1));
        }
        return (int) at;
    }

    private static IllegalArgumentException notSummable(Object a) {
        return new IllegalArgumentException(
                "elements are " + a.getClass().getSimpleName() + ", expected float[], double[] or long[]");
    }

    private static int[] contiguous(int[] shape) {
        var stride = new int[shape.length];
        for (int axis = shape.length - 1, run = 1; axis >= 0; axis--) {
            stride[axis] = run;
            run *= shape[axis];
        }
        return stride;
    }

    /**
     * Walks the rows along the last axis of the index: where each starts in the index, in the indexed tensor and in
     * the source.
     */
    private static final class LastAxis {
        final int n, step, axisStride, size, srcStep;
        int from, at, src;
        private final int[] shape, stride, srcStride, i;
        private boolean more;

        LastAxis(int[] tensorShape, int axis, int[] shape, int[] srcStride, int lo, int hi) {
            int rank = shape.length, last = rank - 1;
            this.shape = shape.clone();
            this.srcStride = srcStride;
            stride = contiguous(tensorShape);
            axisStride = stride[axis];
            size = tensorShape[axis];
            stride[axis] = 0;
            n = rank == 1 ? hi - lo : shape[last];
            step = stride[last];
            srcStep = srcStride[last];
            i = new int[rank];
            this.shape[0] = hi;
            more = hi > lo && Arrays.stream(shape).allMatch(s -> s > 0);
            i[0] = lo;
            i[last]--;
            from = lo * (rank == 1 ? 1 : contiguous(shape)[0]) - n;
        }

        boolean next() {
            if (!more) {
                return false;
            }
            int last = i.length - 1;
            if (last == 0) {
                more = false;
                i[0]++;
                from += n;
                at = i[0] * stride[0];
                src = i[0] * srcStride[0];
                return true;
            }
            if (i[last] < 0) {
                i[last] = 0;
            } else {
                int axis = last - 1;
                while (axis > 0 && ++i[axis] == shape[axis]) {
                    i[axis--] = 0;
                }
                if (axis == 0 && ++i[0] == shape[0]) {
                    more = false;
                    return false;
                }
            }
            from += n;
            at = 0;
            src = 0;
            for (int axis = 0; axis < last; axis++) {
                at += i[axis] * stride[axis];
                src += i[axis] * srcStride[axis];
            }
            return true;
        }
    }
}
