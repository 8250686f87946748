package soma.kernel;

import java.util.Arrays;

/**
 * Running sums and their relatives along the middle axis of (outer, n, inner). Sums and products take columns in
 * strips, so that accumulators in double stay in cache and memory is read in order, and go over the {@link #strips}
 * [lo, hi); the others over the outer indices [lo, hi). {@code y} may be {@code x}.
 */
public final class Scan {

    private static final int TILE = 256;

    /** Elements of a piece of a long row. */
    public static final int PIECE = 4096;

    private Scan() {}

    /** How many pieces of work there are: rows where {@code inner} is 1, else strips of columns. */
    public static int strips(int outer, int inner) {
        return outer * Math.ceilDiv(inner, TILE);
    }

    /** Elements of a piece of work. */
    public static int stripSize(int n, int inner) {
        return n * Math.min(inner, TILE);
    }

    /** y_k = x_0 + ... + x_k, added in double. */
    public static void cumsum(float[] x, int xo, float[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            int o = lo;
            for (; !Cpu.VECTORS && o <= hi - 4; o += 4) {
                ScalarScan.fourSums(x, xo + o * n, n, y, yo + o * n, 0, 0, 0, 0, n);
            }
            for (; o < hi; o++) {
                row(x, xo + o * n, y, yo + o * n, 0, n);
            }
            return;
        }
        var acc = new double[Math.min(inner, TILE)];
        int strips = strips(1, inner);
        for (int u = lo; u < hi; u++) {
            int c = u % strips * TILE;
            int width = Math.min(TILE, inner - c);
            Arrays.fill(acc, 0);
            for (int k = 0; k < n; k++) {
                int at = (u / strips * n + k) * inner + c;
                if (Cpu.VECTORS) {
                    VectorScan.add(acc, x, xo + at, y, yo + at, width);
                } else {
                    ScalarScan.add(acc, x, xo + at, y, yo + at, width);
                }
            }
        }
    }

    /** The sums of the pieces [lo, hi), of {@link #PIECE} elements each, of a row of n. */
    public static void pieceSums(float[] x, int xo, int n, double[] sums, int lo, int hi) {
        for (int p = lo; p < hi; p++) {
            int at = xo + p * PIECE;
            int end = xo + Math.min(n, (p + 1) * PIECE);
            sums[p] = Cpu.VECTORS ? VectorScan.total(x, at, end) : ScalarScan.total(x, at, end);
        }
    }

    /** y_k = before[p] + the sum of the piece p of x up to k, for the pieces [lo, hi) of a row of n. */
    public static void cumsumPieces(float[] x, int xo, float[] y, int yo, int n, double[] before, int lo, int hi) {
        int p = lo;
        for (; !Cpu.VECTORS && p <= hi - 4 && (p + 4) * PIECE <= n; p += 4) {
            int at = p * PIECE;
            ScalarScan.fourSums(
                    x, xo + at, PIECE, y, yo + at, before[p], before[p + 1], before[p + 2], before[p + 3], PIECE);
        }
        for (; p < hi; p++) {
            int at = p * PIECE;
            row(x, xo + at, y, yo + at, before[p], Math.min(PIECE, n - at));
        }
    }

    private static void row(float[] x, int xo, float[] y, int yo, double before, int n) {
        if (Cpu.VECTORS) {
            VectorScan.row(x, xo, y, yo, before, n);
        } else {
            ScalarScan.row(x, xo, y, yo, before, n);
        }
    }

    /** y_k = x_0 ... x_k, multiplied in double. */
    public static void cumprod(float[] x, int xo, float[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            int o = lo;
            for (; o <= hi - 4; o += 4) {
                ScalarScan.fourProducts(x, xo + o * n, y, yo + o * n, n);
            }
            for (; o < hi; o++) {
                double product = 1;
                for (int k = o * n; k < (o + 1) * n; k++) {
                    product *= x[xo + k];
                    y[yo + k] = (float) product;
                }
            }
            return;
        }
        var acc = new double[Math.min(inner, TILE)];
        int strips = strips(1, inner);
        for (int u = lo; u < hi; u++) {
            int c = u % strips * TILE;
            int width = Math.min(TILE, inner - c);
            Arrays.fill(acc, 1);
            for (int k = 0; k < n; k++) {
                int at = (u / strips * n + k) * inner + c;
                if (Cpu.VECTORS) {
                    VectorScan.multiply(acc, x, xo + at, y, yo + at, width);
                } else {
                    ScalarScan.multiply(acc, x, xo + at, y, yo + at, width);
                }
            }
        }
    }

