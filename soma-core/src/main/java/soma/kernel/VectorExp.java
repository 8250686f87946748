package soma.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static soma.kernel.VectorMath.EXP_3;
import static soma.kernel.VectorMath.EXP_4;
import static soma.kernel.VectorMath.EXP_5;
import static soma.kernel.VectorMath.EXP_6;
import static soma.kernel.VectorMath.EXP_HIGHEST;
import static soma.kernel.VectorMath.EXP_LOWEST;
import static soma.kernel.VectorMath.INF;
import static soma.kernel.VectorMath.LN2;
import static soma.kernel.VectorMath.LN2_LOW;
import static soma.kernel.VectorMath.LOG2_E;
import static soma.kernel.VectorMath.MAGIC;
import static soma.kernel.VectorMath.UNIT_2;
import static soma.kernel.VectorMath.UNIT_3;
import static soma.kernel.VectorMath.UNIT_4;
import static soma.kernel.VectorMath.UNIT_5;
import static soma.kernel.VectorMath.UNIT_6;
import static soma.kernel.VectorMath.UNIT_7;
import static soma.kernel.VectorMath.UNIT_8;
import static soma.kernel.VectorMath.UNIT_9;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops that need an exponential; see {@link VectorMath} for why each spells it out. x is cut into k log 2 + r,
 * exp(r) is 1 + r + r^2 P(r), and 2^k is added to the exponent bits. For an argument above {@code EXP_HIGHEST} the
 * result is infinity, below {@code EXP_LOWEST} zero, for NaN NaN.
 */
final class VectorExp {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    /** 2 sqrt(2 / pi), and 0.044715 times that. */
    static final float GELU_LINEAR = 1.59576912f;

    static final float GELU_CUBIC = 0.0713548163f;

    /** Above the highest a gate gives x, below the lowest 0; beyond the limit its slope is 1 or 0. */
    static final float GELU_HIGH = 9.9f;

    static final float GELU_LOW = -10.05f;
    static final float GELU_LIMIT = 10f;
    static final float SILU_HIGH = 87.3f;
    static final float SILU_LOW = -88.7f;
    static final float SILU_LIMIT = 87f;

    /** Where gelu is x or 0. */
    static final float GELU_WIDEST = 13.2f;

    /** log 2 in ten bits, so that its products with whole numbers below 2^14 are exact, and the rest. */
    static final float LN2_SHORT = 0.693359375f;

    static final float LN2_REST = -2.12194440e-4f;

    private VectorExp() {}

    static void softplus(float[] a, int ao, float[] out, int oo, int n) {
        softplus(a, ao, 1f, out, oo, n);
    }

    static void logSigmoid(float[] a, int ao, float[] out, int oo, int n) {
        softplus(a, ao, -1f, out, oo, n);
    }

    static void silu(float[] a, int ao, float[] out, int oo, int n) {
        gate(a, ao, 1f, 0f, SILU_LOW, SILU_HIGH, out, oo, n);
    }

    static void siluSlope(float[] a, int ao, float[] out, int oo, int n) {
        gateSlope(a, ao, 1f, 0f, SILU_LIMIT, out, oo, n);
    }

    static void geluTanh(float[] a, int ao, float[] out, int oo, int n) {
        gate(a, ao, GELU_LINEAR, GELU_CUBIC, GELU_LOW, GELU_HIGH, out, oo, n);
    }

    static void geluTanhSlope(float[] a, int ao, float[] out, int oo, int n) {
        gateSlope(a, ao, GELU_LINEAR, GELU_CUBIC, GELU_LIMIT, out, oo, n);
    }

