package soma.kernel;

import java.util.Arrays;

/** Order in the rows [lo, hi) of length {@code n}. NaN is the largest of all, as in PyTorch, and -0 equals 0. */
public final class Sorting {

    private Sorting() {}

    /** Different values, for each input the place of its value among them, and how often each occurs. */
    public record Unique<A>(A values, long[] inverse, long[] counts) {}

    /** out[oo + r*n + i] = place of the i-th in order in row r, for the rows [lo, hi) of x. Stable both ways. */
    public static void argsort(float[] x, int xo, int n, boolean descending, long[] out, int oo, int lo, int hi) {
        var order = new FloatOrder();
        for (int r = lo; r < hi; r++) {
            order.sort(x, xo + r * n, n, descending, out, oo + r * n, 0, n);
        }
    }

    /**
     * out[oo + r*k + i] = place of the i-th of the k largest (or smallest) of row r, in order; the first of equals
     * first.
     */
    public static void topk(float[] x, int xo, int n, int k, boolean largest, long[] out, int oo, int lo, int hi) {
        checkK(0, k, n);
        var order = new FloatOrder();
        for (int r = lo; r < hi; r++) {
            order.first(x, xo + r * n, n, k, largest, out, oo + r * k);
        }
    }

    /** out[oo + r] = place of the k-th smallest (k from 1) of row r. */
    public static void kthvalue(float[] x, int xo, int n, int k, long[] out, int oo, int lo, int hi) {
        checkK(1, k, n);
        var order = new FloatOrder();
        for (int r = lo; r < hi; r++) {
            order.sort(x, xo + r * n, n, false, out, oo + r, k - 1, 1);
        }
    }

    /** out[oo + r] = place of the median of row r, the lower one of two; the first NaN if there is one. */
    public static void median(float[] x, int xo, int n, long[] out, int oo, int lo, int hi) {
        checkK(1, 1, n);
        for (int r = lo; r < hi; r++) {
            int nan = 0;
            while (nan < n && !Float.isNaN(x[xo + r * n + nan])) {
                nan++;
            }
            if (nan < n) {
                out[oo + r] = nan;
            } else {
                kthvalue(x, xo, n, (n + 1) / 2, out, oo, r, r + 1);
            }
        }
    }

    /** The different values of x[xo .. xo+n) in rising order. Each NaN counts as different from all others. */
    public static Unique<float[]> unique(float[] x, int xo, int n) {
        var order = new long[n];
        argsort(x, xo, n, false, order, 0, 0, 1);
        var values = new float[n];
        var inverse = new long[n];
        var counts = new long[n];
        int m = 0;
        for (int i = 0; i < n; i++) {
            float v = x[xo + (int) order[i]];
            if (m == 0 || values[m - 1] != v) {
                values[m++] = v;
            }
            inverse[(int) order[i]] = m - 1;
            counts[m - 1]++;
        }
        return new Unique<>(Arrays.copyOf(values, m), inverse, Arrays.copyOf(counts, m));
    }

    /** out[oo + r*n + i] = place of the i-th in order in row r, for the rows [lo, hi) of x. Stable both ways. */
    public static void argsort(double[] x, int xo, int n, boolean descending, long[] out, int oo, int lo, int hi) {
        var sorter = new SortKeys(n);
        for (int r = lo; r < hi; r++) {
            sorter.load(x, xo + r * n, n, descending);
            sorter.sort(n, out, oo + r * n, 0, n);
        }
    }

    /**
     * out[oo + r*k + i] = place of the i-th of the k largest (or smallest) of row r, in order; the first of equals
     * first.
     */
    public static void topk(double[] x, int xo, int n, int k, boolean largest, long[] out, int oo, int lo, int hi) {
        checkK(0, k, n);
        var sorter = new SortKeys(n);
        for (int r = lo; r < hi; r++) {
            sorter.load(x, xo + r * n, n, largest);
            sorter.first(k, n, out, oo + r * k);
        }
    }

