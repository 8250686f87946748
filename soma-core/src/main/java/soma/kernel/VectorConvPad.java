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

    private static final FloatVector EVEN = even();

    private VectorConvPad() {}

    private static FloatVector even() {
        var index = new float[VL];
        for (int i = 0; i < VL; i++) {
            index[i] = 2 * i;
        }
        return FloatVector.fromArray(S, index, 0);
    }

    /** Like {@link ConvPad#pad}; may write up to a vector of anything behind the last plane. */
    static void pad(ConvPlan plan, float[] x, int xo, int count, int h0, int w0, float[] d, int d0) {
        int at = d0;
        for (int c = 0; c < count; c++) {
            for (int r0 : plan.residues[0]) {
                for (int r1 : plan.residues[1]) {
                    for (int r2 : plan.residues[2]) {
                        if (plan.step[2] <= 2) {
                            plane(plan, x, xo + c * plan.sourcePlane, r0, r1, r2, h0, w0, d, at);
                        } else {
                            ConvPad.padPlane(plan, x, xo + c * plan.sourcePlane, r0, r1, r2, h0, w0, d, at);
                        }
                        at += plan.plane;
                    }
                }
            }
        }
    }

    private static void plane(ConvPlan plan, float[] x, int xo, int r0, int r1, int r2, int h0, int w0, float[] d, int d0) {
        int step = plan.step[2];
        int width = plan.extent[2];
        int shift = w0 + plan.low[2];
        int first = Math.clamp(-shift, 0, width);
        int end = Math.clamp((plan.source[2] - r2 + step - 1) / step - shift, first, width);
        int at = d0;
        for (int i = 0; i < plan.extent[0]; i++) {
            int s0 = plan.step[0] * (h0 + i + plan.low[0]) + r0;
            for (int j = 0; j < plan.extent[1]; j++, at += width) {
                int s1 = plan.step[1] * (j + plan.low[1]) + r1;
                if (s0 < 0 || s0 >= plan.source[0] || s1 < 0 || s1 >= plan.source[1] || first == end) {
                    zero(d, at, at + width);
                    continue;
                }
                int from = xo + (s0 * plan.source[1] + s1) * plan.source[2] + step * (first + shift) + r2;
                zero(d, at, at + first);
                if (step == 1) {
                    row(x, from, d, at + first, end - first);
                } else {
                    everySecond(x, from, d, at + first, end - first);
                }
                zero(d, at + first + (end - first + VL - 1) / VL * VL, at + width);
            }
        }
    }

    /** Zeros by whole vectors: what is written too much is overwritten by what comes next. */
    private static void zero(float[] d, int from, int to) {
        for (int i = from; i < to; i += VL) {
            FloatVector.zero(S).intoArray(d, i);
        }
    }

    private static void row(float[] x, int from, float[] d, int to, int n) {
        int i = 0;
        for (; i + VL <= n; i += VL) {
            FloatVector.fromArray(S, x, from + i).intoArray(d, to + i);
        }
        if (i < n) {
            FloatVector.fromArray(S, x, from + i, S.indexInRange(0, n - i)).intoArray(d, to + i);
        }
    }

    /** d[i] = x[2 i]; the element after the last is never read, since the array may end there. */
    private static void everySecond(float[] x, int from, float[] d, int to, int n) {
        var allButLast = S.indexInRange(0, VL - 1);
        int i = 0;
        for (; i + VL <= n; i += VL) {
            int at = from + 2 * i;
            EVEN.selectFrom(FloatVector.fromArray(S, x, at), FloatVector.fromArray(S, x, at + VL, allButLast)).intoArray(d, to + i);
        }
        if (i < n) {
            int at = from + 2 * i;
            int lanes = 2 * (n - i) - 1;
            var low = S.indexInRange(0, Math.min(lanes, VL));
            var high = S.indexInRange(0, Math.max(0, lanes - VL));
            EVEN.selectFrom(FloatVector.fromArray(S, x, at, low), FloatVector.fromArray(S, x, at + VL, high)).intoArray(d, to + i);
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
