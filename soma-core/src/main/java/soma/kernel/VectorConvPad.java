package soma.kernel;

import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The vector twin of {@link ConvPad}, and copies of short rows. Rows of small images are so short that a call of
 * System.arraycopy a row took a tenth of the whole pass.
 */
final class VectorConvPad {

    private static final FloatVector EVEN = lanesFrom(0);
    private static final FloatVector ODD = lanesFrom(1);

    private static final FloatVector ZIP_LOW = zip(0);
    private static final FloatVector ZIP_HIGH = zip(VL / 2);

    private VectorConvPad() {}

    private static FloatVector zip(int first) {
        var index = new float[VL];
        for (int i = 0; i < VL; i++) {
            index[i] = first + i / 2 + i % 2 * VL;
        }
        return FloatVector.fromArray(S, index, 0);
    }

    /** The numbers of every second lane, of two vectors in a row. */
    private static FloatVector lanesFrom(int first) {
        var index = new float[VL];
        for (int i = 0; i < VL; i++) {
            index[i] = first + 2 * i;
        }
        return FloatVector.fromArray(S, index, 0);
    }

    /** Like {@link ConvPad#pad}; may write up to a vector of anything behind the last plane. */
    static void pad(ConvPlan plan, float[] x, int xo, int count, int h0, int w0, float[] d, int d0) {
        int together = plan.step[2] == 2 ? plan.residues[2].length : 1;
        int at = d0;
        for (int c = 0; c < count; c++) {
            int from = xo + c * plan.sourcePlane;
            for (int r0 : plan.residues[0]) {
                for (int r1 : plan.residues[1]) {
                    for (int i = 0; i < plan.residues[2].length; i += together) {
                        int r2 = plan.residues[2][i];
                        if (plan.step[2] <= 2) {
                            plane(plan, x, from, r0, r1, r2, together == 2, h0, w0, d, at);
                        } else {
                            ConvPad.padPlane(plan, x, from, r0, r1, r2, h0, w0, d, at);
                        }
                        at += together * plan.plane;
                    }
                }
            }
        }
    }

    /**
     * A plane, or that of even columns and the one of odd columns behind it. Zeros everywhere, then the rows: a loop a row
     * that also writes its borders is slower, the rows being so short.
     */
    private static void plane(
            ConvPlan plan, float[] x, int xo, int r0, int r1, int r2, boolean pair, int h0, int w0, float[] d, int d0) {
        int step = plan.step[2];
        int width = plan.extent[2];
        int i0 = plan.first(0, h0);
        int i1 = plan.end(0, h0, r0);
        int j0 = plan.first(1, 0);
        int j1 = plan.end(1, 0, r1);
        int k0 = plan.first(2, w0);
        int n = plan.end(2, w0, r2) - k0;
        int odd = pair ? plan.end(2, w0, 1) - k0 : n;
        boolean all = i0 == 0 && j0 == 0 && k0 == 0 && i1 == plan.extent[0] && j1 == plan.extent[1] && odd == width;
        int end = pair ? 2 * plan.plane : plan.plane;
        for (int i = all ? end : 0; i < end; i += VL) {
            FloatVector.zero(S).intoArray(d, d0 + i);
        }
        if (j0 >= j1 || n <= 0) {
            return;
        }
        int s1 = plan.step[1] * (j0 + plan.low[1]) + r1;
        int s2 = step * (k0 + w0 + plan.low[2]) + r2;
        boolean flat = plan.extent[1] == 1;
        int rows = flat ? i1 - i0 : j1 - j0;
        int apart = flat ? plan.step[0] * plan.source[1] * plan.source[2] : plan.step[1] * plan.source[2];
        for (int i = i0; i < (flat ? i0 + 1 : i1); i++) {
            int from = xo + ((plan.step[0] * (i + h0 + plan.low[0]) + r0) * plan.source[1] + s1) * plan.source[2] + s2;
            int to = d0 + (i * plan.extent[1] + j0) * width + k0;
            if (pair) {
                unzip(x, from, apart, d, to, plan.plane, width, rows, n, odd);
            } else if (step == 1) {
                copyRows(x, from, apart, d, to, width, rows, n);
            } else {
                everySecond(x, from, apart, d, to, width, rows, n);
            }
        }
    }

