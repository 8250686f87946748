package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with one or few rows or columns. They are bound by reading the matrix once, so it is read in the order in
 * which it lies in memory: dot products where rows run along k, sums of scaled rows where they run across it. What is
 * computed for an element of the result does not depend on which of its neighbours are computed by the same call.
 */
final class VectorGemv {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();

    private static final VectorShuffle<Float> BY8 = VectorShuffle.iota(S, 8, 1, true);
    private static final VectorShuffle<Float> BY4 = VectorShuffle.iota(S, 4, 1, true);
    private static final VectorShuffle<Float> BY2 = VectorShuffle.iota(S, 2, 1, true);
    private static final VectorShuffle<Float> BY1 = VectorShuffle.iota(S, 1, 1, true);

    /** Floats of the result that stay in the L1 cache while rows are added to them. */
    private static final int STRETCH = 2048;

    private VectorGemv() {}

    /** Room for the sums in each lane of four rows. */
    static final int LANES = 4 * VL;

    /**
     * c[co + i cx + j cy] (+)= dot(row i of x, row j of y) for {@code few} rows of x and {@code many} of y, all k long
     * and at least a vector; the few stay in cache while each row of y passes once. Four rows at a time, from four places
     * that each go on in a straight line, which the hardware's prefetching follows: with four neighbours, whose lines
     * jump by three rows at the end of each, weights came from L3 a tenth slower.
     */
    static void dots(
            float[] x,
            int xo,
            int ldx,
            int few,
            float[] y,
            int yo,
            int ldy,
            int many,
            int k,
            float[] c,
            int co,
            int cx,
            int cy,
            boolean add,
            float[] lanes) {
        int quarter = many / 4;
        for (int j = 0; j < quarter; j++) {
            for (int i = 0; i < few; i++) {
                dot4(x, xo + i * ldx, y, yo + j * ldy, quarter * ldy, k, lanes);
                for (int r = 0; r < 4; r++) {
                    put(c, co + i * cx + (j + r * quarter) * cy, sum(lanes, r * VL), add);
                }
            }
        }
        for (int j = 4 * quarter; j < many; j++) {
            for (int i = 0; i < few; i++) {
                dot1(x, xo + i * ldx, y, yo + j * ldy, k, lanes);
                put(c, co + i * cx + j * cy, sum(lanes, 0), add);
            }
        }
    }

    private static void dot4(float[] x, int xo, float[] y, int y0, int apart, int k, float[] lanes) {
        int y1 = y0 + apart;
        int y2 = y1 + apart;
        int y3 = y2 + apart;
        var s0 = FloatVector.zero(S);
        var s1 = FloatVector.zero(S);
        var s2 = FloatVector.zero(S);
        var s3 = FloatVector.zero(S);
        var t0 = FloatVector.zero(S);
        var t1 = FloatVector.zero(S);
        var t2 = FloatVector.zero(S);
        var t3 = FloatVector.zero(S);
        int p = 0;
        for (; p < (k & -2 * VL); p += 2 * VL) {
            var u = FloatVector.fromArray(S, x, xo + p);
            var v = FloatVector.fromArray(S, x, xo + p + VL);
            s0 = u.fma(FloatVector.fromArray(S, y, y0 + p), s0);
            t0 = v.fma(FloatVector.fromArray(S, y, y0 + p + VL), t0);
            s1 = u.fma(FloatVector.fromArray(S, y, y1 + p), s1);
            t1 = v.fma(FloatVector.fromArray(S, y, y1 + p + VL), t1);
            s2 = u.fma(FloatVector.fromArray(S, y, y2 + p), s2);
            t2 = v.fma(FloatVector.fromArray(S, y, y2 + p + VL), t2);
            s3 = u.fma(FloatVector.fromArray(S, y, y3 + p), s3);
            t3 = v.fma(FloatVector.fromArray(S, y, y3 + p + VL), t3);
        }
        if (p + VL <= k) {
            var u = FloatVector.fromArray(S, x, xo + p);
            s0 = u.fma(FloatVector.fromArray(S, y, y0 + p), s0);
            s1 = u.fma(FloatVector.fromArray(S, y, y1 + p), s1);
            s2 = u.fma(FloatVector.fromArray(S, y, y2 + p), s2);
            s3 = u.fma(FloatVector.fromArray(S, y, y3 + p), s3);
            p += VL;
        }
        if (p < k) { // a last vector that overlaps the one before: masked loads cost a fifth more
            var fresh = VectorMask.fromLong(S, -1L << (p - k + VL));
            p = k - VL;
            var u = FloatVector.fromArray(S, x, xo + p);
            s0 = s0.blend(u.fma(FloatVector.fromArray(S, y, y0 + p), s0), fresh);
            s1 = s1.blend(u.fma(FloatVector.fromArray(S, y, y1 + p), s1), fresh);
            s2 = s2.blend(u.fma(FloatVector.fromArray(S, y, y2 + p), s2), fresh);
            s3 = s3.blend(u.fma(FloatVector.fromArray(S, y, y3 + p), s3), fresh);
        }
        s0.add(t0).intoArray(lanes, 0);
        s1.add(t1).intoArray(lanes, VL);
        s2.add(t2).intoArray(lanes, 2 * VL);
        s3.add(t3).intoArray(lanes, 3 * VL);
    }

