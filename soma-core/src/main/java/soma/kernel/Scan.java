package soma.kernel;

import java.util.Arrays;

/**
 * Running sums and their relatives along the middle axis of (outer, n, inner), for the outer indices [lo, hi).
 * Columns are taken in strips, so that accumulators in double stay in cache and memory is read in order. {@code y}
 * may be {@code x}.
 */
public final class Scan {

    private static final int TILE = 256;

    /** Elements of a piece of a long row. */
    public static final int PIECE = 4096;

    private Scan() {}

    /** y_k = x_0 + ... + x_k, added in double. */
    public static void cumsum(float[] x, int xo, float[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            int o = lo;
            for (; o <= hi - 4; o += 4) {
                fourSums(x, xo + o * n, n, y, yo + o * n, 0, 0, 0, 0, n);
            }
            for (; o < hi; o++) {
                oneSum(x, xo + o * n, y, yo + o * n, 0, n);
            }
            return;
        }
        var acc = new double[Math.min(inner, TILE)];
        for (int o = lo; o < hi; o++) {
            for (int c = 0; c < inner; c += TILE) {
                int width = Math.min(TILE, inner - c);
                Arrays.fill(acc, 0);
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + c;
                    for (int i = 0; i < width; i++) {
                        acc[i] += x[xo + at + i];
                        y[yo + at + i] = (float) acc[i];
                    }
                }
            }
        }
    }

    /** The sums of the pieces [lo, hi), of {@link #PIECE} elements each, of a row of n. */
    public static void pieceSums(float[] x, int xo, int n, double[] sums, int lo, int hi) {
        for (int p = lo; p < hi; p++) {
            double a = 0, b = 0, c = 0, d = 0;
            int at = xo + p * PIECE, end = xo + Math.min(n, (p + 1) * PIECE);
            for (; at < end - 3; at += 4) {
                a += x[at];
                b += x[at + 1];
                c += x[at + 2];
                d += x[at + 3];
            }
            for (; at < end; at++) {
                a += x[at];
            }
            sums[p] = a + b + (c + d);
        }
    }

    /** y_k = before[p] + the sum of the piece p of x up to k, for the pieces [lo, hi) of a row of n. */
    public static void cumsumPieces(float[] x, int xo, float[] y, int yo, int n, double[] before, int lo, int hi) {
        int p = lo;
        for (; p <= hi - 4 && (p + 4) * PIECE <= n; p += 4) {
            int at = p * PIECE;
            fourSums(x, xo + at, PIECE, y, yo + at, before[p], before[p + 1], before[p + 2], before[p + 3], PIECE);
        }
        for (; p < hi; p++) {
            int at = p * PIECE;
            oneSum(x, xo + at, y, yo + at, before[p], Math.min(PIECE, n - at));
        }
    }

    private static void oneSum(float[] x, int xo, float[] y, int yo, double sum, int n) {
        double s = sum;
        for (int k = 0; k < n; k++) {
            s += x[xo + k];
            y[yo + k] = (float) s;
        }
    }

    /** Four rows at once, {@code apart} elements from each other: one alone would wait for each of its additions. */
    private static void fourSums(
            float[] x, int xo, int apart, float[] y, int yo, double a, double b, double c, double d, int n) {
        double s0 = a, s1 = b, s2 = c, s3 = d;
        int x1 = xo + apart, x2 = x1 + apart, x3 = x2 + apart, y1 = yo + apart, y2 = y1 + apart, y3 = y2 + apart;
        for (int k = 0; k < n; k++) {
            s0 += x[xo + k];
            s1 += x[x1 + k];
            s2 += x[x2 + k];
            s3 += x[x3 + k];
            y[yo + k] = (float) s0;
            y[y1 + k] = (float) s1;
            y[y2 + k] = (float) s2;
            y[y3 + k] = (float) s3;
        }
    }

    /** y_k = x_0 ... x_k, multiplied in double. */
    public static void cumprod(float[] x, int xo, float[] y, int yo, int lo, int hi, int n, int inner) {
        if (inner == 1) {
            for (int o = lo; o < hi; o++) {
                double product = 1;
                for (int k = o * n; k < (o + 1) * n; k++) {
                    product *= x[xo + k];
                    y[yo + k] = (float) product;
                }
            }
            return;
        }
        var acc = new double[Math.min(inner, TILE)];
        for (int o = lo; o < hi; o++) {
            for (int c = 0; c < inner; c += TILE) {
                int width = Math.min(TILE, inner - c);
                Arrays.fill(acc, 1);
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + c;
                    for (int i = 0; i < width; i++) {
                        acc[i] *= x[xo + at + i];
                        y[yo + at + i] = (float) acc[i];
                    }
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
            for (int o = lo; o < hi; o++) {
                double sum = 0;
                for (int k = o * n; k < (o + 1) * n; k++) {
                    sum += x[xo + k];
                    y[yo + k] = sum;
                }
            }
            return;
        }
        var acc = new double[Math.min(inner, TILE)];
        for (int o = lo; o < hi; o++) {
            for (int c = 0; c < inner; c += TILE) {
                int width = Math.min(TILE, inner - c);
                Arrays.fill(acc, 0);
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + c;
                    for (int i = 0; i < width; i++) {
                        acc[i] += x[xo + at + i];
                        y[yo + at + i] = acc[i];
                    }
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
        for (int o = lo; o < hi; o++) {
            for (int c = 0; c < inner; c += TILE) {
                int width = Math.min(TILE, inner - c);
                Arrays.fill(acc, 1);
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + c;
                    for (int i = 0; i < width; i++) {
                        acc[i] *= x[xo + at + i];
                        y[yo + at + i] = acc[i];
                    }
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
        for (int o = lo; o < hi; o++) {
            for (int c = 0; c < inner; c += TILE) {
                int width = Math.min(TILE, inner - c);
                Arrays.fill(acc, 0);
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + c;
                    for (int i = 0; i < width; i++) {
                        acc[i] += x[xo + at + i];
                        y[yo + at + i] = acc[i];
                    }
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
        for (int o = lo; o < hi; o++) {
            for (int c = 0; c < inner; c += TILE) {
                int width = Math.min(TILE, inner - c);
                Arrays.fill(acc, 1);
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + c;
                    for (int i = 0; i < width; i++) {
                        acc[i] *= x[xo + at + i];
                        y[yo + at + i] = acc[i];
                    }
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
