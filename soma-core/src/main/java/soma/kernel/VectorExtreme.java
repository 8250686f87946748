package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest and the smallest of rows and columns. A vector maximum that minds NaN and the sign of zero takes some ten cycles and
 * seven instructions; along a row a comparison that minds neither takes two, a sum beside it tells whether there was a NaN, and the
 * signs in common, or in any, which zero it is: no number is above the largest if that is a zero, none below the smallest.
 */
final class VectorExtreme {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();

    private VectorExtreme() {}

    /** {@code n} is at least a vector. Infinities of both signs make a sum a NaN too: then, as with one, a plain loop decides. */
    static float max(float[] a, int ao, int n) {
        var m0 = FloatVector.fromArray(S, a, ao);
        var m1 = FloatVector.fromArray(S, a, ao + n - VL);
        var m2 = m0;
        var m3 = m1;
        var s0 = m0;
        var s1 = m1;
        var b0 = m0.reinterpretAsInts();
        var b1 = m1.reinterpretAsInts();
        int i = VL;
        for (; i <= n - 4 * VL; i += 4 * VL) {
            var v0 = FloatVector.fromArray(S, a, ao + i);
            var v1 = FloatVector.fromArray(S, a, ao + i + VL);
            var v2 = FloatVector.fromArray(S, a, ao + i + 2 * VL);
            var v3 = FloatVector.fromArray(S, a, ao + i + 3 * VL);
            m0 = m0.blend(v0, v0.compare(VectorOperators.GT, m0));
            m1 = m1.blend(v1, v1.compare(VectorOperators.GT, m1));
            m2 = m2.blend(v2, v2.compare(VectorOperators.GT, m2));
            m3 = m3.blend(v3, v3.compare(VectorOperators.GT, m3));
            s0 = s0.add(v0).add(v2);
            s1 = s1.add(v1).add(v3);
            b0 = b0.and(v0.reinterpretAsInts()).and(v2.reinterpretAsInts());
            b1 = b1.and(v1.reinterpretAsInts()).and(v3.reinterpretAsInts());
        }
        for (; i <= n - VL; i += VL) {
            var v = FloatVector.fromArray(S, a, ao + i);
            m0 = m0.blend(v, v.compare(VectorOperators.GT, m0));
            s0 = s0.add(v);
            b0 = b0.and(v.reinterpretAsInts());
        }
        m0 = m0.blend(m1, m1.compare(VectorOperators.GT, m0));
        m2 = m2.blend(m3, m3.compare(VectorOperators.GT, m2));
        m0 = m0.blend(m2, m2.compare(VectorOperators.GT, m0));
        s0 = s0.add(s1);
        if (s0.compare(VectorOperators.NE, s0).anyTrue()) {
            return ScalarReduce.row(Fold.MAX, a, ao, n);
        }
        float best = lane(VectorOperators.MAX, m0);
        return best != 0 ? best : b0.and(b1).compare(VectorOperators.LT, 0).allTrue() ? -0f : 0f;
    }

    /** {@link #max} the other way round. */
    static float min(float[] a, int ao, int n) {
        var m0 = FloatVector.fromArray(S, a, ao);
        var m1 = FloatVector.fromArray(S, a, ao + n - VL);
        var m2 = m0;
        var m3 = m1;
        var s0 = m0;
        var s1 = m1;
        var b0 = m0.reinterpretAsInts();
        var b1 = m1.reinterpretAsInts();
        int i = VL;
        for (; i <= n - 4 * VL; i += 4 * VL) {
            var v0 = FloatVector.fromArray(S, a, ao + i);
            var v1 = FloatVector.fromArray(S, a, ao + i + VL);
            var v2 = FloatVector.fromArray(S, a, ao + i + 2 * VL);
            var v3 = FloatVector.fromArray(S, a, ao + i + 3 * VL);
            m0 = m0.blend(v0, v0.compare(VectorOperators.LT, m0));
            m1 = m1.blend(v1, v1.compare(VectorOperators.LT, m1));
            m2 = m2.blend(v2, v2.compare(VectorOperators.LT, m2));
            m3 = m3.blend(v3, v3.compare(VectorOperators.LT, m3));
            s0 = s0.add(v0).add(v2);
            s1 = s1.add(v1).add(v3);
            b0 = b0.or(v0.reinterpretAsInts()).or(v2.reinterpretAsInts());
            b1 = b1.or(v1.reinterpretAsInts()).or(v3.reinterpretAsInts());
        }
        for (; i <= n - VL; i += VL) {
            var v = FloatVector.fromArray(S, a, ao + i);
            m0 = m0.blend(v, v.compare(VectorOperators.LT, m0));
            s0 = s0.add(v);
            b0 = b0.or(v.reinterpretAsInts());
        }
        m0 = m0.blend(m1, m1.compare(VectorOperators.LT, m0));
        m2 = m2.blend(m3, m3.compare(VectorOperators.LT, m2));
        m0 = m0.blend(m2, m2.compare(VectorOperators.LT, m0));
        s0 = s0.add(s1);
        if (s0.compare(VectorOperators.NE, s0).anyTrue()) {
            return ScalarReduce.row(Fold.MIN, a, ao, n);
        }
        float best = lane(VectorOperators.MIN, m0);
        return best != 0 ? best : b0.or(b1).compare(VectorOperators.LT, 0).anyTrue() ? -0f : 0f;
    }

    /** The largest or smallest lane by way of ints in the same order, whose reduction takes a third of the time. */
    private static float lane(VectorOperators.Associative op, FloatVector v) {
        var bits = v.reinterpretAsInts();
        var sign = bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE);
        int best = bits.lanewise(VectorOperators.XOR, sign).reduceLanes(op);
        return Float.intBitsToFloat(best ^ best >> 31 & Integer.MAX_VALUE);
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
