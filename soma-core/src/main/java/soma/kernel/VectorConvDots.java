package soma.kernel;

import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of the weight gradient: an output channel's gradient times a tap's shifted image, one long dot product
 * over pixels. The image is contiguous along pixels, so no patch is transposed. The gradient rows of a tile are
 * interleaved by vectors, which leaves one address for all of them: with an address a row C2 runs out of registers
 * (54 against 92 GFLOP/s). Written by ConvTilesGenerator in the test sources; change it there.
 */
final class VectorConvDots {

    /** Tallest tile, see {@link VectorConvTiles#ROWS}. */
    static final int ROWS = VectorConvTiles.ROWS == 12 ? 6 : 5;

    private static final int BITS = Integer.numberOfTrailingZeros(VL);
    /** For each bit of the lane number: which lanes of two vectors make the first and the second summand. */
    private static final float[] FIRST = summands(0);

    private static final float[] SECOND = summands(1);
    private static final FloatVector FIRST0 = FloatVector.fromArray(S, FIRST, 0);
    private static final FloatVector SECOND0 = FloatVector.fromArray(S, SECOND, 0);
    private static final FloatVector FIRST1 = FloatVector.fromArray(S, FIRST, VL);
    private static final FloatVector SECOND1 = FloatVector.fromArray(S, SECOND, VL);

    private VectorConvDots() {}

    private static float[] summands(int which) {
        var index = new float[BITS * VL];
        for (int i = 0; i < index.length; i++) {
            int bit = 1 << i / VL;
            int lane = i % VL;
            index[i] = ((lane & bit) == 0 ? 0 : VL) + (lane & ~bit) + (which == 0 ? 0 : bit);
        }
        return index;
    }

    /**
     * Adds the sums over the lanes of some vectors to {@code out}: each pass joins two vectors into one, half lanes
     * added. The first two passes are the callers'. Not reduceLanes: its order is one in the interpreter and another in
     * C2, so that the same program would give other bits once compiled.
     */
    private static void fold(float[] sums, int vectors, float[] out, int at) {
        int n = vectors;
        for (int bit = 2; bit < BITS; bit++) {
            var first = FloatVector.fromArray(S, FIRST, bit * VL);
            var second = FloatVector.fromArray(S, SECOND, bit * VL);
            for (int i = 0; i < n; i += 2) {
                var a = FloatVector.fromArray(S, sums, i * VL);
                var b = FloatVector.fromArray(S, sums, Math.min(i + 1, n - 1) * VL);
                first.selectFrom(a, b).add(second.selectFrom(a, b)).intoArray(sums, i / 2 * VL);
            }
            n = (n + 1) / 2;
        }
        for (int i = 0; i < n * VL; i += VL) {
            FloatVector.fromArray(S, sums, i)
                    .add(FloatVector.fromArray(S, out, at + i))
                    .intoArray(out, at + i);
        }
    }

    /** Elements of the result of a tile: rows * taps, rounded up to whole vectors. */
    static int room(int rows) {
        return (rows * taps(rows) + VL - 1) / VL * VL;
    }

    /** Taps side by side in a tile of that many rows. */
    static int taps(int rows) {
        return switch (rows) {
            case 1 -> ROWS == 6 ? 8 : 6;
            case 2 -> ROWS == 6 ? 8 : 4;
            case 3 -> ROWS == 6 ? 6 : 3;
            case 4 -> ROWS == 6 ? 5 : 2;
            case 5 -> ROWS == 6 ? 4 : 2;
            case 6 -> 3;
            default -> throw new AssertionError(rows);
        };
    }

