package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Layer norm and RMS norm on rows of at least one vector. A row ends with an overlapping vector: loaded before
 * anything is written, so that results may overwrite inputs, and only its new lanes count in sums.
 */
final class VectorNorms {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final int VL = S.length();

    private VectorNorms() {}

    static long fresh(int n) {
        return -1L << (VL - (n & (VL - 1)));
    }

    static void layerNorm(
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] b,
            int bo,
            float[] y,
            int yo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            int lo,
            int hi,
            int n,
            double eps) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n;
            float m = sum(x, xr, n) / n;
            float s = (float) (1 / Math.sqrt(squares(x, xr, n, m) / n + eps));
            mean[mo + r] = m;
            rstd[ro + r] = s;
            if (w.length == 0 && b.length == 0) {
                normalise(x, xr, m, s, y, yo + r * n, n);
            } else {
                normalise(x, xr, m, s, w, wo, b, bo, y, yo + r * n, n);
            }
        }
    }

    static float sum(float[] x, int xr, int n) {
        int end = n & -VL, fours = n & -4 * VL, i = 0;
        var s0 = FloatVector.zero(S);
        var s1 = FloatVector.zero(S);
        var s2 = FloatVector.zero(S);
        var s3 = FloatVector.zero(S);
        for (; i < fours; i += 4 * VL) {
            s0 = s0.add(FloatVector.fromArray(S, x, xr + i));
            s1 = s1.add(FloatVector.fromArray(S, x, xr + i + VL));
            s2 = s2.add(FloatVector.fromArray(S, x, xr + i + 2 * VL));
            s3 = s3.add(FloatVector.fromArray(S, x, xr + i + 3 * VL));
        }
        for (; i < end; i += VL) {
            s0 = s0.add(FloatVector.fromArray(S, x, xr + i));
        }
        if (end < n) {
            s1 = s1.add(FloatVector.fromArray(S, x, xr + n - VL), VectorMask.fromLong(S, fresh(n)));
        }
        return VectorFold.sum(s0.add(s1).add(s2.add(s3)));
    }

    /** Sum of (x - m)^2. */
    static float squares(float[] x, int xr, int n, float m) {
        int end = n & -VL, fours = n & -4 * VL, i = 0;
        var s0 = FloatVector.zero(S);
        var s1 = FloatVector.zero(S);
        var s2 = FloatVector.zero(S);
        var s3 = FloatVector.zero(S);
        for (; i < fours; i += 4 * VL) {
            var d0 = FloatVector.fromArray(S, x, xr + i).sub(m);
            var d1 = FloatVector.fromArray(S, x, xr + i + VL).sub(m);
            var d2 = FloatVector.fromArray(S, x, xr + i + 2 * VL).sub(m);
            var d3 = FloatVector.fromArray(S, x, xr + i + 3 * VL).sub(m);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (; i < end; i += VL) {
            var d0 = FloatVector.fromArray(S, x, xr + i).sub(m);
            s0 = d0.fma(d0, s0);
        }
        if (end < n) {
            var d1 = FloatVector.fromArray(S, x, xr + n - VL).sub(m);
            s1 = s1.add(d1.mul(d1), VectorMask.fromLong(S, fresh(n)));
        }
        return VectorFold.sum(s0.add(s1).add(s2.add(s3)));
    }

    /** y = (x - m) s. */
    static void normalise(float[] x, int xr, float m, float s, float[] y, int yr, int n) {
        var last = FloatVector.fromArray(S, x, xr + n - VL);
        for (int i = 0; i < (n & -VL); i += VL) {
            FloatVector.fromArray(S, x, xr + i).sub(m).mul(s).intoArray(y, yr + i);
        }
        last.sub(m).mul(s).intoArray(y, yr + n - VL);
    }

    private static void normalise(
            float[] x, int xr, float m, float s, float[] w, int wo, float[] b, int bo, float[] y, int yr, int n) {
        var last = FloatVector.fromArray(S, x, xr + n - VL).sub(m).mul(s);
        if (b.length == 0) {
            for (int i = 0; i < (n & -VL); i += VL) {
                FloatVector.fromArray(S, x, xr + i)
                        .sub(m)
                        .mul(s)
                        .mul(FloatVector.fromArray(S, w, wo + i))
                        .intoArray(y, yr + i);
            }
            last.mul(FloatVector.fromArray(S, w, wo + n - VL)).intoArray(y, yr + n - VL);
        } else if (w.length == 0) {
            for (int i = 0; i < (n & -VL); i += VL) {
                FloatVector.fromArray(S, x, xr + i)
                        .sub(m)
                        .mul(s)
                        .add(FloatVector.fromArray(S, b, bo + i))
                        .intoArray(y, yr + i);
            }
            last.add(FloatVector.fromArray(S, b, bo + n - VL)).intoArray(y, yr + n - VL);
        } else {
            for (int i = 0; i < (n & -VL); i += VL) {
                var h = FloatVector.fromArray(S, x, xr + i).sub(m).mul(s);
                h.fma(FloatVector.fromArray(S, w, wo + i), FloatVector.fromArray(S, b, bo + i))
                        .intoArray(y, yr + i);
            }
            last.fma(FloatVector.fromArray(S, w, wo + n - VL), FloatVector.fromArray(S, b, bo + n - VL))
                    .intoArray(y, yr + n - VL);
        }
    }

    /** For w, dw and db all given; {@link Norms} sends the rarer cases to the scalar twin. */
    static void layerNormBack(
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
            int dxo,
            float[] dw,
            int dwo,
            float[] db,
            int dbo,
            int lo,
            int hi,
            int n) {
        int end = n & -VL, last = n - VL;
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            float m = mean[mo + r], s = rstd[ro + r];
            var sum = FloatVector.zero(S);
            var sumX = FloatVector.zero(S);
            var lastG = FloatVector.fromArray(S, dy, gr + last);
            var lastH = FloatVector.fromArray(S, x, xr + last).sub(m).mul(s);
            for (int i = 0; i < end; i += VL) {
                var g = FloatVector.fromArray(S, dy, gr + i);
                var h = FloatVector.fromArray(S, x, xr + i).sub(m).mul(s);
                var gw = g.mul(FloatVector.fromArray(S, w, wo + i));
                sum = sum.add(gw);
                sumX = gw.fma(h, sumX);
                g.fma(h, FloatVector.fromArray(S, dw, dwo + i)).intoArray(dw, dwo + i);
                g.add(FloatVector.fromArray(S, db, dbo + i)).intoArray(db, dbo + i);
            }
            var lastGw = lastG.mul(FloatVector.fromArray(S, w, wo + last));
            if (end < n) {
                var fresh = VectorMask.fromLong(S, fresh(n));
                sum = sum.add(lastGw, fresh);
                sumX = sumX.add(lastGw.mul(lastH), fresh);
                FloatVector.fromArray(S, dw, dwo + last)
                        .add(lastG.mul(lastH), fresh)
                        .intoArray(dw, dwo + last);
                FloatVector.fromArray(S, db, dbo + last).add(lastG, fresh).intoArray(db, dbo + last);
            }
            float a = VectorFold.sum(sum) / n, c = VectorFold.sum(sumX) / n;
            for (int i = 0; i < end; i += VL) {
                var h = FloatVector.fromArray(S, x, xr + i).sub(m).mul(s);
                var gw = FloatVector.fromArray(S, dy, gr + i).mul(FloatVector.fromArray(S, w, wo + i));
                gw.sub(a).sub(h.mul(c)).mul(s).intoArray(dx, dr + i);
            }
            lastGw.sub(a).sub(lastH.mul(c)).mul(s).intoArray(dx, dr + last);
        }
    }

    static void rmsNorm(
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] y,
            int yo,
            float[] rstd,
            int ro,
            int lo,
            int hi,
            int n,
            double eps) {
        float[] none = new float[0];
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n;
            float s = (float) (1 / Math.sqrt(squares(x, xr, n, 0) / n + eps));
            rstd[ro + r] = s;
            if (w.length == 0) {
                normalise(x, xr, 0, s, y, yo + r * n, n);
            } else {
                normalise(x, xr, 0, s, w, wo, none, 0, y, yo + r * n, n);
            }
        }
    }

    /** For w and dw both given. */
    static void rmsNormBack(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] w,
            int wo,
            float[] rstd,
            int ro,
            float[] dx,
            int dxo,
            float[] dw,
            int dwo,
            int lo,
            int hi,
            int n) {
        int end = n & -VL, last = n - VL;
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            float s = rstd[ro + r];
            var sumX = FloatVector.zero(S);
            var lastG = FloatVector.fromArray(S, dy, gr + last);
            var lastH = FloatVector.fromArray(S, x, xr + last).mul(s);
            for (int i = 0; i < end; i += VL) {
                var gh = FloatVector.fromArray(S, dy, gr + i)
                        .mul(FloatVector.fromArray(S, x, xr + i).mul(s));
                sumX = gh.fma(FloatVector.fromArray(S, w, wo + i), sumX);
                gh.add(FloatVector.fromArray(S, dw, dwo + i)).intoArray(dw, dwo + i);
            }
            var lastW = FloatVector.fromArray(S, w, wo + last);
            if (end < n) {
                var fresh = VectorMask.fromLong(S, fresh(n));
                sumX = sumX.add(lastG.mul(lastH).mul(lastW), fresh);
                FloatVector.fromArray(S, dw, dwo + last)
                        .add(lastG.mul(lastH), fresh)
                        .intoArray(dw, dwo + last);
            }
            float c = VectorFold.sum(sumX) / n;
            for (int i = 0; i < end; i += VL) {
                var h = FloatVector.fromArray(S, x, xr + i).mul(s);
                var gw = FloatVector.fromArray(S, dy, gr + i).mul(FloatVector.fromArray(S, w, wo + i));
                gw.sub(h.mul(c)).mul(s).intoArray(dx, dr + i);
            }
            lastG.mul(lastW).sub(lastH.mul(c)).mul(s).intoArray(dx, dr + last);
        }
    }
}
