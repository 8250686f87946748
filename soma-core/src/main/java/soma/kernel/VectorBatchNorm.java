package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Batch norm on (images, channels, size). Long planes are taken one run of {@code size} after the other; with size 1
 * the vectors lie across the channels. Planes of 2 up to a vector: {@link VectorSmallPlanes}.
 */
final class VectorBatchNorm {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();

    private VectorBatchNorm() {}

    static boolean takes(int channels, int size) {
        return size >= VL || size == 1 && channels >= VL;
    }

    /**
     * Each run gets its own two-pass mean and squares while it is in cache; Chan, Golub, LeVeque 1979 merges them in
     * double.
     */
    static void stats(
            float[] x,
            int xo,
            float[] mean,
            int mo,
            float[] var,
            int vo,
            int images,
            int channels,
            int size,
            int c0,
            int c1) {
        if (size == 1) {
            for (int c = c0; c < c1; c += VL) {
                if (c1 - c < VL) {
                    ScalarBatchNorm.stats(x, xo, mean, mo, var, vo, images, channels, 1, c, c1);
                } else {
                    statsOfOneVector(x, xo + c, mean, mo + c, var, vo + c, images, channels);
                }
            }
            return;
        }
        for (int c = c0; c < c1; c++) {
            double m = 0, squares = 0;
            for (int k = 0; k < images; k++) {
                int at = xo + (k * channels + c) * size;
                float runMean = VectorNorms.sum(x, at, size) / size;
                double apart = runMean - m, share = 1.0 / (k + 1);
                squares += VectorNorms.squares(x, at, size, runMean) + apart * apart * size * k * share;
                m += apart * share;
            }
            mean[mo + c] = (float) m;
            var[vo + c] = (float) (squares / ((double) images * size));
        }
    }

    private static void statsOfOneVector(
            float[] x, int at, float[] mean, int mo, float[] var, int vo, int images, int channels) {
        var sum = FloatVector.zero(S);
        for (int k = 0; k < images; k++) {
            sum = sum.add(FloatVector.fromArray(S, x, at + k * channels));
        }
        var m = sum.div(images);
        var rest = FloatVector.zero(S);
        var squares = FloatVector.zero(S);
        for (int k = 0; k < images; k++) {
            var d = FloatVector.fromArray(S, x, at + k * channels).sub(m);
            rest = rest.add(d);
            squares = d.fma(d, squares);
        }
        m.add(rest.div(images)).intoArray(mean, mo);
        squares.div(images).intoArray(var, vo);
    }