    /**
     * out[at + row * taps + t] += the sum over v and lanes of d[dof + v][row] x[xof + off[min(k + t, last)] + qx[v]],
     * for v from 0 until qx[v] is negative; d holds a vector a row for each v. {@code sums} is room for rows * taps
     * vectors.
     */
    static void dot(
            int rows,
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        switch (rows) {
            case 1 -> {
                if (ROWS == 6) {
                    dot1x8(d, dof, x, xof, off, k, last, qx, sums, out, at);
                } else {
                    dot1x6(d, dof, x, xof, off, k, last, qx, sums, out, at);
                }
            }
            case 2 -> {
                if (ROWS == 6) {
                    dot2x8(d, dof, x, xof, off, k, last, qx, sums, out, at);
                } else {
                    dot2x4(d, dof, x, xof, off, k, last, qx, sums, out, at);
                }
            }
            case 3 -> {
                if (ROWS == 6) {
                    dot3x6(d, dof, x, xof, off, k, last, qx, sums, out, at);
                } else {
                    dot3x3(d, dof, x, xof, off, k, last, qx, sums, out, at);
                }
            }
            case 4 -> {
                if (ROWS == 6) {
                    dot4x5(d, dof, x, xof, off, k, last, qx, sums, out, at);
                } else {
                    dot4x2(d, dof, x, xof, off, k, last, qx, sums, out, at);
                }
            }
            case 5 -> {
                if (ROWS == 6) {
                    dot5x4(d, dof, x, xof, off, k, last, qx, sums, out, at);
                } else {
                    dot5x2(d, dof, x, xof, off, k, last, qx, sums, out, at);
                }
            }
            case 6 -> dot6x3(d, dof, x, xof, off, k, last, qx, sums, out, at);
            default -> throw new AssertionError(rows);
        }
    }

