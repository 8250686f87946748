package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Group norm where a channel's plane is at least one vector. A row, some dozens of kilobytes, is read from memory once
 * and stays in cache for its further passes. Planes end with an overlapping vector, loaded before anything is written.
 */
final class VectorGroupNorm {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();

    private VectorGroupNorm() {}

    static boolean takes(int size) {
        return size >= VL;
    }

    static void forward(
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] b,
            int bo,
            float[] y,
            float[] mean,
            float[] rstd,
            int groups,
            int each,
            int size,
            int lo,
            int hi,
            double eps) {
        int n = each * size;
        for (int r = lo; r < hi; r++) {
            int at = r * n, c0 = r % groups * each;
            float m = VectorNorms.sum(x, xo + at, n) / n;
            float s = (float) (1 / Math.sqrt(VectorNorms.squares(x, xo + at, n, m) / n + eps));
            mean[r] = m;
            rstd[r] = s;
            for (int c = c0; c < c0 + each; c++, at += size) {
                VectorBatchNorm.run(x, xo + at, m, s * w[wo + c], b[bo + c], y, at, size);
            }
        }
    }

    static void back(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] w,
            int wo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] dx,
            float[] sums,
            int groups,
            int each,
            int size,
            int lo,
            int hi) {
        int n = each * size, channels = groups * each;
        for (int r = lo; r < hi; r++) {
            int from = r * n, c0 = r % groups * each, to = r / groups * 2 * channels;
            float m = mean[mo + r], s = rstd[ro + r];
            double a = 0, q = 0;
            for (int c = c0, at = from; c < c0 + each; c++, at += size) {
                runSums(x, xo + at, m, s, dy, dyo + at, size, sums, to + c, to + channels + c);
                a += (double) w[wo + c] * sums[to + channels + c];
                q += (double) w[wo + c] * sums[to + c];
            }
            for (int c = c0, at = from; c < c0 + each; c++, at += size) {
                float slope = (float) (-q / n * s * s), shift = (float) (-a / n * s);
                backRun(x, xo + at, m, dy, dyo + at, w[wo + c] * s, slope, shift, dx, at, size);
            }
        }
    }

    /** to[atX] = sum of dy (x - m) s, to[at] = sum of dy. */
    private static void runSums(
            float[] x, int xr, float m, float s, float[] dy, int gr, int n, float[] to, int atX, int at) {
        int i = 0;
        var s0 = FloatVector.zero(S);
        var s1 = FloatVector.zero(S);
        var t0 = FloatVector.zero(S);
        var t1 = FloatVector.zero(S);
        for (; i < (n & -2 * VL); i += 2 * VL) {
            var g0 = FloatVector.fromArray(S, dy, gr + i);
            var g1 = FloatVector.fromArray(S, dy, gr + i + VL);
            s0 = s0.add(g0);
            s1 = s1.add(g1);
            t0 = FloatVector.fromArray(S, x, xr + i).sub(m).fma(g0, t0);
            t1 = FloatVector.fromArray(S, x, xr + i + VL).sub(m).fma(g1, t1);
        }
        if (i < (n & -VL)) {
            var g0 = FloatVector.fromArray(S, dy, gr + i);
            s0 = s0.add(g0);
            t0 = FloatVector.fromArray(S, x, xr + i).sub(m).fma(g0, t0);
        }
        var fresh = VectorMask.fromLong(S, VectorNorms.fresh(n));
        var g1 = FloatVector.fromArray(S, dy, gr + n - VL);
        s1 = s1.add(g1, fresh);
        t1 = t1.add(FloatVector.fromArray(S, x, xr + n - VL).sub(m).mul(g1), fresh);
        to[at] = VectorFold.sum(s0.add(s1));
        to[atX] = VectorFold.sum(t0.add(t1)) * s;
    }

    /** dx = dy a + (x - m) slope + shift. */
    private static void backRun(
            float[] x,
            int xr,
            float m,
            float[] dy,
            int gr,
            float a,
            float slope,
            float shift,
            float[] dx,
            int dr,
            int n) {
        var va = FloatVector.broadcast(S, a);
        var vs = FloatVector.broadcast(S, slope);
        var vh = FloatVector.broadcast(S, shift);
        var last = FloatVector.fromArray(S, x, xr + n - VL).sub(m).fma(vs, vh);
        last = FloatVector.fromArray(S, dy, gr + n - VL).fma(va, last);
        for (int i = 0; i < (n & -VL); i += VL) {
            var d = FloatVector.fromArray(S, x, xr + i).sub(m).fma(vs, vh);
            FloatVector.fromArray(S, dy, gr + i).fma(va, d).intoArray(dx, dr + i);
        }
        last.intoArray(dx, dr + n - VL);
    }
}