    /** d[i] = x[2 i] for each row; the element after the last is never read, since the array may end there. */
    private static void everySecond(float[] x, int from, int lda, float[] d, int to, int ldd, int rows, int n) {
        int full = S.loopBound(n);
        int rest = n - full;
        var allButLast = S.indexInRange(0, VL - 1);
        var low = S.indexInRange(0, Math.clamp(2 * rest - 1, 0, VL));
        var high = S.indexInRange(0, Math.clamp(2 * rest - 1 - VL, 0, VL));
        var kept = S.indexInRange(0, rest);
        for (int r = 0; r < rows; r++) {
            int source = from + r * lda;
            int at = to + r * ldd;
            for (int i = 0; i < full; i += VL, source += 2 * VL) {
                EVEN.selectFrom(
                                FloatVector.fromArray(S, x, source),
                                FloatVector.fromArray(S, x, source + VL, allButLast))
                        .intoArray(d, at + i);
            }
            if (rest > 0) {
                EVEN.selectFrom(
                                FloatVector.fromArray(S, x, source, low),
                                FloatVector.fromArray(S, x, source + VL, high))
                        .intoArray(d, at + full, kept);
            }
        }
    }

    /**
     * d[i] = x[2 i] for i below n and d[apart + i] = x[2 i + 1] for i below {@code odd}, for each row, in one pass over it;
     * n is {@code odd}, or one more.
     */
    private static void unzip(
            float[] x, int from, int lda, float[] d, int to, int apart, int ldd, int rows, int n, int odd) {
        int full = S.loopBound(odd);
        var low = S.indexInRange(0, Math.min(VL, n + odd - 2 * full));
        var high = S.indexInRange(0, Math.clamp(n + odd - 2 * full - VL, 0, VL));
        var evens = S.indexInRange(0, n - full);
        var odds = S.indexInRange(0, odd - full);
        for (int r = 0; r < rows; r++) {
            int source = from + r * lda;
            int at = to + r * ldd;
            for (int i = 0; i < full; i += VL, source += 2 * VL) {
                var u = FloatVector.fromArray(S, x, source);
                var v = FloatVector.fromArray(S, x, source + VL);
                EVEN.selectFrom(u, v).intoArray(d, at + i);
                ODD.selectFrom(u, v).intoArray(d, at + apart + i);
            }
            if (full < n) {
                var u = FloatVector.fromArray(S, x, source, low);
                var v = FloatVector.fromArray(S, x, source + VL, high);
                EVEN.selectFrom(u, v).intoArray(d, at + full, evens);
                ODD.selectFrom(u, v).intoArray(d, at + apart + full, odds);
            }
        }
    }

    /** d[2 i] = a[i] and d[2 i + 1] = b[i], n floats in all. */
    static void zip(float[] a, int ao, float[] b, int bo, float[] d, int to, int n) {
        int i = 0;
        for (; i + 2 * VL <= n; i += 2 * VL) {
            var even = FloatVector.fromArray(S, a, ao + i / 2);
            var odd = FloatVector.fromArray(S, b, bo + i / 2);
            ZIP_LOW.selectFrom(even, odd).intoArray(d, to + i);
            ZIP_HIGH.selectFrom(even, odd).intoArray(d, to + i + VL);
        }
        if (i < n) {
            var even = FloatVector.fromArray(S, a, ao + i / 2, S.indexInRange(0, (n - i + 1) / 2));
            var odd = FloatVector.fromArray(S, b, bo + i / 2, S.indexInRange(0, (n - i) / 2));
            ZIP_LOW.selectFrom(even, odd).intoArray(d, to + i, S.indexInRange(0, Math.min(VL, n - i)));
            if (n - i > VL) {
                ZIP_HIGH.selectFrom(even, odd).intoArray(d, to + i + VL, S.indexInRange(0, n - i - VL));
            }
        }
    }

    /** Copies {@code rows} rows of n floats and nothing else. */
    static void copyRows(float[] a, int from, int lda, float[] d, int to, int ldd, int rows, int n) {
        int full = S.loopBound(n);
        VectorMask<Float> rest = S.indexInRange(0, n - full);
        int source = from;
        int at = to;
        for (int r = 0; r < rows; r++, source += lda, at += ldd) {
            for (int i = 0; i < full; i += VL) {
                FloatVector.fromArray(S, a, source + i).intoArray(d, at + i);
            }
            if (full < n) {
                FloatVector.fromArray(S, a, source + full, rest).intoArray(d, at + full, rest);
            }
        }
    }
}
