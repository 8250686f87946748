package soma.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.SQRT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One loop a function of one operand, over whole vectors: n counts up to the next multiple of the vector length, and
 * the arrays reach as far. A loop of its own each, so that the JIT compiles the few that a program uses.
 */
final class VectorUnary {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();

    private VectorUnary() {}

    static void neg(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.neg().intoArray(out, oo + i);
        }
    }

    static void abs(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.abs().intoArray(out, oo + i);
        }
    }

    static void sign(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.blend(1f, x.compare(GT, 0f)).blend(-1f, x.compare(LT, 0f)).intoArray(out, oo + i);
        }
    }

    static void square(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.mul(x).intoArray(out, oo + i);
        }
    }

    static void reciprocal(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            broadcast(S, 1f).div(x).intoArray(out, oo + i);
        }
    }

    static void sqrt(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.lanewise(SQRT).intoArray(out, oo + i);
        }
    }

    static void rsqrt(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            broadcast(S, 1f).div(x.lanewise(SQRT)).intoArray(out, oo + i);
        }
    }

    static void relu(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.blend(0f, x.compare(LE, 0f)).intoArray(out, oo + i);
        }
    }

    static void step(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(GT, 0f)).intoArray(out, oo + i);
        }
    }

    static void isNan(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(NE, x)).intoArray(out, oo + i);
        }
    }

    static void isInf(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S)
                    .blend(1f, x.abs().compare(EQ, Float.POSITIVE_INFINITY))
                    .intoArray(out, oo + i);
        }
    }

    static void not(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(EQ, 0f)).intoArray(out, oo + i);
        }
    }

    /** A ratio of polynomials in x^2, held to 1 where it could round beyond. */
    static void tanh(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.abs();
            FloatVector z = c.mul(c);
            FloatVector p = z.fma(broadcast(S, 1.33842857e-8f), broadcast(S, 2.06358181e-5f));
            p = p.fma(z, broadcast(S, 0.00349745736f))
                    .fma(z, broadcast(S, 0.133826867f))
                    .fma(z, broadcast(S, 1f));
            FloatVector q = z.fma(broadcast(S, 7.79024674e-7f), broadcast(S, 0.000328851689f));
            q = q.fma(z, broadcast(S, 0.0258843601f))
                    .fma(z, broadcast(S, 0.467160076f))
                    .fma(z, broadcast(S, 1f));
            FloatVector y = p.mul(c).div(q);
            y = y.blend(1f, y.compare(GT, 1f).or(c.compare(GT, 9.01f)));
            y = y.reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
            y.intoArray(out, oo + i);
        }
    }

    /** See {@link #tanh}. */
    static void erf(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.abs();
            FloatVector z = c.mul(c);
            FloatVector p = z.fma(broadcast(S, 1.98153209e-8f), broadcast(S, -1.95538109e-6f));
            p = p.fma(z, broadcast(S, 0.000142494362f)).fma(z, broadcast(S, 0.0037368003f));
            p = p.fma(z, broadcast(S, 0.0506892503f)).fma(z, broadcast(S, 0.200806543f));
            p = p.fma(z, broadcast(S, 1.12837911f));
            FloatVector q = z.fma(broadcast(S, 0.000963911239f), broadcast(S, 0.0144269449f));
            q = q.fma(z, broadcast(S, 0.115361921f))
                    .fma(z, broadcast(S, 0.511291742f))
                    .fma(z, broadcast(S, 1f));
            FloatVector y = p.mul(c).div(q);
            y = y.blend(1f, y.compare(GT, 1f).or(c.compare(GT, 3.92f)));
            y = y.reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
            y.intoArray(out, oo + i);
        }
    }

    /** To the nearest integer, ties to even: from 2^23 on every float is one already. */
    static void round(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.abs();
            FloatVector y = c.blend(c.add(0x1p23f).sub(0x1p23f), c.compare(LT, 0x1p23f));
            y = y.reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
            y.intoArray(out, oo + i);
        }
    }

    static void floor(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.abs();
            FloatVector y = c.blend(c.add(0x1p23f).sub(0x1p23f), c.compare(LT, 0x1p23f));
            y = y.reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
            y.blend(y.sub(1f), y.compare(GT, x)).intoArray(out, oo + i);
        }
    }

    static void ceil(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.abs();
            FloatVector y = c.blend(c.add(0x1p23f).sub(0x1p23f), c.compare(LT, 0x1p23f));
            y = y.reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
            y = y.blend(y.add(1f), y.compare(LT, x));
            y = y.reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
            y.intoArray(out, oo + i);
        }
    }

    static void trunc(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.abs();
            FloatVector y = c.blend(c.add(0x1p23f).sub(0x1p23f), c.compare(LT, 0x1p23f));
            y = y.blend(y.sub(1f), y.compare(GT, c));
            y = y.reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
            y.intoArray(out, oo + i);
        }
    }
}