    static void exp(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector t = x.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), x);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            e = x.add(INF).blend(e, x.compare(LE, EXP_HIGHEST)).blend(0f, x.compare(LT, EXP_LOWEST));
            e.intoArray(out, oo + i);
        }
    }

    static void exp2(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector t = x.add(MAGIC);
            FloatVector r = x.sub(t.sub(MAGIC)).mul(LN2);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            e = x.add(INF).blend(e, x.compare(LT, 128f)).blend(0f, x.compare(LT, -126f));
            e.intoArray(out, oo + i);
        }
    }

    /** 2^k (exp(r) - 1) + (2^k - 1), computed at half the scale so that k = 128 does not overflow. */
    static void expm1(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector t = x.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), x);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            FloatVector half = broadcast(S, 0.5f).reinterpretAsInts().add(shift).reinterpretAsFloats();
            e = e.fma(half, half.sub(0.5f)).mul(2f);
            e = x.add(INF).blend(e, x.compare(LE, EXP_HIGHEST)).blend(-1f, x.compare(LT, -25f));
            e.intoArray(out, oo + i);
        }
    }

    static void sigmoid(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector u = x.neg();
            FloatVector t = u.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), u);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            e = u.add(INF).blend(e, u.compare(LE, EXP_HIGHEST)).blend(0f, u.compare(LT, EXP_LOWEST));
            broadcast(S, 1f).div(e.add(1f)).intoArray(out, oo + i);
        }
    }

    /** sign softplus(sign x): softplus for 1, log sigmoid for -1. */
    private static void softplus(float[] a, int ao, float sign, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i).mul(sign);
            FloatVector u = x.abs().neg();
            FloatVector t = u.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), u);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            e = u.add(INF).blend(e, u.compare(LE, EXP_HIGHEST)).blend(0f, u.compare(LT, EXP_LOWEST));
            FloatVector l = e.fma(broadcast(S, UNIT_9), broadcast(S, UNIT_8));
            l = l.fma(e, broadcast(S, UNIT_7)).fma(e, broadcast(S, UNIT_6)).fma(e, broadcast(S, UNIT_5));
            l = l.fma(e, broadcast(S, UNIT_4)).fma(e, broadcast(S, UNIT_3)).fma(e, broadcast(S, UNIT_2));
            l = l.fma(e.mul(e), e);
            x.blend(0f, x.compare(LT, 0f)).add(l).mul(sign).intoArray(out, oo + i);
        }
    }

    /** max(x, y) + log(1 + exp(-|x - y|)). */
    static void logAddExp(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector u = x.sub(y).abs().neg().blend(0f, x.compare(EQ, y));
            FloatVector t = u.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), u);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            e = u.add(INF).blend(e, u.compare(LE, EXP_HIGHEST)).blend(0f, u.compare(LT, EXP_LOWEST));
            FloatVector l = e.fma(broadcast(S, UNIT_9), broadcast(S, UNIT_8));
            l = l.fma(e, broadcast(S, UNIT_7)).fma(e, broadcast(S, UNIT_6)).fma(e, broadcast(S, UNIT_5));
            l = l.fma(e, broadcast(S, UNIT_4)).fma(e, broadcast(S, UNIT_3)).fma(e, broadcast(S, UNIT_2));
            l = l.fma(e.mul(e), e);
            x.max(y).add(l).intoArray(out, oo + i);
        }
    }

    /** x sigmoid(linear x + cubic x^3): silu, and gelu in the tanh form; above {@code high} it is x, below {@code low} 0. Within, exp needs no bounds. */
    private static void gate(
            float[] a, int ao, float linear, float cubic, float low, float high, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.blend(high, x.compare(GT, high)).blend(low, x.compare(LT, low));
            FloatVector u =
                    c.mul(c).fma(broadcast(S, -cubic), broadcast(S, -linear)).mul(c);
            FloatVector t = u.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), u);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            x.div(e.add(1f)).blend(-0f, x.compare(LT, low)).intoArray(out, oo + i);
        }
    }

    /** The derivative s (1 + x u' (1 - s)) with 1 - s = e s, e = exp(-u), which keeps the digits of 1 - s. */
    private static void gateSlope(
            float[] a, int ao, float linear, float cubic, float limit, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.blend(limit, x.compare(GT, limit)).blend(-limit, x.compare(LT, -limit));
            FloatVector square = c.mul(c);
            FloatVector u =
                    square.fma(broadcast(S, -cubic), broadcast(S, -linear)).mul(c);
            FloatVector t = u.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), u);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            FloatVector s = broadcast(S, 1f).div(e.add(1f));
            FloatVector du =
                    square.fma(broadcast(S, 3 * cubic), broadcast(S, linear)).mul(c);
            s = e.mul(s).fma(du, broadcast(S, 1f)).mul(s);
            s.blend(0f, x.compare(LT, -limit)).intoArray(out, oo + i);
        }
    }

    /** x m / (m + 2) with m = e (e + 2), e = exp(x). */
    static void mish(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector u = x.blend(-100f, x.compare(LT, -100f));
            FloatVector t = u.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), u);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            e = u.add(INF).blend(e, u.compare(LE, EXP_HIGHEST)).blend(0f, u.compare(LT, EXP_LOWEST));
            FloatVector m = e.fma(e, e.add(e));
            u.mul(m).div(m.add(2f)).blend(x, x.compare(GT, 20f)).intoArray(out, oo + i);
        }
    }

    /**
     * max(x, 0) - |x| tail(|x|), the tail a rational function times exp(-x^2 / 2): accurate also for negative x, where
     * 1 + erf would cancel. The square is never rounded by itself, which exp would blow up: it is formed in the fused
     * multiply-add that takes k log 2, exact in its upper part, from it.
     */
    static void gelu(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector c = x.abs();
            c = c.blend(GELU_WIDEST, c.compare(GT, GELU_WIDEST));
            FloatVector h = c.mul(-0.5f);
            FloatVector t = h.mul(c).fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = h.fma(c, k.mul(-LN2_SHORT));
            r = k.fma(broadcast(S, -LN2_REST), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            FloatVector p = broadcast(S, -0.00409336016f).fma(c, broadcast(S, -0.0404787213f));
            p = p.fma(c, broadcast(S, -0.182776928f))
                    .fma(c, broadcast(S, -0.437676579f))
                    .fma(c, broadcast(S, -0.5f));
            FloatVector q = broadcast(S, 0.0102604078f).fma(c, broadcast(S, 0.101471767f));
            q = q.fma(c, broadcast(S, 0.468260914f)).fma(c, broadcast(S, 1.20060003f));
            q = q.fma(c, broadcast(S, 1.67323816f)).fma(c, broadcast(S, 1f));
            FloatVector up = x.blend(0f, x.compare(LT, 0f));
            e.mul(p.div(q)).fma(c, up).intoArray(out, oo + i);
        }
    }

    /** Phi(x) + x phi(x); see {@link #gelu}. */
    static void geluSlope(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x = x.blend(-GELU_WIDEST, x.compare(LT, -GELU_WIDEST)).blend(GELU_WIDEST, x.compare(GT, GELU_WIDEST));
            FloatVector c = x.abs();
            FloatVector u = c.mul(c).mul(-0.5f);
            FloatVector t = u.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
            FloatVector k = t.sub(MAGIC);
            FloatVector r = k.fma(broadcast(S, -LN2), u);
            r = k.fma(broadcast(S, -LN2_LOW), r);
            FloatVector e = r.fma(broadcast(S, EXP_6), broadcast(S, EXP_5));
            e = e.fma(r, broadcast(S, EXP_4)).fma(r, broadcast(S, EXP_3)).fma(r, broadcast(S, 0.5f));
            e = e.fma(r.mul(r), r).add(1f);
            IntVector shift = t.reinterpretAsInts().lanewise(LSHL, 23);
            e = e.reinterpretAsInts().add(shift).reinterpretAsFloats();
            FloatVector p = broadcast(S, 0.00409336016f).fma(c, broadcast(S, 0.0404787213f));
            p = p.fma(c, broadcast(S, 0.182776928f))
                    .fma(c, broadcast(S, 0.437676579f))
                    .fma(c, broadcast(S, 0.5f));
            FloatVector q = broadcast(S, 0.0102604078f).fma(c, broadcast(S, 0.101471767f));
            q = q.fma(c, broadcast(S, 0.468260914f)).fma(c, broadcast(S, 1.20060003f));
            q = q.fma(c, broadcast(S, 1.67323816f)).fma(c, broadcast(S, 1f));
            FloatVector tail = e.mul(p.div(q));
            FloatVector cdf = tail.blend(broadcast(S, 1f).sub(tail), x.compare(GE, 0f));
            x.mul(0.39894228f).fma(e, cdf).intoArray(out, oo + i);
        }
    }
}
