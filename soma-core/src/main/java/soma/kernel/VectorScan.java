package soma.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Running sums with vectors of doubles. Along a row each vector is summed up within itself, in as many steps as it takes doublings to
 * reach its length, and only the sum so far goes from vector to vector: one addition for two of them is all that waits for another.
 * Sums of floats cannot overflow a double in any order; products, and sums of doubles, could, and keep to the plain one.
 */
final class VectorScan {

    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    static final int L = D.length();
    private static final VectorSpecies<Float> F =
            VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));

    private static final VectorShuffle<Double> UP1 = up(1);
    private static final VectorShuffle<Double> UP2 = up(2);
    private static final VectorShuffle<Double> UP4 = up(4);
    private static final VectorMask<Double> FROM1 = VectorMask.fromLong(D, -1L << 1);
    private static final VectorMask<Double> FROM2 = VectorMask.fromLong(D, -1L << 2);
    private static final VectorMask<Double> FROM4 = VectorMask.fromLong(D, -1L << 4);
    private static final VectorShuffle<Double> LAST = VectorShuffle.fromOp(D, i -> L - 1);

    private VectorScan() {}

    private static VectorShuffle<Double> up(int distance) {
        return VectorShuffle.fromOp(D, i -> Math.max(0, i - distance));
    }

    /** y_k = before + x_0 + ... + x_k. */
    static void row(float[] x, int xo, float[] y, int yo, double before, int n) {
        if (WarmScan.ROW.isCold(n)) {
            WarmScan.row(x, xo, y, yo, before, n);
        } else {
            sums(x, xo, y, yo, before, n);
        }
    }

    static void sums(float[] x, int xo, float[] y, int yo, double before, int n) {
        var sum = DoubleVector.broadcast(D, before);
        int k = 0;
        for (; k <= n - 2 * L; k += 2 * L) {
            var a = (DoubleVector) FloatVector.fromArray(F, x, xo + k).convertShape(VectorOperators.F2D, D, 0);
            var b = (DoubleVector) FloatVector.fromArray(F, x, xo + k + L).convertShape(VectorOperators.F2D, D, 0);
            a = a.add(a.rearrange(UP1), FROM1);
            b = b.add(b.rearrange(UP1), FROM1);
            a = L < 4 ? a : a.add(a.rearrange(UP2), FROM2);
            b = L < 4 ? b : b.add(b.rearrange(UP2), FROM2);
            a = L < 8 ? a : a.add(a.rearrange(UP4), FROM4);
            b = L < 8 ? b : b.add(b.rearrange(UP4), FROM4);
            b = b.add(a.rearrange(LAST));
            a = a.add(sum);
            var all = b.rearrange(LAST);
            b = b.add(sum);
            sum = sum.add(all);
            ((FloatVector) a.convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + k);
            ((FloatVector) b.convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + k + L);
        }
        double s = sum.lane(0);
        for (; k < n; k++) {
            s += x[xo + k];
            y[yo + k] = (float) s;
        }
    }

    /** x_at + ... + x_(end - 1). */
    static double total(float[] x, int at, int end) {
        return WarmScan.TOTAL.isCold(end - at) ? WarmScan.total(x, at, end) : sum(x, at, end);
    }

    static double sum(float[] x, int at, int end) {
        var s0 = DoubleVector.zero(D);
        var s1 = DoubleVector.zero(D);
        int k = at;
        for (; k <= end - 2 * L; k += 2 * L) {
            s0 = s0.add(FloatVector.fromArray(F, x, k).convertShape(VectorOperators.F2D, D, 0));
            s1 = s1.add(FloatVector.fromArray(F, x, k + L).convertShape(VectorOperators.F2D, D, 0));
        }
        var lanes = new double[L];
        s0.add(s1).intoArray(lanes, 0);
        double sum = 0;
        for (double lane : lanes) {
            sum += lane;
        }
        for (; k < end; k++) {
            sum += x[k];
        }
        return sum;
    }

    /** The next row of running sums of columns: y = acc = acc + x. */
    static void add(double[] acc, float[] x, int xo, float[] y, int yo, int n) {
        if (WarmScan.ADD.isCold(n)) {
            ScalarScan.add(acc, x, xo, y, yo, n);
        } else {
            nextSums(acc, x, xo, y, yo, n);
        }
    }

    static void nextSums(double[] acc, float[] x, int xo, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = (DoubleVector) FloatVector.fromArray(F, x, xo + i).convertShape(VectorOperators.F2D, D, 0);
            var sum = DoubleVector.fromArray(D, acc, i).add(v);
            sum.intoArray(acc, i);
            ((FloatVector) sum.convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            acc[i] += x[xo + i];
            y[yo + i] = (float) acc[i];
        }
    }

    /** The next row of running products of columns: y = acc = acc x. */
    static void multiply(double[] acc, float[] x, int xo, float[] y, int yo, int n) {
        if (WarmScan.MULTIPLY.isCold(n)) {
            ScalarScan.multiply(acc, x, xo, y, yo, n);
        } else {
            nextProducts(acc, x, xo, y, yo, n);
        }
    }

    static void nextProducts(double[] acc, float[] x, int xo, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = (DoubleVector) FloatVector.fromArray(F, x, xo + i).convertShape(VectorOperators.F2D, D, 0);
            var product = DoubleVector.fromArray(D, acc, i).mul(v);
            product.intoArray(acc, i);
            ((FloatVector) product.convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            acc[i] *= x[xo + i];
            y[yo + i] = (float) acc[i];
        }
    }
}