    /**
     * y_k = max(x_0 .. x_k); NaN stays once met. {@code place} gets the k of the value taken, the last of equals as in
     * PyTorch; an empty {@code place} is not written.
     */
    public static void cummax(
            float[] x, int xo, float[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        extreme(true, x, xo, y, yo, place, po, lo, hi, n, inner);
    }

    /** {@code cummax} for the minimum. */
    public static void cummin(
            float[] x, int xo, float[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        extreme(false, x, xo, y, yo, place, po, lo, hi, n, inner);
    }

    private static void extreme(
            boolean max, float[] x, int xo, float[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        for (int o = lo; o < hi; o++) {
            for (int i = 0; i < inner; i++) {
                int at = o * n * inner + i, best = 0;
                for (int k = 0; k < n; k++) {
                    float v = x[xo + at + k * inner], b = x[xo + at + best * inner];
                    if (Float.isNaN(v) || !Float.isNaN(b) && (max ? v >= b : v <= b)) {
                        best = k;
                        b = v;
                    }
                    y[yo + at + k * inner] = b;
                    if (place.length > 0) {
                        place[po + at + k * inner] = best;
                    }
                }
            }
        }
    }

    /** y_k = log(exp x_0 + ... + exp x_k), without overflow. */
    public static void logcumsumexp(float[] x, int xo, float[] y, int yo, int lo, int hi, int n, int inner) {
        for (int o = lo; o < hi; o++) {
            for (int i = 0; i < inner; i++) {
                double acc = Double.NEGATIVE_INFINITY;
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + i;
                    double v = x[xo + at], big = Math.max(acc, v), small = Math.min(acc, v);
                    acc = Double.isInfinite(big) ? big : big + Math.log1p(Math.exp(small - big));
                    y[yo + at] = (float) acc;
                }
            }
        }
    }

    /** y_k = x_0 + ... + x_k, added in double. */
    public static void cumsum(double[] x, int xo, double[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            int o = lo;
            for (; o <= hi - 4; o += 4) {
                ScalarScan.fourSums(x, xo + o * n, y, yo + o * n, n);
            }
            for (; o < hi; o++) {
                double sum = 0;
                for (int k = o * n; k < (o + 1) * n; k++) {
                    sum += x[xo + k];
                    y[yo + k] = sum;
                }
            }
            return;
        }
        var acc = new double[Math.min(inner, TILE)];
        int strips = strips(1, inner);
        for (int u = lo; u < hi; u++) {
            int c = u % strips * TILE;
            int width = Math.min(TILE, inner - c);
            Arrays.fill(acc, 0);
            for (int k = 0; k < n; k++) {
                int at = (u / strips * n + k) * inner + c;
                for (int i = 0; i < width; i++) {
                    acc[i] += x[xo + at + i];
                    y[yo + at + i] = acc[i];
                }
            }
        }
    }

    /** y_k = x_0 ... x_k, multiplied in double. */
    public static void cumprod(double[] x, int xo, double[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            for (int o = lo; o < hi; o++) {
                double product = 1;
                for (int k = o * n; k < (o + 1) * n; k++) {
                    product *= x[xo + k];
                    y[yo + k] = product;
                }
            }
            return;
        }
        var acc = new double[Math.min(inner, TILE)];
        int strips = strips(1, inner);
        for (int u = lo; u < hi; u++) {
            int c = u % strips * TILE;
            int width = Math.min(TILE, inner - c);
            Arrays.fill(acc, 1);
            for (int k = 0; k < n; k++) {
                int at = (u / strips * n + k) * inner + c;
                for (int i = 0; i < width; i++) {
                    acc[i] *= x[xo + at + i];
                    y[yo + at + i] = acc[i];
                }
            }
        }
    }

    /**
     * y_k = max(x_0 .. x_k); NaN stays once met. {@code place} gets the k of the value taken, the last of equals as in
     * PyTorch; an empty {@code place} is not written.
     */
    public static void cummax(
            double[] x, int xo, double[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        extreme(true, x, xo, y, yo, place, po, lo, hi, n, inner);
    }

    /** {@code cummax} for the minimum. */
    public static void cummin(
            double[] x, int xo, double[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        extreme(false, x, xo, y, yo, place, po, lo, hi, n, inner);
    }

    private static void extreme(
            boolean max,
            double[] x,
            int xo,
            double[] y,
            int yo,
            long[] place,
            int po,
            int lo,
            int hi,
            int n,
            int inner) {
        for (int o = lo; o < hi; o++) {
            for (int i = 0; i < inner; i++) {
                int at = o * n * inner + i, best = 0;
                for (int k = 0; k < n; k++) {
                    double v = x[xo + at + k * inner], b = x[xo + at + best * inner];
                    if (Double.isNaN(v) || !Double.isNaN(b) && (max ? v >= b : v <= b)) {
                        best = k;
                        b = v;
                    }
                    y[yo + at + k * inner] = b;
                    if (place.length > 0) {
                        place[po + at + k * inner] = best;
                    }
                }
            }
        }
    }

    /** y_k = log(exp x_0 + ... + exp x_k), without overflow. */
    public static void logcumsumexp(double[] x, int xo, double[] y, int yo, int lo, int hi, int n, int inner) {
        for (int o = lo; o < hi; o++) {
            for (int i = 0; i < inner; i++) {
                double acc = Double.NEGATIVE_INFINITY;
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + i;
                    double v = x[xo + at], big = Math.max(acc, v), small = Math.min(acc, v);
                    acc = Double.isInfinite(big) ? big : big + Math.log1p(Math.exp(small - big));
                    y[yo + at] = acc;
                }
            }
        }
    }

    /** y_k = x_0 + ... + x_k, wrapping. */
    public static void cumsum(long[] x, int xo, long[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            for (int o = lo; o < hi; o++) {
                long sum = 0;
                for (int k = o * n; k < (o + 1) * n; k++) {
                    sum += x[xo + k];
                    y[yo + k] = sum;
                }
            }
            return;
        }
        var acc = new long[Math.min(inner, TILE)];
        int strips = strips(1, inner);
        for (int u = lo; u < hi; u++) {
            int c = u % strips * TILE;
            int width = Math.min(TILE, inner - c);
            Arrays.fill(acc, 0);
            for (int k = 0; k < n; k++) {
                int at = (u / strips * n + k) * inner + c;
                for (int i = 0; i < width; i++) {
                    acc[i] += x[xo + at + i];
                    y[yo + at + i] = acc[i];
                }
            }
        }
    }

    /** y_k = x_0 ... x_k, wrapping. */
    public static void cumprod(long[] x, int xo, long[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            for (int o = lo; o < hi; o++) {
                long product = 1;
                for (int k = o * n; k < (o + 1) * n; k++) {
                    product *= x[xo + k];
                    y[yo + k] = product;
                }
            }
            return;
        }
        var acc = new long[Math.min(inner, TILE)];
        int strips = strips(1, inner);
        for (int u = lo; u < hi; u++) {
            int c = u % strips * TILE;
            int width = Math.min(TILE, inner - c);
            Arrays.fill(acc, 1);
            for (int k = 0; k < n; k++) {
                int at = (u / strips * n + k) * inner + c;
                for (int i = 0; i < width; i++) {
                    acc[i] *= x[xo + at + i];
                    y[yo + at + i] = acc[i];
                }
            }
        }
    }

    /**
     * y_k = max(x_0 .. x_k);. {@code place} gets the k of the value taken, the last of equals as in
     * PyTorch; an empty {@code place} is not written.
     */
    public static void cummax(
            long[] x, int xo, long[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        extreme(true, x, xo, y, yo, place, po, lo, hi, n, inner);
    }

    /** {@code cummax} for the minimum. */
    public static void cummin(
            long[] x, int xo, long[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        extreme(false, x, xo, y, yo, place, po, lo, hi, n, inner);
    }

    private static void extreme(
            boolean max, long[] x, int xo, long[] y, int yo, long[] place, int po, int lo, int hi, int n, int inner) {
        for (int o = lo; o < hi; o++) {
            for (int i = 0; i < inner; i++) {
                int at = o * n * inner + i, best = 0;
                for (int k = 0; k < n; k++) {
                    long v = x[xo + at + k * inner], b = x[xo + at + best * inner];
                    if (max ? v >= b : v <= b) {
                        best = k;
                        b = v;
                    }
                    y[yo + at + k * inner] = b;
                    if (place.length > 0) {
                        place[po + at + k * inner] = best;
                    }
                }
            }
        }
    }
}