    /** y = (x - mean[c]) rstd[c] w[c] + b[c]; w and b may be empty. */
    static void normalise(
            float[] x,
            int xo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] w,
            int wo,
            float[] b,
            int bo,
            float[] y,
            int yo,
            int channels,
            int size,
            int n0,
            int n1) {
        if (size == 1) {
            for (int k = n0; k < n1; k++) {
                int at = k * channels;
                for (int c = 0; c < channels; c += VL) {
                    int from = Math.min(c, channels - VL);
                    if (from < c) {
                        normaliseRest(x, xo + at, mean, mo, rstd, ro, w, wo, b, bo, y, yo + at, c, channels);
                        break;
                    }
                    var v = FloatVector.fromArray(S, x, xo + at + c)
                            .sub(FloatVector.fromArray(S, mean, mo + c))
                            .mul(FloatVector.fromArray(S, rstd, ro + c));
                    v = w.length == 0 ? v : v.mul(FloatVector.fromArray(S, w, wo + c));
                    v = b.length == 0 ? v : v.add(FloatVector.fromArray(S, b, bo + c));
                    v.intoArray(y, yo + at + c);
                }
            }
            return;
        }
        for (int k = n0; k < n1; k++) {
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                float m = mean[mo + c], s = rstd[ro + c];
                run(x, xo + at, m, w.length == 0 ? s : s * w[wo + c], b.length == 0 ? 0 : b[bo + c], y, yo + at, size);
            }
        }
    }

    private static void normaliseRest(
            float[] x,
            int xr,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] w,
            int wo,
            float[] b,
            int bo,
            float[] y,
            int yr,
            int c0,
            int c1) {
        for (int c = c0; c < c1; c++) {
            float m = mean[mo + c], s = rstd[ro + c];
            y[yr + c] = (x[xr + c] - m) * s * (w.length == 0 ? 1 : w[wo + c]) + (b.length == 0 ? 0 : b[bo + c]);
        }
    }

    /** y = (x - m) s + h. */
    static void run(float[] x, int xr, float m, float s, float h, float[] y, int yr, int n) {
        var last = FloatVector.fromArray(S, x, xr + n - VL);
        var scale = FloatVector.broadcast(S, s);
        var shift = FloatVector.broadcast(S, h);
        for (int i = 0; i < (n & -VL); i += VL) {
            FloatVector.fromArray(S, x, xr + i).sub(m).fma(scale, shift).intoArray(y, yr + i);
        }
        last.sub(m).fma(scale, shift).intoArray(y, yr + n - VL);
    }

    /** Sums of dy and of dy xhat. */
    static void sums(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] sumDy,
            int so,
            float[] sumDyXhat,
            int to,
            int images,
            int channels,
            int size,
            int c0,
            int c1) {
        if (size == 1) {
            for (int c = c0; c < c1; c += VL) {
                if (c1 - c < VL) {
                    ScalarBatchNorm.sums(
                            x, xo, dy, dyo, mean, mo, rstd, ro, sumDy, so, sumDyXhat, to, images, channels, 1, c, c1);
                    return;
                }
                var m = FloatVector.fromArray(S, mean, mo + c);
                var sum = FloatVector.zero(S);
                var sumX = FloatVector.zero(S);
                for (int k = 0, at = c; k < images; k++, at += channels) {
                    var g = FloatVector.fromArray(S, dy, dyo + at);
                    sum = sum.add(g);
                    sumX = FloatVector.fromArray(S, x, xo + at).sub(m).fma(g, sumX);
                }
                sum.intoArray(sumDy, so + c);
                sumX.mul(FloatVector.fromArray(S, rstd, ro + c)).intoArray(sumDyXhat, to + c);
            }
            return;
        }
        var fresh = VectorMask.fromLong(S, VectorNorms.fresh(size));
        for (int c = c0; c < c1; c++) {
            double total = 0, totalX = 0;
            float m = mean[mo + c];
            for (int k = 0; k < images; k++) {
                int at = (k * channels + c) * size, xr = xo + at, gr = dyo + at, i = 0;
                var s0 = FloatVector.zero(S);
                var s1 = FloatVector.zero(S);
                var t0 = FloatVector.zero(S);
                var t1 = FloatVector.zero(S);
                for (; i < (size & -2 * VL); i += 2 * VL) {
                    var g0 = FloatVector.fromArray(S, dy, gr + i);
                    var g1 = FloatVector.fromArray(S, dy, gr + i + VL);
                    s0 = s0.add(g0);
                    s1 = s1.add(g1);
                    t0 = FloatVector.fromArray(S, x, xr + i).sub(m).fma(g0, t0);
                    t1 = FloatVector.fromArray(S, x, xr + i + VL).sub(m).fma(g1, t1);
                }
                if (i < (size & -VL)) {
                    var g0 = FloatVector.fromArray(S, dy, gr + i);
                    s0 = s0.add(g0);
                    t0 = FloatVector.fromArray(S, x, xr + i).sub(m).fma(g0, t0);
                }
                var g1 = FloatVector.fromArray(S, dy, gr + size - VL);
                s1 = s1.add(g1, fresh);
                t1 = t1.add(FloatVector.fromArray(S, x, xr + size - VL).sub(m).mul(g1), fresh);
                total += VectorFold.sum(s0.add(s1));
                totalX += VectorFold.sum(t0.add(t1));
            }
            sumDy[so + c] = (float) total;
            sumDyXhat[to + c] = (float) (totalX * rstd[ro + c]);
        }
    }

    /** dx = a (dy - g0) - (x - m) q with a = w rstd, q = a rstd sumDyXhat / M; {@code share} is 1 / M. */
    static void back(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] w,
            int wo,
            float[] sumDy,
            int so,
            float[] sumDyXhat,
            int to,
            float[] dx,
            int dxo,
            int channels,
            int size,
            float share,
            int n0,
            int n1) {
        for (int k = n0; k < n1; k++) {
            if (size == 1) {
                int at = k * channels, c = 0;
                for (; c <= channels - VL; c += VL) {
                    var s = FloatVector.fromArray(S, rstd, ro + c);
                    var a = w.length == 0 ? s : s.mul(FloatVector.fromArray(S, w, wo + c));
                    var q = a.mul(s)
                            .mul(FloatVector.fromArray(S, sumDyXhat, to + c))
                            .mul(share);
                    var g = FloatVector.fromArray(S, dy, dyo + at + c)
                            .sub(FloatVector.fromArray(S, sumDy, so + c).mul(share));
                    var d = FloatVector.fromArray(S, x, xo + at + c).sub(FloatVector.fromArray(S, mean, mo + c));
                    g.mul(a).sub(d.mul(q)).intoArray(dx, dxo + at + c);
                }
                for (; c < channels; c++) {
                    float s = rstd[ro + c], a = s * (w.length == 0 ? 1 : w[wo + c]);
                    float d = (x[xo + at + c] - mean[mo + c]) * s;
                    dx[dxo + at + c] = a * (dy[dyo + at + c] - sumDy[so + c] * share - d * sumDyXhat[to + c] * share);
                }
                continue;
            }
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                float s = rstd[ro + c], a = s * (w.length == 0 ? 1 : w[wo + c]);
                backRun(
                        x,
                        xo + at,
                        mean[mo + c],
                        dy,
                        dyo + at,
                        a,
                        sumDy[so + c] * share,
                        a * s * sumDyXhat[to + c] * share,
                        dx,
                        dxo + at,
                        size);
            }
        }
    }

    private static void backRun(
            float[] x, int xr, float m, float[] dy, int gr, float a, float g0, float q, float[] dx, int dr, int n) {
        var lastG = FloatVector.fromArray(S, dy, gr + n - VL);
        var lastD = FloatVector.fromArray(S, x, xr + n - VL).sub(m);
        for (int i = 0; i < (n & -VL); i += VL) {
            var d = FloatVector.fromArray(S, x, xr + i).sub(m);
            FloatVector.fromArray(S, dy, gr + i).sub(g0).mul(a).sub(d.mul(q)).intoArray(dx, dr + i);
        }
        lastG.sub(g0).mul(a).sub(lastD.mul(q)).intoArray(dx, dr + n - VL);
    }
}
