package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest and the smallest of rows and columns. A vector maximum that minds NaN and the sign of zero takes some ten cycles and
 * seven instructions. Along a row numbers are compared as ints in the same order: a NaN lies beyond one of the infinities, and both
 * ends together tell whether there was one.
 */
final class VectorExtreme {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

    private VectorExtreme() {}

    /** The largest of a row, or the smallest; {@code n} is at least a vector. */
    static float row(boolean max, float[] a, int ao, int n) {
        var high0 = order(FloatVector.fromArray(S, a, ao));
        var high1 = order(FloatVector.fromArray(S, a, ao + n - VL));
        var low0 = high0;
        var low1 = high1;
        int i = VL;
        for (; i <= n - 4 * VL; i += 4 * VL) {
            var v0 = order(FloatVector.fromArray(S, a, ao + i));
            var v1 = order(FloatVector.fromArray(S, a, ao + i + VL));
            var v2 = order(FloatVector.fromArray(S, a, ao + i + 2 * VL));
            var v3 = order(FloatVector.fromArray(S, a, ao + i + 3 * VL));
            high0 = high0.max(v0).max(v2);
            high1 = high1.max(v1).max(v3);
            low0 = low0.min(v0).min(v2);
            low1 = low1.min(v1).min(v3);
        }
        for (; i <= n - VL; i += VL) {
            var v = order(FloatVector.fromArray(S, a, ao + i));
            high0 = high0.max(v);
            low0 = low0.min(v);
        }
        int high = high0.max(high1).reduceLanes(VectorOperators.MAX);
        int low = low0.min(low1).reduceLanes(VectorOperators.MIN);
        if (high > INFINITY || low < ~INFINITY) {
            return Float.NaN;
        }
        int best = max ? high : low;
        return Float.intBitsToFloat(best ^ best >> 31 & Integer.MAX_VALUE);
    }

    /** Ints in the order of the numbers: of negative ones all bits but the sign are turned. */
    private static IntVector order(FloatVector v) {
        var bits = v.reinterpretAsInts();
        return bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE).lanewise(VectorOperators.XOR, bits);
    }

    /** Strips of 4 vectors stay in registers down the rows; the last columns come as overlapping vectors. */
    static void columnMax(float[] a, int ao, int rows, int n, float[] acc, int oo) {
        int j = 0;
        for (; j <= n - 4 * VL; j += 4 * VL) {
            var m0 = FloatVector.fromArray(S, acc, oo + j);
            var m1 = FloatVector.fromArray(S, acc, oo + j + VL);
            var m2 = FloatVector.fromArray(S, acc, oo + j + 2 * VL);
            var m3 = FloatVector.fromArray(S, acc, oo + j + 3 * VL);
            for (int r = 0, at = ao + j; r < rows; r++, at += n) {
                m0 = m0.max(FloatVector.fromArray(S, a, at));
                m1 = m1.max(FloatVector.fromArray(S, a, at + VL));
                m2 = m2.max(FloatVector.fromArray(S, a, at + 2 * VL));
                m3 = m3.max(FloatVector.fromArray(S, a, at + 3 * VL));
            }
            m0.intoArray(acc, oo + j);
            m1.intoArray(acc, oo + j + VL);
            m2.intoArray(acc, oo + j + 2 * VL);
            m3.intoArray(acc, oo + j + 3 * VL);
        }
        for (; j < n; j += VL) {
            int start = Math.min(j, n - VL);
            var m0 = FloatVector.fromArray(S, acc, oo + start);
            var m1 = m0;
            int r = 0;
            int at = ao + start;
            for (; r < rows - 1; r += 2, at += 2 * n) {
                m0 = m0.max(FloatVector.fromArray(S, a, at));
                m1 = m1.max(FloatVector.fromArray(S, a, at + n));
            }
            m0 = r < rows ? m0.max(FloatVector.fromArray(S, a, at)) : m0;
            m0.max(m1).intoArray(acc, oo + start);
        }
    }

    /** {@link #columnMax} the other way round. */
    static void columnMin(float[] a, int ao, int rows, int n, float[] acc, int oo) {
        int j = 0;
        for (; j <= n - 4 * VL; j += 4 * VL) {
            var m0 = FloatVector.fromArray(S, acc, oo + j);
            var m1 = FloatVector.fromArray(S, acc, oo + j + VL);
            var m2 = FloatVector.fromArray(S, acc, oo + j + 2 * VL);
            var m3 = FloatVector.fromArray(S, acc, oo + j + 3 * VL);
            for (int r = 0, at = ao + j; r < rows; r++, at += n) {
                m0 = m0.min(FloatVector.fromArray(S, a, at));
                m1 = m1.min(FloatVector.fromArray(S, a, at + VL));
                m2 = m2.min(FloatVector.fromArray(S, a, at + 2 * VL));
                m3 = m3.min(FloatVector.fromArray(S, a, at + 3 * VL));
            }
            m0.intoArray(acc, oo + j);
            m1.intoArray(acc, oo + j + VL);
            m2.intoArray(acc, oo + j + 2 * VL);
            m3.intoArray(acc, oo + j + 3 * VL);
        }
        for (; j < n; j += VL) {
            int start = Math.min(j, n - VL);
            var m0 = FloatVector.fromArray(S, acc, oo + start);
            var m1 = m0;
            int r = 0;
            int at = ao + start;
            for (; r < rows - 1; r += 2, at += 2 * n) {
                m0 = m0.min(FloatVector.fromArray(S, a, at));
                m1 = m1.min(FloatVector.fromArray(S, a, at + n));
            }
            m0 = r < rows ? m0.min(FloatVector.fromArray(S, a, at)) : m0;
            m0.min(m1).intoArray(acc, oo + start);
        }
    }
}
