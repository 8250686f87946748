package soma.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The row kernels with vectors. The end of a row is the vector that ends with it: it overlaps the one before, was
 * loaded before anything is written (so results may overwrite inputs), and only its lanes that are new count in sums.
 * A row shorter than a vector is read with its neighbours, which is faster than a masked load where masks are
 * emulated; the last one of an array is copied first.
 */
final class VectorRows {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final int BLOCK = 64;

    private VectorRows() {}

    /**
     * The lanes of the last vector of a row that the full vectors before it have not covered. As bits, because a mask
     * that comes back from a call that C2 does not inline is an object.
     */
    private static long fresh(int n) {
        return -1L << (VL - (n & (VL - 1)));
    }

    private static VectorMask<Float> below(int n) {
        return VectorMask.fromLong(S, (1L << n) - 1);
    }

    static void softmax(float[] x, int xo, float[] y, int yo, int lo, int hi, int n) {
        if (n < VL) {
            shortSoftmax(x, xo, y, yo, lo, hi, n, false);
            return;
        }
        for (int r = lo; r < hi; r++) {
            softmaxTimes(x, xo + r * n, y, yo + r * n, n, 1);
        }
    }

    private static void softmaxTimes(float[] x, int xr, float[] y, int yr, int n, float factor) {
        int end = n & -VL;
        float max = max(x, xr, n);
        var last = FloatVector.fromArray(S, x, xr + n - VL);
        var sum = FloatVector.zero(S);
        for (int i = 0; i < end; i += VL) {
            var e = VectorNonPositiveExp.of(FloatVector.fromArray(S, x, xr + i).sub(max));
            e.intoArray(y, yr + i);
            sum = sum.add(e);
        }
        if (end < n) {
            var e = VectorNonPositiveExp.of(last.sub(max));
            e.intoArray(y, yr + n - VL);
            sum = sum.add(e, VectorMask.fromLong(S, fresh(n)));
        }
        float scale = factor / VectorFold.sum(sum);
        last = FloatVector.fromArray(S, y, yr + n - VL);
        for (int i = 0; i < end; i += VL) {
            FloatVector.fromArray(S, y, yr + i).mul(scale).intoArray(y, yr + i);
        }
        last.mul(scale).intoArray(y, yr + n - VL);
    }

