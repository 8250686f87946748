package soma.kernel;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.SQRT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the code of {@link VectorLoopWriter} consists of: each lane's expression on a vector, named after it, and reading
 * and writing. C2 takes these into the loops that call them.
 */
final class VectorTerms {

    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final int VL = S.length();

    private VectorTerms() {}

    static FloatVector broadcast(float x) {
        return FloatVector.broadcast(S, x);
    }

    static FloatVector read(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    static void write(FloatVector x, float[] a, int at) {
        x.intoArray(a, at);
    }

    static FloatVector neg(FloatVector x) {
        return x.neg();
    }

    static FloatVector abs(FloatVector x) {
        return x.abs();
    }

    static FloatVector square(FloatVector x) {
        return x.mul(x);
    }

    static FloatVector reciprocal(FloatVector x) {
        return broadcast(1f).div(x);
    }

    static FloatVector sqrt(FloatVector x) {
        return x.lanewise(SQRT);
    }

    static FloatVector relu(FloatVector x) {
        return x.blend(0f, x.compare(LE, 0f));
    }

    static FloatVector step(FloatVector x) {
        return truth(x.compare(GT, 0f));
    }

    static FloatVector not(FloatVector x) {
        return truth(x.compare(EQ, 0f));
    }

    static FloatVector add(FloatVector x, FloatVector y) {
        return x.add(y);
    }

    static FloatVector sub(FloatVector x, FloatVector y) {
        return x.sub(y);
    }

    static FloatVector mul(FloatVector x, FloatVector y) {
        return x.mul(y);
    }

    static FloatVector div(FloatVector x, FloatVector y) {
        return x.div(y);
    }

    static FloatVector max(FloatVector x, FloatVector y) {
        return x.max(y);
    }

    static FloatVector min(FloatVector x, FloatVector y) {
        return x.min(y);
    }

    static FloatVector eq(FloatVector x, FloatVector y) {
        return truth(x.compare(EQ, y));
    }

    static FloatVector ne(FloatVector x, FloatVector y) {
        return truth(x.compare(NE, y));
    }

    static FloatVector lt(FloatVector x, FloatVector y) {
        return truth(x.compare(LT, y));
    }

    static FloatVector le(FloatVector x, FloatVector y) {
        return truth(x.compare(LE, y));
    }

    static FloatVector gt(FloatVector x, FloatVector y) {
        return truth(x.compare(GT, y));
    }

    static FloatVector ge(FloatVector x, FloatVector y) {
        return truth(x.compare(GE, y));
    }

    private static FloatVector truth(VectorMask<Float> mask) {
        return FloatVector.zero(S).blend(1f, mask);
    }

    static FloatVector where(FloatVector x, FloatVector y, FloatVector z) {
        return z.blend(y, x.compare(NE, 0f));
    }

    static FloatVector fma(FloatVector x, FloatVector y, FloatVector z) {
        return x.fma(y, z);
    }

    static FloatVector clamp(FloatVector x, FloatVector low, FloatVector high) {
        return x.max(low).min(high);
    }

    static FloatVector lerp(FloatVector x, FloatVector y, FloatVector t) {
        return y.sub(x).fma(t, x);
    }

    static FloatVector mulAdd(FloatVector x, FloatVector s, FloatVector y) {
        return x.fma(s, y);
    }

    static FloatVector mulSub(FloatVector x, FloatVector s, FloatVector y) {
        return x.fma(s.neg(), y);
    }

    static FloatVector mulAddMul(FloatVector x, FloatVector s, FloatVector y, FloatVector t) {
        return x.fma(s, y.mul(t));
    }
}