    /** The same sum in the same order as {@link #dot4} for one row. */
    private static void dot1(float[] x, int xo, float[] y, int yo, int k, float[] lanes) {
        var s = FloatVector.zero(S);
        var t = FloatVector.zero(S);
        int p = 0;
        for (; p < (k & -2 * VL); p += 2 * VL) {
            s = FloatVector.fromArray(S, x, xo + p).fma(FloatVector.fromArray(S, y, yo + p), s);
            t = FloatVector.fromArray(S, x, xo + p + VL).fma(FloatVector.fromArray(S, y, yo + p + VL), t);
        }
        if (p + VL <= k) {
            s = FloatVector.fromArray(S, x, xo + p).fma(FloatVector.fromArray(S, y, yo + p), s);
            p += VL;
        }
        if (p < k) {
            var fresh = VectorMask.fromLong(S, -1L << (p - k + VL));
            p = k - VL;
            s = s.blend(FloatVector.fromArray(S, x, xo + p).fma(FloatVector.fromArray(S, y, yo + p), s), fresh);
        }
        s.add(t).intoArray(lanes, 0);
    }

    /**
     * The sum of the lanes by halves. {@code reduceLanes} adds in another order once C2 has compiled it (4 of 10 sums
     * of 16 floats change their bits), and the same program would give other results as it warms up. A method of its
     * own: as a part of {@link #dot4} it made C2 box one vector a call.
     */
    private static float sum(float[] lanes, int at) {
        var v = FloatVector.fromArray(S, lanes, at);
        v = VL < 16 ? v : v.add(v.rearrange(BY8));
        v = VL < 8 ? v : v.add(v.rearrange(BY4));
        v = v.add(v.rearrange(BY2));
        return v.add(v.rearrange(BY1)).lane(0);
    }

    private static void put(float[] c, int at, float value, boolean add) {
        c[at] = add ? c[at] + value : value;
    }

    /** y[yo + j] += sum over p of x[xo + p step] b[bo + p ldb + j] for j in [0, n), in the order of p. */
    static void rows(float[] x, int xo, int step, float[] b, int bo, int ldb, int n, int k, float[] y, int yo) {
        for (int j = 0; j < n; j += STRETCH) {
            int width = Math.min(STRETCH, n - j);
            int p = 0;
            for (; p + 4 <= k; p += 4) {
                int at = xo + p * step;
                int row = bo + p * ldb + j;
                row4(x[at], x[at + step], x[at + 2 * step], x[at + 3 * step], b, row, ldb, width, y, yo + j);
            }
            for (; p < k; p++) {
                row1(x[xo + p * step], b, bo + p * ldb + j, width, y, yo + j);
            }
        }
    }

    private static void row4(
            float x0, float x1, float x2, float x3, float[] b, int b0, int ldb, int n, float[] y, int yo) {
        int b1 = b0 + ldb;
        int b2 = b1 + ldb;
        int b3 = b2 + ldb;
        var v0 = FloatVector.broadcast(S, x0);
        var v1 = FloatVector.broadcast(S, x1);
        var v2 = FloatVector.broadcast(S, x2);
        var v3 = FloatVector.broadcast(S, x3);
        int j = 0;
        for (; j < (n & -VL); j += VL) {
            var s = FloatVector.fromArray(S, y, yo + j);
            s = v0.fma(FloatVector.fromArray(S, b, b0 + j), s);
            s = v1.fma(FloatVector.fromArray(S, b, b1 + j), s);
            s = v2.fma(FloatVector.fromArray(S, b, b2 + j), s);
            s = v3.fma(FloatVector.fromArray(S, b, b3 + j), s);
            s.intoArray(y, yo + j);
        }
        for (; j < n; j++) {
            float s = Math.fma(x1, b[b1 + j], Math.fma(x0, b[b0 + j], y[yo + j]));
            y[yo + j] = Math.fma(x3, b[b3 + j], Math.fma(x2, b[b2 + j], s));
        }
    }

    private static void row1(float x, float[] b, int bo, int n, float[] y, int yo) {
        var v = FloatVector.broadcast(S, x);
        int j = 0;
        for (; j < (n & -VL); j += VL) {
            v.fma(FloatVector.fromArray(S, b, bo + j), FloatVector.fromArray(S, y, yo + j))
                    .intoArray(y, yo + j);
        }
        for (; j < n; j++) {
            y[yo + j] = Math.fma(x, b[bo + j], y[yo + j]);
        }
    }
}
