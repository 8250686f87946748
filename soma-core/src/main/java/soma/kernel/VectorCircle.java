package soma.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;
import static soma.kernel.VectorMath.COS_4;
import static soma.kernel.VectorMath.COS_6;
import static soma.kernel.VectorMath.COS_8;
import static soma.kernel.VectorMath.MAGIC;
import static soma.kernel.VectorMath.SIN_3;
import static soma.kernel.VectorMath.SIN_5;
import static soma.kernel.VectorMath.SIN_7;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sine, cosine and tangent. The multiple k of pi / 2 nearest to x is taken off in three parts of 24 bits (Cody and
 * Waite 1980), exactly enough up to {@code LIMIT}; sine and cosine of the rest are polynomials.
 */
final class VectorCircle {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final float LIMIT = 100_000f;

    private VectorCircle() {}

    static void sin(float[] a, int ao, float[] out, int oo, int n) {
        sine(Lane.SIN, 0, a, ao, out, oo, n);
    }

    static void cos(float[] a, int ao, float[] out, int oo, int n) {
        sine(Lane.COS, 1, a, ao, out, oo, n);
    }

    /** sin(x + turn pi / 2): an odd quadrant takes the cosine, the upper two change the sign. */
    private static void sine(Lane f, int turn, float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector t = x.fma(broadcast(S, 0.636619772f), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -1.57079637f), x);
            r = k.fma(broadcast(S, 4.37113883e-8f), r);
            r = k.fma(broadcast(S, 1.71512489e-15f), r);
            FloatVector z = r.mul(r);
            FloatVector sin = z.fma(broadcast(S, SIN_7), broadcast(S, SIN_5));
            sin = sin.fma(z, broadcast(S, SIN_3)).fma(z.mul(r), r);
            FloatVector cos = z.fma(broadcast(S, COS_8), broadcast(S, COS_6)).fma(z, broadcast(S, COS_4));
            cos = cos.fma(z, broadcast(S, -0.5f)).fma(z, broadcast(S, 1f));
            IntVector q = t.reinterpretAsInts().add(turn);
            FloatVector y = sin.blend(cos, q.and(1).compare(NE, 0).cast(S));
            IntVector sign = q.and(2).lanewise(LSHL, 30);
            y = y.reinterpretAsInts().lanewise(XOR, sign).reinterpretAsFloats();
            if (x.abs().compare(GT, LIMIT).anyTrue()) {
                float[] angles = x.toArray();
                y.intoArray(out, oo + i);
                far(f, angles, out, oo + i);
            } else {
                y.intoArray(out, oo + i);
            }
        }
    }

    static void tan(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector t = x.fma(broadcast(S, 0.636619772f), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -1.57079637f), x);
            r = k.fma(broadcast(S, 4.37113883e-8f), r);
            r = k.fma(broadcast(S, 1.71512489e-15f), r);
            FloatVector z = r.mul(r);
            FloatVector sin = z.fma(broadcast(S, SIN_7), broadcast(S, SIN_5));
            sin = sin.fma(z, broadcast(S, SIN_3)).fma(z.mul(r), r);
            FloatVector cos = z.fma(broadcast(S, COS_8), broadcast(S, COS_6)).fma(z, broadcast(S, COS_4));
            cos = cos.fma(z, broadcast(S, -0.5f)).fma(z, broadcast(S, 1f));
            var odd = t.reinterpretAsInts().and(1).compare(NE, 0).cast(S);
            FloatVector y = sin.blend(cos, odd).div(cos.blend(sin.neg(), odd));
            if (x.abs().compare(GT, LIMIT).anyTrue()) {
                float[] angles = x.toArray();
                y.intoArray(out, oo + i);
                far(Lane.TAN, angles, out, oo + i);
            } else {
                y.intoArray(out, oo + i);
            }
        }
    }

    /** Does again, one by one, the angles too large for the reduction. */
    private static void far(Lane f, float[] angles, float[] out, int at) {
        for (int j = 0; j < VL; j++) {
            if (Math.abs(angles[j]) > LIMIT) {
                out[at + j] = (float) f.apply(angles[j]);
            }
        }
    }
}