    private static void dot1x8(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        int o3 = xof + off[Math.min(k + 3, last)];
        int o4 = xof + off[Math.min(k + 4, last)];
        int o5 = xof + off[Math.min(k + 5, last)];
        int o6 = xof + off[Math.min(k + 6, last)];
        int o7 = xof + off[Math.min(k + 7, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c0x4 = FloatVector.zero(S);
        var c0x5 = FloatVector.zero(S);
        var c0x6 = FloatVector.zero(S);
        var c0x7 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var x3 = FloatVector.fromArray(S, x, o3 + q);
            var x4 = FloatVector.fromArray(S, x, o4 + q);
            var x5 = FloatVector.fromArray(S, x, o5 + q);
            var x6 = FloatVector.fromArray(S, x, o6 + q);
            var x7 = FloatVector.fromArray(S, x, o7 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            c0x3 = y.fma(x3, c0x3);
            c0x4 = y.fma(x4, c0x4);
            c0x5 = y.fma(x5, c0x5);
            c0x6 = y.fma(x6, c0x6);
            c0x7 = y.fma(x7, c0x7);
            p += VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c0x3).add(SECOND0.selectFrom(c0x2, c0x3));
        var s2 = FIRST0.selectFrom(c0x4, c0x5).add(SECOND0.selectFrom(c0x4, c0x5));
        var s3 = FIRST0.selectFrom(c0x6, c0x7).add(SECOND0.selectFrom(c0x6, c0x7));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        fold(sums, 2, out, at);
    }

    private static void dot1x6(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        int o3 = xof + off[Math.min(k + 3, last)];
        int o4 = xof + off[Math.min(k + 4, last)];
        int o5 = xof + off[Math.min(k + 5, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c0x4 = FloatVector.zero(S);
        var c0x5 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var x3 = FloatVector.fromArray(S, x, o3 + q);
            var x4 = FloatVector.fromArray(S, x, o4 + q);
            var x5 = FloatVector.fromArray(S, x, o5 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            c0x3 = y.fma(x3, c0x3);
            c0x4 = y.fma(x4, c0x4);
            c0x5 = y.fma(x5, c0x5);
            p += VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c0x3).add(SECOND0.selectFrom(c0x2, c0x3));
        var s2 = FIRST0.selectFrom(c0x4, c0x5).add(SECOND0.selectFrom(c0x4, c0x5));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s2).add(SECOND1.selectFrom(s2, s2));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        fold(sums, 2, out, at);
    }

    private static void dot2x8(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        int o3 = xof + off[Math.min(k + 3, last)];
        int o4 = xof + off[Math.min(k + 4, last)];
        int o5 = xof + off[Math.min(k + 5, last)];
        int o6 = xof + off[Math.min(k + 6, last)];
        int o7 = xof + off[Math.min(k + 7, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c0x4 = FloatVector.zero(S);
        var c0x5 = FloatVector.zero(S);
        var c0x6 = FloatVector.zero(S);
        var c0x7 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c1x3 = FloatVector.zero(S);
        var c1x4 = FloatVector.zero(S);
        var c1x5 = FloatVector.zero(S);
        var c1x6 = FloatVector.zero(S);
        var c1x7 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var x3 = FloatVector.fromArray(S, x, o3 + q);
            var x4 = FloatVector.fromArray(S, x, o4 + q);
            var x5 = FloatVector.fromArray(S, x, o5 + q);
            var x6 = FloatVector.fromArray(S, x, o6 + q);
            var x7 = FloatVector.fromArray(S, x, o7 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            c0x3 = y.fma(x3, c0x3);
            c0x4 = y.fma(x4, c0x4);
            c0x5 = y.fma(x5, c0x5);
            c0x6 = y.fma(x6, c0x6);
            c0x7 = y.fma(x7, c0x7);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            c1x2 = y.fma(x2, c1x2);
            c1x3 = y.fma(x3, c1x3);
            c1x4 = y.fma(x4, c1x4);
            c1x5 = y.fma(x5, c1x5);
            c1x6 = y.fma(x6, c1x6);
            c1x7 = y.fma(x7, c1x7);
            p += 2 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c0x3).add(SECOND0.selectFrom(c0x2, c0x3));
        var s2 = FIRST0.selectFrom(c0x4, c0x5).add(SECOND0.selectFrom(c0x4, c0x5));
        var s3 = FIRST0.selectFrom(c0x6, c0x7).add(SECOND0.selectFrom(c0x6, c0x7));
        var s4 = FIRST0.selectFrom(c1x0, c1x1).add(SECOND0.selectFrom(c1x0, c1x1));
        var s5 = FIRST0.selectFrom(c1x2, c1x3).add(SECOND0.selectFrom(c1x2, c1x3));
        var s6 = FIRST0.selectFrom(c1x4, c1x5).add(SECOND0.selectFrom(c1x4, c1x5));
        var s7 = FIRST0.selectFrom(c1x6, c1x7).add(SECOND0.selectFrom(c1x6, c1x7));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        var t2 = FIRST1.selectFrom(s4, s5).add(SECOND1.selectFrom(s4, s5));
        var t3 = FIRST1.selectFrom(s6, s7).add(SECOND1.selectFrom(s6, s7));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        t2.intoArray(sums, 2 * VL);
        t3.intoArray(sums, 3 * VL);
        fold(sums, 4, out, at);
    }

    private static void dot2x4(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        int o3 = xof + off[Math.min(k + 3, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c1x3 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var x3 = FloatVector.fromArray(S, x, o3 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            c0x3 = y.fma(x3, c0x3);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            c1x2 = y.fma(x2, c1x2);
            c1x3 = y.fma(x3, c1x3);
            p += 2 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c0x3).add(SECOND0.selectFrom(c0x2, c0x3));
        var s2 = FIRST0.selectFrom(c1x0, c1x1).add(SECOND0.selectFrom(c1x0, c1x1));
        var s3 = FIRST0.selectFrom(c1x2, c1x3).add(SECOND0.selectFrom(c1x2, c1x3));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        fold(sums, 2, out, at);
    }

    private static void dot3x6(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        int o3 = xof + off[Math.min(k + 3, last)];
        int o4 = xof + off[Math.min(k + 4, last)];
        int o5 = xof + off[Math.min(k + 5, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c0x4 = FloatVector.zero(S);
        var c0x5 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c1x3 = FloatVector.zero(S);
        var c1x4 = FloatVector.zero(S);
        var c1x5 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c2x2 = FloatVector.zero(S);
        var c2x3 = FloatVector.zero(S);
        var c2x4 = FloatVector.zero(S);
        var c2x5 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var x3 = FloatVector.fromArray(S, x, o3 + q);
            var x4 = FloatVector.fromArray(S, x, o4 + q);
            var x5 = FloatVector.fromArray(S, x, o5 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            c0x3 = y.fma(x3, c0x3);
            c0x4 = y.fma(x4, c0x4);
            c0x5 = y.fma(x5, c0x5);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            c1x2 = y.fma(x2, c1x2);
            c1x3 = y.fma(x3, c1x3);
            c1x4 = y.fma(x4, c1x4);
            c1x5 = y.fma(x5, c1x5);
            y = FloatVector.fromArray(S, d, p + 2 * VL);
            c2x0 = y.fma(x0, c2x0);
            c2x1 = y.fma(x1, c2x1);
            c2x2 = y.fma(x2, c2x2);
            c2x3 = y.fma(x3, c2x3);
            c2x4 = y.fma(x4, c2x4);
            c2x5 = y.fma(x5, c2x5);
            p += 3 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c0x3).add(SECOND0.selectFrom(c0x2, c0x3));
        var s2 = FIRST0.selectFrom(c0x4, c0x5).add(SECOND0.selectFrom(c0x4, c0x5));
        var s3 = FIRST0.selectFrom(c1x0, c1x1).add(SECOND0.selectFrom(c1x0, c1x1));
        var s4 = FIRST0.selectFrom(c1x2, c1x3).add(SECOND0.selectFrom(c1x2, c1x3));
        var s5 = FIRST0.selectFrom(c1x4, c1x5).add(SECOND0.selectFrom(c1x4, c1x5));
        var s6 = FIRST0.selectFrom(c2x0, c2x1).add(SECOND0.selectFrom(c2x0, c2x1));
        var s7 = FIRST0.selectFrom(c2x2, c2x3).add(SECOND0.selectFrom(c2x2, c2x3));
        var s8 = FIRST0.selectFrom(c2x4, c2x5).add(SECOND0.selectFrom(c2x4, c2x5));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        var t2 = FIRST1.selectFrom(s4, s5).add(SECOND1.selectFrom(s4, s5));
        var t3 = FIRST1.selectFrom(s6, s7).add(SECOND1.selectFrom(s6, s7));
        var t4 = FIRST1.selectFrom(s8, s8).add(SECOND1.selectFrom(s8, s8));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        t2.intoArray(sums, 2 * VL);
        t3.intoArray(sums, 3 * VL);
        t4.intoArray(sums, 4 * VL);
        fold(sums, 5, out, at);
    }

    private static void dot3x3(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c2x2 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            c1x2 = y.fma(x2, c1x2);
            y = FloatVector.fromArray(S, d, p + 2 * VL);
            c2x0 = y.fma(x0, c2x0);
            c2x1 = y.fma(x1, c2x1);
            c2x2 = y.fma(x2, c2x2);
            p += 3 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c1x0).add(SECOND0.selectFrom(c0x2, c1x0));
        var s2 = FIRST0.selectFrom(c1x1, c1x2).add(SECOND0.selectFrom(c1x1, c1x2));
        var s3 = FIRST0.selectFrom(c2x0, c2x1).add(SECOND0.selectFrom(c2x0, c2x1));
        var s4 = FIRST0.selectFrom(c2x2, c2x2).add(SECOND0.selectFrom(c2x2, c2x2));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        var t2 = FIRST1.selectFrom(s4, s4).add(SECOND1.selectFrom(s4, s4));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        t2.intoArray(sums, 2 * VL);
        fold(sums, 3, out, at);
    }

    private static void dot4x5(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        int o3 = xof + off[Math.min(k + 3, last)];
        int o4 = xof + off[Math.min(k + 4, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c0x4 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c1x3 = FloatVector.zero(S);
        var c1x4 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c2x2 = FloatVector.zero(S);
        var c2x3 = FloatVector.zero(S);
        var c2x4 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c3x2 = FloatVector.zero(S);
        var c3x3 = FloatVector.zero(S);
        var c3x4 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var x3 = FloatVector.fromArray(S, x, o3 + q);
            var x4 = FloatVector.fromArray(S, x, o4 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            c0x3 = y.fma(x3, c0x3);
            c0x4 = y.fma(x4, c0x4);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            c1x2 = y.fma(x2, c1x2);
            c1x3 = y.fma(x3, c1x3);
            c1x4 = y.fma(x4, c1x4);
            y = FloatVector.fromArray(S, d, p + 2 * VL);
            c2x0 = y.fma(x0, c2x0);
            c2x1 = y.fma(x1, c2x1);
            c2x2 = y.fma(x2, c2x2);
            c2x3 = y.fma(x3, c2x3);
            c2x4 = y.fma(x4, c2x4);
            y = FloatVector.fromArray(S, d, p + 3 * VL);
            c3x0 = y.fma(x0, c3x0);
            c3x1 = y.fma(x1, c3x1);
            c3x2 = y.fma(x2, c3x2);
            c3x3 = y.fma(x3, c3x3);
            c3x4 = y.fma(x4, c3x4);
            p += 4 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c0x3).add(SECOND0.selectFrom(c0x2, c0x3));
        var s2 = FIRST0.selectFrom(c0x4, c1x0).add(SECOND0.selectFrom(c0x4, c1x0));
        var s3 = FIRST0.selectFrom(c1x1, c1x2).add(SECOND0.selectFrom(c1x1, c1x2));
        var s4 = FIRST0.selectFrom(c1x3, c1x4).add(SECOND0.selectFrom(c1x3, c1x4));
        var s5 = FIRST0.selectFrom(c2x0, c2x1).add(SECOND0.selectFrom(c2x0, c2x1));
        var s6 = FIRST0.selectFrom(c2x2, c2x3).add(SECOND0.selectFrom(c2x2, c2x3));
        var s7 = FIRST0.selectFrom(c2x4, c3x0).add(SECOND0.selectFrom(c2x4, c3x0));
        var s8 = FIRST0.selectFrom(c3x1, c3x2).add(SECOND0.selectFrom(c3x1, c3x2));
        var s9 = FIRST0.selectFrom(c3x3, c3x4).add(SECOND0.selectFrom(c3x3, c3x4));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        var t2 = FIRST1.selectFrom(s4, s5).add(SECOND1.selectFrom(s4, s5));
        var t3 = FIRST1.selectFrom(s6, s7).add(SECOND1.selectFrom(s6, s7));
        var t4 = FIRST1.selectFrom(s8, s9).add(SECOND1.selectFrom(s8, s9));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        t2.intoArray(sums, 2 * VL);
        t3.intoArray(sums, 3 * VL);
        t4.intoArray(sums, 4 * VL);
        fold(sums, 5, out, at);
    }

    private static void dot4x2(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            y = FloatVector.fromArray(S, d, p + 2 * VL);
            c2x0 = y.fma(x0, c2x0);
            c2x1 = y.fma(x1, c2x1);
            y = FloatVector.fromArray(S, d, p + 3 * VL);
            c3x0 = y.fma(x0, c3x0);
            c3x1 = y.fma(x1, c3x1);
            p += 4 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c1x0, c1x1).add(SECOND0.selectFrom(c1x0, c1x1));
        var s2 = FIRST0.selectFrom(c2x0, c2x1).add(SECOND0.selectFrom(c2x0, c2x1));
        var s3 = FIRST0.selectFrom(c3x0, c3x1).add(SECOND0.selectFrom(c3x0, c3x1));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        fold(sums, 2, out, at);
    }

    private static void dot5x4(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        int o3 = xof + off[Math.min(k + 3, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c1x3 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c2x2 = FloatVector.zero(S);
        var c2x3 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c3x2 = FloatVector.zero(S);
        var c3x3 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c4x2 = FloatVector.zero(S);
        var c4x3 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var x3 = FloatVector.fromArray(S, x, o3 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            c0x3 = y.fma(x3, c0x3);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            c1x2 = y.fma(x2, c1x2);
            c1x3 = y.fma(x3, c1x3);
            y = FloatVector.fromArray(S, d, p + 2 * VL);
            c2x0 = y.fma(x0, c2x0);
            c2x1 = y.fma(x1, c2x1);
            c2x2 = y.fma(x2, c2x2);
            c2x3 = y.fma(x3, c2x3);
            y = FloatVector.fromArray(S, d, p + 3 * VL);
            c3x0 = y.fma(x0, c3x0);
            c3x1 = y.fma(x1, c3x1);
            c3x2 = y.fma(x2, c3x2);
            c3x3 = y.fma(x3, c3x3);
            y = FloatVector.fromArray(S, d, p + 4 * VL);
            c4x0 = y.fma(x0, c4x0);
            c4x1 = y.fma(x1, c4x1);
            c4x2 = y.fma(x2, c4x2);
            c4x3 = y.fma(x3, c4x3);
            p += 5 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c0x3).add(SECOND0.selectFrom(c0x2, c0x3));
        var s2 = FIRST0.selectFrom(c1x0, c1x1).add(SECOND0.selectFrom(c1x0, c1x1));
        var s3 = FIRST0.selectFrom(c1x2, c1x3).add(SECOND0.selectFrom(c1x2, c1x3));
        var s4 = FIRST0.selectFrom(c2x0, c2x1).add(SECOND0.selectFrom(c2x0, c2x1));
        var s5 = FIRST0.selectFrom(c2x2, c2x3).add(SECOND0.selectFrom(c2x2, c2x3));
        var s6 = FIRST0.selectFrom(c3x0, c3x1).add(SECOND0.selectFrom(c3x0, c3x1));
        var s7 = FIRST0.selectFrom(c3x2, c3x3).add(SECOND0.selectFrom(c3x2, c3x3));
        var s8 = FIRST0.selectFrom(c4x0, c4x1).add(SECOND0.selectFrom(c4x0, c4x1));
        var s9 = FIRST0.selectFrom(c4x2, c4x3).add(SECOND0.selectFrom(c4x2, c4x3));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        var t2 = FIRST1.selectFrom(s4, s5).add(SECOND1.selectFrom(s4, s5));
        var t3 = FIRST1.selectFrom(s6, s7).add(SECOND1.selectFrom(s6, s7));
        var t4 = FIRST1.selectFrom(s8, s9).add(SECOND1.selectFrom(s8, s9));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        t2.intoArray(sums, 2 * VL);
        t3.intoArray(sums, 3 * VL);
        t4.intoArray(sums, 4 * VL);
        fold(sums, 5, out, at);
    }

    private static void dot5x2(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            y = FloatVector.fromArray(S, d, p + 2 * VL);
            c2x0 = y.fma(x0, c2x0);
            c2x1 = y.fma(x1, c2x1);
            y = FloatVector.fromArray(S, d, p + 3 * VL);
            c3x0 = y.fma(x0, c3x0);
            c3x1 = y.fma(x1, c3x1);
            y = FloatVector.fromArray(S, d, p + 4 * VL);
            c4x0 = y.fma(x0, c4x0);
            c4x1 = y.fma(x1, c4x1);
            p += 5 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c1x0, c1x1).add(SECOND0.selectFrom(c1x0, c1x1));
        var s2 = FIRST0.selectFrom(c2x0, c2x1).add(SECOND0.selectFrom(c2x0, c2x1));
        var s3 = FIRST0.selectFrom(c3x0, c3x1).add(SECOND0.selectFrom(c3x0, c3x1));
        var s4 = FIRST0.selectFrom(c4x0, c4x1).add(SECOND0.selectFrom(c4x0, c4x1));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        var t2 = FIRST1.selectFrom(s4, s4).add(SECOND1.selectFrom(s4, s4));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        t2.intoArray(sums, 2 * VL);
        fold(sums, 3, out, at);
    }

    private static void dot6x3(
            float[] d,
            int dof,
            float[] x,
            int xof,
            int[] off,
            int k,
            int last,
            int[] qx,
            float[] sums,
            float[] out,
            int at) {
        int o0 = xof + off[k];
        int o1 = xof + off[Math.min(k + 1, last)];
        int o2 = xof + off[Math.min(k + 2, last)];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c2x2 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c3x2 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c4x2 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        var c5x2 = FloatVector.zero(S);
        int p = dof;
        int v = 0;
        int q = qx[0];
        do {
            var x0 = FloatVector.fromArray(S, x, o0 + q);
            var x1 = FloatVector.fromArray(S, x, o1 + q);
            var x2 = FloatVector.fromArray(S, x, o2 + q);
            var y = FloatVector.fromArray(S, d, p);
            c0x0 = y.fma(x0, c0x0);
            c0x1 = y.fma(x1, c0x1);
            c0x2 = y.fma(x2, c0x2);
            y = FloatVector.fromArray(S, d, p + VL);
            c1x0 = y.fma(x0, c1x0);
            c1x1 = y.fma(x1, c1x1);
            c1x2 = y.fma(x2, c1x2);
            y = FloatVector.fromArray(S, d, p + 2 * VL);
            c2x0 = y.fma(x0, c2x0);
            c2x1 = y.fma(x1, c2x1);
            c2x2 = y.fma(x2, c2x2);
            y = FloatVector.fromArray(S, d, p + 3 * VL);
            c3x0 = y.fma(x0, c3x0);
            c3x1 = y.fma(x1, c3x1);
            c3x2 = y.fma(x2, c3x2);
            y = FloatVector.fromArray(S, d, p + 4 * VL);
            c4x0 = y.fma(x0, c4x0);
            c4x1 = y.fma(x1, c4x1);
            c4x2 = y.fma(x2, c4x2);
            y = FloatVector.fromArray(S, d, p + 5 * VL);
            c5x0 = y.fma(x0, c5x0);
            c5x1 = y.fma(x1, c5x1);
            c5x2 = y.fma(x2, c5x2);
            p += 6 * VL;
            q = qx[++v];
        } while (q >= 0);
        var s0 = FIRST0.selectFrom(c0x0, c0x1).add(SECOND0.selectFrom(c0x0, c0x1));
        var s1 = FIRST0.selectFrom(c0x2, c1x0).add(SECOND0.selectFrom(c0x2, c1x0));
        var s2 = FIRST0.selectFrom(c1x1, c1x2).add(SECOND0.selectFrom(c1x1, c1x2));
        var s3 = FIRST0.selectFrom(c2x0, c2x1).add(SECOND0.selectFrom(c2x0, c2x1));
        var s4 = FIRST0.selectFrom(c2x2, c3x0).add(SECOND0.selectFrom(c2x2, c3x0));
        var s5 = FIRST0.selectFrom(c3x1, c3x2).add(SECOND0.selectFrom(c3x1, c3x2));
        var s6 = FIRST0.selectFrom(c4x0, c4x1).add(SECOND0.selectFrom(c4x0, c4x1));
        var s7 = FIRST0.selectFrom(c4x2, c5x0).add(SECOND0.selectFrom(c4x2, c5x0));
        var s8 = FIRST0.selectFrom(c5x1, c5x2).add(SECOND0.selectFrom(c5x1, c5x2));
        var t0 = FIRST1.selectFrom(s0, s1).add(SECOND1.selectFrom(s0, s1));
        var t1 = FIRST1.selectFrom(s2, s3).add(SECOND1.selectFrom(s2, s3));
        var t2 = FIRST1.selectFrom(s4, s5).add(SECOND1.selectFrom(s4, s5));
        var t3 = FIRST1.selectFrom(s6, s7).add(SECOND1.selectFrom(s6, s7));
        var t4 = FIRST1.selectFrom(s8, s8).add(SECOND1.selectFrom(s8, s8));
        t0.intoArray(sums, 0 * VL);
        t1.intoArray(sums, 1 * VL);
        t2.intoArray(sums, 2 * VL);
        t3.intoArray(sums, 3 * VL);
        t4.intoArray(sums, 4 * VL);
        fold(sums, 5, out, at);
    }
}