    /** out[oo + r] = place of the k-th smallest (k from 1) of row r. */
    public static void kthvalue(double[] x, int xo, int n, int k, long[] out, int oo, int lo, int hi) {
        checkK(1, k, n);
        var sorter = new SortKeys(n);
        for (int r = lo; r < hi; r++) {
            sorter.load(x, xo + r * n, n, false);
            sorter.sort(n, out, oo + r, k - 1, 1);
        }
    }

    /** out[oo + r] = place of the median of row r, the lower one of two; the first NaN if there is one. */
    public static void median(double[] x, int xo, int n, long[] out, int oo, int lo, int hi) {
        checkK(1, 1, n);
        for (int r = lo; r < hi; r++) {
            int nan = 0;
            while (nan < n && !Double.isNaN(x[xo + r * n + nan])) {
                nan++;
            }
            if (nan < n) {
                out[oo + r] = nan;
            } else {
                kthvalue(x, xo, n, (n + 1) / 2, out, oo, r, r + 1);
            }
        }
    }

    /** The different values of x[xo .. xo+n) in rising order. Each NaN counts as different from all others. */
    public static Unique<double[]> unique(double[] x, int xo, int n) {
        var order = new long[n];
        argsort(x, xo, n, false, order, 0, 0, 1);
        var values = new double[n];
        var inverse = new long[n];
        var counts = new long[n];
        int m = 0;
        for (int i = 0; i < n; i++) {
            double v = x[xo + (int) order[i]];
            if (m == 0 || values[m - 1] != v) {
                values[m++] = v;
            }
            inverse[(int) order[i]] = m - 1;
            counts[m - 1]++;
        }
        return new Unique<>(Arrays.copyOf(values, m), inverse, Arrays.copyOf(counts, m));
    }

    /** out[oo + r*n + i] = place of the i-th in order in row r, for the rows [lo, hi) of x. Stable both ways. */
    public static void argsort(long[] x, int xo, int n, boolean descending, long[] out, int oo, int lo, int hi) {
        var sorter = new SortKeys(n);
        for (int r = lo; r < hi; r++) {
            sorter.load(x, xo + r * n, n, descending);
            sorter.sort(n, out, oo + r * n, 0, n);
        }
    }

    /**
     * out[oo + r*k + i] = place of the i-th of the k largest (or smallest) of row r, in order; the first of equals
     * first.
     */
    public static void topk(long[] x, int xo, int n, int k, boolean largest, long[] out, int oo, int lo, int hi) {
        checkK(0, k, n);
        var sorter = new SortKeys(n);
        for (int r = lo; r < hi; r++) {
            sorter.load(x, xo + r * n, n, largest);
            sorter.first(k, n, out, oo + r * k);
        }
    }

    /** out[oo + r] = place of the k-th smallest (k from 1) of row r. */
    public static void kthvalue(long[] x, int xo, int n, int k, long[] out, int oo, int lo, int hi) {
        checkK(1, k, n);
        var sorter = new SortKeys(n);
        for (int r = lo; r < hi; r++) {
            sorter.load(x, xo + r * n, n, false);
            sorter.sort(n, out, oo + r, k - 1, 1);
        }
    }

    /** out[oo + r] = place of the median of row r, the lower one of two. */
    public static void median(long[] x, int xo, int n, long[] out, int oo, int lo, int hi) {
        kthvalue(x, xo, n, (n + 1) / 2, out, oo, lo, hi);
    }

    /** The different values of x[xo .. xo+n) in rising order. */
    public static Unique<long[]> unique(long[] x, int xo, int n) {
        var order = new long[n];
        argsort(x, xo, n, false, order, 0, 0, 1);
        var values = new long[n];
        var inverse = new long[n];
        var counts = new long[n];
        int m = 0;
        for (int i = 0; i < n; i++) {
            long v = x[xo + (int) order[i]];
            if (m == 0 || values[m - 1] != v) {
                values[m++] = v;
            }
            inverse[(int) order[i]] = m - 1;
            counts[m - 1]++;
        }
        return new Unique<>(Arrays.copyOf(values, m), inverse, Arrays.copyOf(counts, m));
    }

    private static void checkK(int least, int k, int n) {
        if (k < least || k > n) {
            throw new IllegalArgumentException("k is " + k + ", expected " + least + ".." + n + " for rows of " + n);
        }
    }
}
