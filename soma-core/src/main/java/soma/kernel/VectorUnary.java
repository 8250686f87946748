package soma.kernel;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
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
            FloatVector.broadcast(S, 1f).div(x).intoArray(out, oo + i);
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
            FloatVector.broadcast(S, 1f).div(x.lanewise(SQRT)).intoArray(out, oo + i);
        }
    }

    static void exp(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.exp(x).intoArray(out, oo + i);
        }
    }

    static void exp2(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.exp2(x).intoArray(out, oo + i);
        }
    }

    static void expm1(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.expm1(x).intoArray(out, oo + i);
        }
    }

    static void log(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.log(x).intoArray(out, oo + i);
        }
    }

    static void log2(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.log2(x).intoArray(out, oo + i);
        }
    }

    static void log10(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.log10(x).intoArray(out, oo + i);
        }
    }

    static void log1p(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.log1p(x).intoArray(out, oo + i);
        }
    }

    static void sin(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = VectorMath.sin(x);
            if (x.abs().compare(GT, VectorMath.CIRCLE_LIMIT).anyTrue()) {
                float[] angles = x.toArray();
                y.intoArray(out, oo + i);
                farAngles(Lane.SIN, angles, out, oo + i);
            } else {
                y.intoArray(out, oo + i);
            }
        }
    }

    static void cos(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = VectorMath.cos(x);
            if (x.abs().compare(GT, VectorMath.CIRCLE_LIMIT).anyTrue()) {
                float[] angles = x.toArray();
                y.intoArray(out, oo + i);
                farAngles(Lane.COS, angles, out, oo + i);
            } else {
                y.intoArray(out, oo + i);
            }
        }
    }

    static void tan(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = VectorMath.tan(x);
            if (x.abs().compare(GT, VectorMath.CIRCLE_LIMIT).anyTrue()) {
                float[] angles = x.toArray();
                y.intoArray(out, oo + i);
                farAngles(Lane.TAN, angles, out, oo + i);
            } else {
                y.intoArray(out, oo + i);
            }
        }
    }

    static void tanh(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.tanh(x).intoArray(out, oo + i);
        }
    }

    static void sigmoid(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.sigmoid(x).intoArray(out, oo + i);
        }
    }

    static void logSigmoid(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.softplus(x.neg()).neg().intoArray(out, oo + i);
        }
    }

    static void softplus(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.softplus(x).intoArray(out, oo + i);
        }
    }

    static void erf(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.erf(x).intoArray(out, oo + i);
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

    /**
     * x Phi(x) by the tail beyond |x|, millsRatio(a) exp(-a^2 / 2): accurate also for negative x, where 1 + erf would
     * cancel. The rounding error of the square, which exp would blow up, is taken out by a fused multiply-add.
     */
    static void gelu(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x = x.blend(-14f, x.compare(LT, -14f));
            FloatVector c = x.blend(14f, x.compare(GT, 14f)).abs();
            FloatVector square = c.mul(c);
            FloatVector tail = VectorMath.exp(square.mul(-0.5f)).mul(VectorMath.millsRatio(c));
            FloatVector low = c.fma(c, square.neg());
            tail = tail.mul(low.fma(FloatVector.broadcast(S, -0.5f), FloatVector.broadcast(S, 1f)));
            FloatVector cdf = tail.blend(FloatVector.broadcast(S, 1f).sub(tail), x.compare(GE, 0f));
            x.mul(cdf).intoArray(out, oo + i);
        }
    }

    /** Phi(x) + x phi(x); see {@link #gelu}. */
    static void geluSlope(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x = x.blend(-14f, x.compare(LT, -14f));
            x = x.blend(14f, x.compare(GT, 14f));
            FloatVector c = x.abs();
            FloatVector square = c.mul(c);
            FloatVector gauss = VectorMath.exp(square.mul(-0.5f));
            FloatVector tail = gauss.mul(VectorMath.millsRatio(c));
            FloatVector cdf = tail.blend(FloatVector.broadcast(S, 1f).sub(tail), x.compare(GE, 0f));
            x.mul(0.39894228f).fma(gauss, cdf).intoArray(out, oo + i);
        }
    }

    static void geluTanh(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.geluTanh(x).intoArray(out, oo + i);
        }
    }

    static void geluTanhSlope(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.geluTanhSlope(x).intoArray(out, oo + i);
        }
    }

    static void silu(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.silu(x).intoArray(out, oo + i);
        }
    }

    static void siluSlope(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.siluSlope(x).intoArray(out, oo + i);
        }
    }

    static void mish(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.mish(x).intoArray(out, oo + i);
        }
    }

    static void floor(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.floor(x).intoArray(out, oo + i);
        }
    }

    static void ceil(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.ceil(x).intoArray(out, oo + i);
        }
    }

    static void round(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.round(x).intoArray(out, oo + i);
        }
    }

    static void trunc(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            VectorMath.trunc(x).intoArray(out, oo + i);
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
            FloatVector.zero(S).blend(1f, x.abs().compare(EQ, Float.POSITIVE_INFINITY)).intoArray(out, oo + i);
        }
    }

    static void not(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(EQ, 0f)).intoArray(out, oo + i);
        }
    }

    /** Does again, one by one, the angles too large for the vector reduction. */
    private static void farAngles(Lane f, float[] angles, float[] out, int at) {
        for (int j = 0; j < VL; j++) {
            if (Math.abs(angles[j]) > VectorMath.CIRCLE_LIMIT) {
                out[at + j] = (float) f.apply(angles[j]);
            }
        }
    }
}
