package soma.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static soma.kernel.VectorMath.INF;
import static soma.kernel.VectorMath.LN2;
import static soma.kernel.VectorMath.LN2_LOW;
import static soma.kernel.VectorMath.LOG2_E;
import static soma.kernel.VectorMath.LOG_3;
import static soma.kernel.VectorMath.LOG_4;
import static soma.kernel.VectorMath.LOG_5;
import static soma.kernel.VectorMath.LOG_6;
import static soma.kernel.VectorMath.LOG_7;
import static soma.kernel.VectorMath.LOG_8;
import static soma.kernel.VectorMath.LOG_9;
import static soma.kernel.VectorMath.SQRT_HALF_BITS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops that need a logarithm; see {@link VectorMath} for why each spells it out. x is m 2^k with m between
 * sqrt(1/2) and sqrt 2, and log(m) is f - f^2 / 2 + f^3 P(f), f = m - 1. A denormal x is scaled up first. What is not
 * positive and finite is set at the end.
 */
final class VectorLog {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();

    private VectorLog() {}

    static void log(float[] a, int ao, float[] out, int oo, int n) {
        log(a, ao, LN2, LN2_LOW, 1f, out, oo, n);
    }

    static void log2(float[] a, int ao, float[] out, int oo, int n) {
        log(a, ao, 1f, 0f, LOG2_E, out, oo, n);
    }

    static void log10(float[] a, int ao, float[] out, int oo, int n) {
        log(a, ao, 0.301029995f, -1.43209889e-8f, 0.434294482f, out, oo, n);
    }

    /** A logarithm: k unit + log(m) slope, where unit is the logarithm of 2, in two parts. */
    private static void log(float[] a, int ao, float unit, float unitLow, float slope, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            var tiny = x.compare(LT, Float.MIN_NORMAL);
            FloatVector normal = x.blend(x.mul(0x1p23f), tiny);
            IntVector k = normal.reinterpretAsInts().sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
            FloatVector f = normal.reinterpretAsInts()
                    .sub(k.lanewise(LSHL, 23))
                    .reinterpretAsFloats()
                    .sub(1f);
            FloatVector e =
                    ((FloatVector) k.convert(I2F, 0)).add(broadcast(S, 0f).blend(-23f, tiny));
            FloatVector y = f.fma(broadcast(S, LOG_9), broadcast(S, LOG_8));
            y = y.fma(f, broadcast(S, LOG_7)).fma(f, broadcast(S, LOG_6)).fma(f, broadcast(S, LOG_5));
            y = y.fma(f, broadcast(S, LOG_4)).fma(f, broadcast(S, LOG_3)).fma(f, broadcast(S, -0.5f));
            y = y.fma(f.mul(f), f);
            y = e.fma(broadcast(S, unit), e.fma(broadcast(S, unitLow), y.mul(slope)));
            y = x.blend(y, x.compare(LT, INF)).blend(Float.NaN, x.compare(LT, 0f));
            y = y.blend(-INF, x.compare(EQ, 0f));
            y.intoArray(out, oo + i);
        }
    }

    /** With 1 + x near m 2^k, m - 1 is x 2^-k + (2^-k - 1), which loses nothing when x is small. */
    static void log1p(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector u = x.add(1f);
            IntVector k = u.reinterpretAsInts().sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
            IntVector shift = k.lanewise(LSHL, 23);
            FloatVector s = broadcast(S, 1f).reinterpretAsInts().sub(shift).reinterpretAsFloats();
            FloatVector m = u.reinterpretAsInts().sub(shift).reinterpretAsFloats();
            FloatVector f = x.fma(s, s.sub(1f)).blend(m.sub(1f), x.compare(GT, 1e10f));
            FloatVector e = (FloatVector) k.convert(I2F, 0);
            FloatVector y = f.fma(broadcast(S, LOG_9), broadcast(S, LOG_8));
            y = y.fma(f, broadcast(S, LOG_7)).fma(f, broadcast(S, LOG_6)).fma(f, broadcast(S, LOG_5));
            y = y.fma(f, broadcast(S, LOG_4)).fma(f, broadcast(S, LOG_3)).fma(f, broadcast(S, -0.5f));
            y = y.fma(f.mul(f), f);
            y = e.fma(broadcast(S, LN2), e.fma(broadcast(S, LN2_LOW), y));
            y = u.blend(y, u.compare(LT, INF)).blend(Float.NaN, u.compare(LT, 0f));
            y = y.blend(-INF, u.compare(EQ, 0f));
            y.intoArray(out, oo + i);
        }
    }

    /** x log(z), and 0 where x is 0 and z a number. */
    static void xlogy(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector z = FloatVector.fromArray(S, b, bo + i);
            var tiny = z.compare(LT, Float.MIN_NORMAL);
            FloatVector normal = z.blend(z.mul(0x1p23f), tiny);
            IntVector k = normal.reinterpretAsInts().sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
            FloatVector f = normal.reinterpretAsInts()
                    .sub(k.lanewise(LSHL, 23))
                    .reinterpretAsFloats()
                    .sub(1f);
            FloatVector e =
                    ((FloatVector) k.convert(I2F, 0)).add(broadcast(S, 0f).blend(-23f, tiny));
            FloatVector y = f.fma(broadcast(S, LOG_9), broadcast(S, LOG_8));
            y = y.fma(f, broadcast(S, LOG_7)).fma(f, broadcast(S, LOG_6)).fma(f, broadcast(S, LOG_5));
            y = y.fma(f, broadcast(S, LOG_4)).fma(f, broadcast(S, LOG_3)).fma(f, broadcast(S, -0.5f));
            y = y.fma(f.mul(f), f);
            y = e.fma(broadcast(S, LN2), e.fma(broadcast(S, LN2_LOW), y));
            y = z.blend(y, z.compare(LT, INF)).blend(Float.NaN, z.compare(LT, 0f));
            y = y.blend(-INF, z.compare(EQ, 0f));
            x.mul(y).blend(0f, x.compare(EQ, 0f).and(z.compare(EQ, z))).intoArray(out, oo + i);
        }
    }
}