    static void logSoftmax(float[] x, int xo, float[] y, int yo, int lo, int hi, int n) {
        if (n < VL) {
            shortSoftmax(x, xo, y, yo, lo, hi, n, true);
            return;
        }
        int end = n & -VL;
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            float max = max(x, xr, n);
            float log = log(sumExp(x, xr, n, max));
            var last = FloatVector.fromArray(S, x, xr + n - VL);
            for (int i = 0; i < end; i += VL) {
                FloatVector.fromArray(S, x, xr + i).sub(max).sub(log).intoArray(y, yr + i);
            }
            last.sub(max).sub(log).intoArray(y, yr + n - VL);
        }
    }

    static void softmaxBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi, int n) {
        if (n < VL) {
            ScalarRows.softmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
            return;
        }
        int end = n & -VL, pairs = n & -2 * VL;
        var fresh = VectorMask.fromLong(S, fresh(n));
        for (int r = lo; r < hi; r++) {
            int yr = yo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            var a = FloatVector.zero(S);
            var b = FloatVector.zero(S);
            for (int i = 0; i < pairs; i += 2 * VL) {
                a = FloatVector.fromArray(S, y, yr + i).fma(FloatVector.fromArray(S, dy, gr + i), a);
                b = FloatVector.fromArray(S, y, yr + i + VL).fma(FloatVector.fromArray(S, dy, gr + i + VL), b);
            }
            if (pairs < end) {
                a = FloatVector.fromArray(S, y, yr + pairs).fma(FloatVector.fromArray(S, dy, gr + pairs), a);
            }
            var lastY = FloatVector.fromArray(S, y, yr + n - VL);
            var lastG = FloatVector.fromArray(S, dy, gr + n - VL);
            b = b.add(lastY.mul(lastG), fresh);
            float sum = VectorFold.sum(a.add(b));
            for (int i = 0; i < end; i += VL) {
                FloatVector.fromArray(S, dy, gr + i)
                        .sub(sum)
                        .mul(FloatVector.fromArray(S, y, yr + i))
                        .intoArray(dx, dr + i);
            }
            lastG.sub(sum).mul(lastY).intoArray(dx, dr + n - VL);
        }
    }

    static void logSoftmaxBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi, int n) {
        if (n < VL) {
            ScalarRows.logSoftmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
            return;
        }
        int end = n & -VL;
        var fresh = VectorMask.fromLong(S, fresh(n));
        for (int r = lo; r < hi; r++) {
            int yr = yo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            var a = FloatVector.zero(S);
            for (int i = 0; i < end; i += VL) {
                a = a.add(FloatVector.fromArray(S, dy, gr + i));
            }
            var lastY = FloatVector.fromArray(S, y, yr + n - VL);
            var lastG = FloatVector.fromArray(S, dy, gr + n - VL);
            float sum = -VectorFold.sum(a.add(lastG, fresh));
            for (int i = 0; i < end; i += VL) {
                var e = VectorNonPositiveExp.of(FloatVector.fromArray(S, y, yr + i));
                e.mul(sum).add(FloatVector.fromArray(S, dy, gr + i)).intoArray(dx, dr + i);
            }
            VectorNonPositiveExp.of(lastY).mul(sum).add(lastG).intoArray(dx, dr + n - VL);
        }
    }

    static void crossEntropy(
            float[] x, int xo, long[] labels, int lab, float[] loss, int so, int lo, int hi, int n, long ignoreIndex) {
        if (n < VL) {
            shortCrossEntropy(x, xo, labels, lab, loss, so, lo, hi, n, ignoreIndex);
            return;
        }
        for (int r = lo; r < hi; r++) {
            long label = labels[lab + r];
            if (label == ignoreIndex) {
                loss[so + r] = 0;
                continue;
            }
            int xr = xo + r * n, c = Rows.checked(label, r, n);
            float max = max(x, xr, n);
            loss[so + r] = log(sumExp(x, xr, n, max)) + (max - x[xr + c]);
        }
    }

    static void crossEntropyBack(
            float[] x,
            int xo,
            long[] labels,
            int lab,
            float[] scale,
            int so,
            float[] dx,
            int dxo,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        if (n < VL) {
            shortSoftmax(x, xo, dx, dxo, lo, hi, n, false);
        }
        for (int r = lo; r < hi; r++) {
            long label = labels[lab + r];
            int at = dxo + r * n;
            if (label == ignoreIndex) {
                Arrays.fill(dx, at, at + n, 0);
                continue;
            }
            int c = Rows.checked(label, r, n);
            float s = scale[so + r];
            if (n >= VL) {
                softmaxTimes(x, xo + r * n, dx, at, n, s);
            } else {
                for (int i = 0; i < n; i++) {
                    dx[at + i] *= s;
                }
            }
            dx[at + c] -= s;
        }
    }

    /** The largest of n >= VL values; a NaN may be passed over, it shows again in the sum of exps. */
    private static float max(float[] x, int xr, int n) {
        var a = FloatVector.fromArray(S, x, xr + n - VL);
        var b = FloatVector.fromArray(S, x, xr);
        int i = VL;
        for (; i < n - 2 * VL; i += 2 * VL) {
            var u = FloatVector.fromArray(S, x, xr + i);
            var v = FloatVector.fromArray(S, x, xr + i + VL);
            a = a.blend(u, u.compare(VectorOperators.GT, a));
            b = b.blend(v, v.compare(VectorOperators.GT, b));
        }
        for (; i < n - VL; i += VL) {
            var u = FloatVector.fromArray(S, x, xr + i);
            a = a.blend(u, u.compare(VectorOperators.GT, a));
        }
        return a.max(b).reduceLanes(VectorOperators.MAX);
    }

    private static float sumExp(float[] x, int xr, int n, float max) {
        var sum = FloatVector.zero(S);
        int i = 0;
        for (; i < (n & -VL); i += VL) {
            sum = sum.add(
                    VectorNonPositiveExp.of(FloatVector.fromArray(S, x, xr + i).sub(max)));
        }
        if (i < n) {
            sum = sum.add(
                    VectorNonPositiveExp.of(
                            FloatVector.fromArray(S, x, xr + n - VL).sub(max)),
                    VectorMask.fromLong(S, fresh(n)));
        }
        return VectorFold.sum(sum);
    }

    /**
     * The end of the rows lo .. hi-1 behind whose start a whole vector lies within the first {@code length} elements.
     */
    private static int wholeRows(int length, int lo, int hi, int n) {
        return Math.clamp(Math.floorDiv(length - VL, Math.max(1, n)) + 1, lo, hi);
    }

    /**
     * log x for x >= 1 as e log 2 + 2 artanh((m-1)/(m+1)), the remainder of the series below 2e-11. A cross-entropy of
     * 64 x 10 takes 3.3 us with it where Math.log between the vector code took 4.5.
     */
    static float log(float x) {
        int bits = Float.floatToRawIntBits(x), e = (bits - 0x3f3504f3) >> 23;
        double m = Float.intBitsToFloat(bits - (e << 23)), s = (m - 1) / (m + 1), q = s * s;
        double artanh = s * (1 + q * (1 / 3.0 + q * (1 / 5.0 + q * (1 / 7.0 + q * (1 / 9.0 + q * (1 / 11.0))))));
        return x < Float.POSITIVE_INFINITY ? (float) (e * 0.6931471805599453 + 2 * artanh) : x;
    }

    private static void shortSoftmax(float[] x, int xo, float[] y, int yo, int lo, int hi, int n, boolean log) {
        int whole = wholeRows(Math.min(x.length - xo, y.length - yo), lo, hi, n);
        softmaxOfOneVector(x, xo, y, yo, lo, whole, n, log);
        for (int r = whole; r < hi; r++) {
            var row = new float[VL];
            System.arraycopy(x, xo + r * n, row, 0, n);
            softmaxOfOneVector(row, 0, row, 0, 0, 1, n, log);
            System.arraycopy(row, 0, y, yo + r * n, n);
        }
    }

    private static void softmaxOfOneVector(float[] x, int xo, float[] y, int yo, int lo, int hi, int n, boolean log) {
        var mask = below(n);
        var low = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        for (int r = lo; r < hi; r++) {
            var v = low.blend(FloatVector.fromArray(S, x, xo + r * n), mask);
            var d = v.sub(v.reduceLanes(VectorOperators.MAX));
            var e = VectorNonPositiveExp.of(d);
            float sum = VectorFold.sum(e);
            (log ? d.sub(log(sum)) : e.mul(1 / sum)).intoArray(y, yo + r * n, mask);
        }
    }

    private static void shortCrossEntropy(
            float[] x, int xo, long[] labels, int lab, float[] loss, int so, int lo, int hi, int n, long ignoreIndex) {
        int whole = wholeRows(x.length - xo, lo, hi, n);
        crossEntropyOfOneVector(x, xo, labels, lab, loss, so, lo, whole, n, ignoreIndex);
        for (int r = whole; r < hi; r++) {
            var row = new float[VL];
            System.arraycopy(x, xo + r * n, row, 0, n);
            crossEntropyOfOneVector(row, -r * n, labels, lab, loss, so, r, r + 1, n, ignoreIndex);
        }
    }

    /** Sums first, logarithms after: 38 ns a row instead of 50. */
    private static void crossEntropyOfOneVector(
            float[] x, int xo, long[] labels, int lab, float[] loss, int so, int lo, int hi, int n, long ignoreIndex) {
        var mask = below(n);
        var low = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        var gap = new float[Math.min(hi - lo, BLOCK)];
        for (int from = lo; from < hi; from += BLOCK) {
            int to = Math.min(hi, from + BLOCK);
            for (int r = from; r < to; r++) {
                long label = labels[lab + r];
                int xr = xo + r * n, c = label == ignoreIndex ? 0 : Rows.checked(label, r, n);
                var v = low.blend(FloatVector.fromArray(S, x, xr), mask);
                float max = v.reduceLanes(VectorOperators.MAX);
                loss[so + r] = VectorFold.sum(VectorNonPositiveExp.of(v.sub(max)));
                gap[r - from] = max - x[xr + c];
            }
            for (int r = from; r < to; r++) {
                loss[so + r] = labels[lab + r] == ignoreIndex ? 0 : log(loss[so + r]) + gap[r - from];
            }
        }
    }
}
