package soma.kernel;

/**
 * Folds of a row or of many rows into one. The callers cut the work by shape, fold the parts and {@code combine} them
 * in order.
 */
public final class Reduce {

    private Reduce() {}

    /** The fold of a[ao .. ao+n); a sum keeps its rounding error small by working in blocks. */
    public static float row(Fold fold, float[] a, int ao, int n) {
        return Cpu.VECTORS ? VectorReduce.row(fold, a, ao, n) : ScalarReduce.row(fold, a, ao, n);
    }

    /** acc[oo+j] = fold of acc[oo+j] and a[ao + r*n + j] over all rows r; n values of a row are contiguous. */
    public static void columns(Fold fold, float[] a, int ao, int rows, int n, float[] acc, int oo) {
        if (Cpu.VECTORS) {
            VectorReduce.columns(fold, a, ao, rows, n, acc, oo);
        } else {
            ScalarReduce.columns(fold, a, ao, rows, n, acc, oo);
        }
    }

    /**
     * The place 0 .. n-1 of the largest (or smallest) of a[ao + i*stride]; the first NaN wins, else the first of
     * equals.
     */
    public static int arg(boolean max, float[] a, int ao, int n, int stride) {
        return Cpu.VECTORS ? VectorReduce.arg(max, a, ao, n, stride) : ScalarReduce.arg(max, a, ao, n, stride);
    }

    /**
     * The places of {@link #arg} for each of n columns: place[po+j] for a[ao + r*stride + j] over the rows r.
     */
    public static void argColumns(boolean max, float[] a, int ao, int rows, int stride, int n, long[] place, int po) {
        if (Cpu.VECTORS) {
            VectorReduce.argColumns(max, a, ao, rows, stride, n, place, po);
        } else {
            ScalarReduce.argColumns(max, a, ao, rows, stride, n, place, po);
        }
    }

    /**
     * The first i from {@code from} on whose a[ao+i] comes before {@code best} in falling order (or rising, if not
     * {@code max}), where NaN is the largest; n if there is none.
     */
    static int beyond(boolean max, float best, float[] a, int ao, int from, int n) {
        return Cpu.VECTORS
                ? VectorReduce.beyond(max, best, a, ao, from, n)
                : ScalarReduce.beyond(max, best, a, ao, from, n);
    }

    /** Two partial results made one. */
    public static float combine(Fold fold, float x, float y) {
        return switch (fold) {
            case SUM -> x + y;
            case PROD -> x * y;
            case MAX -> Math.max(x, y);
            case MIN -> Math.min(x, y);
            case ANY -> x != 0 || y != 0 ? 1 : 0;
            case ALL -> x != 0 && y != 0 ? 1 : 0;
        };
    }

    /** The value that changes nothing: 0, 1, -infinity, infinity, 0 (false), 1 (true). */
    public static float identity(Fold fold) {
        return (float) identityDouble(fold);
    }

    /** The fold of a[ao .. ao+n); a sum keeps its rounding error small by working in blocks. */
    public static double row(Fold fold, double[] a, int ao, int n) {
        return ScalarReduce.row(fold, a, ao, n);
    }

    /** acc[oo+j] = fold of acc[oo+j] and a[ao + r*n + j] over all rows r; n values of a row are contiguous. */
    public static void columns(Fold fold, double[] a, int ao, int rows, int n, double[] acc, int oo) {
        ScalarReduce.columns(fold, a, ao, rows, n, acc, oo);
    }

    /**
     * The place 0 .. n-1 of the largest (or smallest) of a[ao + i*stride]; the first NaN wins, else the first of
     * equals.
     */
    public static int arg(boolean max, double[] a, int ao, int n, int stride) {
        return ScalarReduce.arg(max, a, ao, n, stride);
    }

    /** Two partial results made one. */
    public static double combine(Fold fold, double x, double y) {
        return switch (fold) {
            case SUM -> x + y;
            case PROD -> x * y;
            case MAX -> Math.max(x, y);
            case MIN -> Math.min(x, y);
            case ANY -> x != 0 || y != 0 ? 1 : 0;
            case ALL -> x != 0 && y != 0 ? 1 : 0;
        };
    }

    /** {@link #identity} as a double. */
    public static double identityDouble(Fold fold) {
        return switch (fold) {
            case SUM, ANY -> 0;
            case PROD, ALL -> 1;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
    }

    /** The fold of a[ao .. ao+n); a sum wraps as Java does. */
    public static long row(Fold fold, long[] a, int ao, int n) {
        return ScalarReduce.row(fold, a, ao, n);
    }

    /** acc[oo+j] = fold of acc[oo+j] and a[ao + r*n + j] over all rows r; n values of a row are contiguous. */
    public static void columns(Fold fold, long[] a, int ao, int rows, int n, long[] acc, int oo) {
        ScalarReduce.columns(fold, a, ao, rows, n, acc, oo);
    }

    /** The place 0 .. n-1 of the largest (or smallest) of a[ao + i*stride]; the first of equals. */
    public static int arg(boolean max, long[] a, int ao, int n, int stride) {
        return ScalarReduce.arg(max, a, ao, n, stride);
    }

    /** Two partial results made one. */
    public static long combine(Fold fold, long x, long y) {
        return switch (fold) {
            case SUM -> x + y;
            case PROD -> x * y;
            case MAX -> Math.max(x, y);
            case MIN -> Math.min(x, y);
            case ANY -> x != 0 || y != 0 ? 1 : 0;
            case ALL -> x != 0 && y != 0 ? 1 : 0;
        };
    }

    /** {@link #identity} for longs; the largest and smallest long stand for the infinities. */
    public static long identityLong(Fold fold) {
        return switch (fold) {
            case SUM, ANY -> 0;
            case PROD, ALL -> 1;
            case MAX -> Long.MIN_VALUE;
            case MIN -> Long.MAX_VALUE;
        };
    }
}
