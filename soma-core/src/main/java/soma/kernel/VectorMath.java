package soma.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of a vector of floats, to be inlined into one loop a kernel. All are polynomials or ratios of polynomials
 * in fused multiply-adds, fitted for least relative error, so that the bits of a result depend neither on the width
 * of the vectors nor on whether the JIT has compiled the loop yet. (The JDK's vector library is faster for exp, but
 * gives other bits in the interpreter, and for most functions is slow below 512 bits.) Errors are a few units in the
 * last place; results too small for a normal float become 0.
 *
 * <p>C2 stops inlining a method once its graph has 18,000 nodes, about 40 vector operations, and then boxes every
 * vector. Calls into the vector library are exempt. So these functions call one another at most two deep and no
 * helper is called late; a longer function stands in the kernel's loop.
 */
final class VectorMath {

    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    private static final float INF = Float.POSITIVE_INFINITY;
    /** 1.5 * 2^23: adding it rounds a float below 2^22 to the nearest integer and leaves that in the low bits. */
    private static final float MAGIC = 12582912f;
    /** log 2 and 2 / pi; a constant split in parts follows, for exact reduction with a fused multiply-add. */
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2 = 0.693147182f;
    private static final float LN2_LOW = -1.90465421e-9f;
    /** The bits of sqrt(1/2). */
    static final int SQRT_HALF_BITS = 0x3f3504f3;

    private static final float EXP_HIGHEST = 88.7228317f;
    private static final float EXP_LOWEST = -87.33654f;

    private VectorMath() {}

    // ---- exponentials

    /** exp(r) - 1 = r + r^2 P(r) for |r| <= log(2) / 2. */
    private static FloatVector smallExpm1(FloatVector r) {
        FloatVector p = broadcast(S, 0.0013901249f).fma(r, broadcast(S, 0.0083631631f));
        p = p.fma(r, broadcast(S, 0.0416668542f));
        p = p.fma(r, broadcast(S, 0.166665778f));
        p = p.fma(r, broadcast(S, 0.5f));
        return p.fma(r.mul(r), r);
    }

    /** y 2^n where the low bits of t hold n. */
    private static FloatVector scale(FloatVector y, FloatVector t) {
        return y.reinterpretAsInts()
                .add(t.reinterpretAsInts().lanewise(LSHL, 23))
                .reinterpretAsFloats();
    }

    static FloatVector exp(FloatVector x) {
        FloatVector t = x.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
        FloatVector n = t.sub(MAGIC);
        FloatVector r = n.fma(broadcast(S, -LN2), x);
        r = n.fma(broadcast(S, -LN2_LOW), r);
        FloatVector y = scale(smallExpm1(r).add(1f), t);
        return x.add(INF).blend(y, x.compare(LE, EXP_HIGHEST)).blend(0f, x.compare(LT, EXP_LOWEST));
    }

    static FloatVector exp2(FloatVector x) {
        FloatVector t = x.add(MAGIC);
        FloatVector r = x.sub(t.sub(MAGIC)).mul(LN2);
        FloatVector y = scale(smallExpm1(r).add(1f), t);
        return x.add(INF).blend(y, x.compare(LT, 128f)).blend(0f, x.compare(LT, -126f));
    }

    /** 2^n (exp(r) - 1) + (2^n - 1), computed at half the scale so that n = 128 does not overflow. */
    static FloatVector expm1(FloatVector x) {
        FloatVector t = x.fma(broadcast(S, LOG2_E), broadcast(S, MAGIC));
        FloatVector n = t.sub(MAGIC);
        FloatVector r = n.fma(broadcast(S, -LN2), x);
        r = n.fma(broadcast(S, -LN2_LOW), r);
        FloatVector s = scale(broadcast(S, 0.5f), t);
        FloatVector y = smallExpm1(r).fma(s, s.sub(0.5f)).mul(2f);
        return x.add(INF).blend(y, x.compare(LE, EXP_HIGHEST)).blend(-1f, x.compare(LT, -25f));
    }

    // ---- logarithms

    /** log(1 + f) for sqrt(1/2) <= 1 + f < sqrt 2. */
    private static FloatVector smallLog1p(FloatVector f) {
        FloatVector p = broadcast(S, 0.0870044902f).fma(f, broadcast(S, -0.142674848f));
        p = p.fma(f, broadcast(S, 0.14914763f));
        p = p.fma(f, broadcast(S, -0.16577585f));
        p = p.fma(f, broadcast(S, 0.199630648f));
        p = p.fma(f, broadcast(S, -0.250013381f));
        p = p.fma(f, broadcast(S, 0.333339095f));
        return p.fma(f, broadcast(S, -0.5f)).fma(f.mul(f), f);
    }

    /** The n for which x 2^-n lies in sqrt(1/2) .. sqrt 2; x is positive and normal. */
    private static IntVector exponent(FloatVector x) {
        return x.reinterpretAsInts().sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
    }

    /** x 2^-n. */
    private static FloatVector mantissa(FloatVector x, IntVector n) {
        return x.reinterpretAsInts().sub(n.lanewise(LSHL, 23)).reinterpretAsFloats();
    }

    private static FloatVector toFloat(IntVector n) {
        return (FloatVector) n.convert(I2F, 0);
    }

    /** y is the logarithm of x where x is positive and finite; elsewhere IEEE says what it is. */
    private static FloatVector logOrSpecial(FloatVector y, FloatVector x) {
        return x.blend(y, x.compare(LT, INF)).blend(Float.NaN, x.compare(LT, 0f)).blend(-INF, x.compare(EQ, 0f));
    }

    /**
     * log(x) in a base b: nearly n unit + log(m) slope, where x = m 2^n; unit is log_b(2) in two parts, slope 1 /
     * log(b).
     */
    private static FloatVector logInBase(FloatVector x, float unit, float unitLow, float slope) {
        var tiny = x.compare(LT, Float.MIN_NORMAL);
        FloatVector normal = x.blend(x.mul(0x1p23f), tiny);
        IntVector n = exponent(normal);
        FloatVector e = toFloat(n).add(broadcast(S, 0f).blend(-23f, tiny));
        FloatVector y = smallLog1p(mantissa(normal, n).sub(1f));
        return logOrSpecial(e.fma(broadcast(S, unit), e.fma(broadcast(S, unitLow), y.mul(slope))), x);
    }

    static FloatVector log(FloatVector x) {
        return logInBase(x, LN2, LN2_LOW, 1f);
    }

    static FloatVector log2(FloatVector x) {
        return logInBase(x, 1f, 0f, LOG2_E);
    }

    static FloatVector log10(FloatVector x) {
        return logInBase(x, 0.301029995f, -1.43209889e-8f, 0.434294482f);
    }

    /** With 1 + x near m 2^n, m - 1 is x 2^-n + (2^-n - 1), which loses nothing when x is small. */
    static FloatVector log1p(FloatVector x) {
        FloatVector u = x.add(1f);
        IntVector n = exponent(u);
        FloatVector e = toFloat(n);
        FloatVector s = mantissa(broadcast(S, 1f), n);
        FloatVector f = x.fma(s, s.sub(1f)).blend(mantissa(u, n).sub(1f), x.compare(GT, 1e10f));
        FloatVector y = smallLog1p(f);
        return logOrSpecial(e.fma(broadcast(S, LN2), e.fma(broadcast(S, LN2_LOW), y)), u);
    }

    /** log(1 + y) for 0 <= y <= 1. */
    private static FloatVector log1pOfUnit(FloatVector y) {
        FloatVector p = broadcast(S, 0.00536482781f).fma(y, broadcast(S, -0.0300658047f));
        p = p.fma(y, broadcast(S, 0.0792045519f));
        p = p.fma(y, broadcast(S, -0.137538031f));
        p = p.fma(y, broadcast(S, 0.191536561f));
        p = p.fma(y, broadcast(S, -0.248571634f));
        p = p.fma(y, broadcast(S, 0.33321324f));
        p = p.fma(y, broadcast(S, -0.499996483f));
        return p.fma(y.mul(y), y);
    }

    /** max(a, b) + log(1 + exp(-|a - b|)). */
    static FloatVector logAddExp(FloatVector a, FloatVector b) {
        FloatVector d = a.sub(b).abs().neg().blend(0f, a.compare(EQ, b));
        return a.max(b).add(log1pOfUnit(exp(d)));
    }

    static FloatVector xlogy(FloatVector a, FloatVector b) {
        return a.mul(log(b)).blend(0f, a.compare(EQ, 0f).and(b.compare(EQ, b)));
    }

    // ---- circular functions

    /** Beyond this the reduction by multiples of pi / 2 in floats is not exact enough; see {@link VectorUnary}. */
    static final float CIRCLE_LIMIT = 100_000f;

    /** x + MAGIC-coded multiple of pi / 2: the low two bits are the quadrant. */
    private static FloatVector quadrant(FloatVector x) {
        return x.fma(broadcast(S, 0.636619772f), broadcast(S, MAGIC));
    }

    /** x minus the multiple of pi / 2, in three parts of 24 bits (Cody and Waite 1980). */
    private static FloatVector reduce(FloatVector x, FloatVector t) {
        FloatVector n = t.sub(MAGIC);
        FloatVector r = n.fma(broadcast(S, -1.57079637f), x);
        r = n.fma(broadcast(S, 4.37113883e-8f), r);
        return n.fma(broadcast(S, 1.71512489e-15f), r);
    }

    /** sin(r) for |r| <= pi / 4. */
    private static FloatVector smallSin(FloatVector r) {
        FloatVector z = r.mul(r);
        FloatVector p = broadcast(S, -0.000195123706f).fma(z, broadcast(S, 0.00833214261f));
        return p.fma(z, broadcast(S, -0.166666538f)).fma(z.mul(r), r);
    }

    /** cos(r) for |r| <= pi / 4. */
    private static FloatVector smallCos(FloatVector r) {
        FloatVector z = r.mul(r);
        FloatVector p = broadcast(S, 2.4432833e-5f).fma(z, broadcast(S, -0.00138873199f));
        p = p.fma(z, broadcast(S, 0.0416666456f));
        p = p.fma(z, broadcast(S, -0.5f));
        return p.fma(z, broadcast(S, 1f));
    }

    /** sin(r + q pi / 2) where q is in the low two bits. */
    private static FloatVector sinInQuadrant(FloatVector r, IntVector q) {
        FloatVector y = smallSin(r).blend(smallCos(r), q.and(1).compare(NE, 0).cast(S));
        return y.reinterpretAsInts()
                .lanewise(XOR, q.and(2).lanewise(LSHL, 30))
                .reinterpretAsFloats();
    }

    static FloatVector sin(FloatVector x) {
        FloatVector t = quadrant(x);
        return sinInQuadrant(reduce(x, t), t.reinterpretAsInts());
    }

    static FloatVector cos(FloatVector x) {
        FloatVector t = quadrant(x);
        return sinInQuadrant(reduce(x, t), t.reinterpretAsInts().add(1));
    }

    static FloatVector tan(FloatVector x) {
        FloatVector t = quadrant(x);
        FloatVector r = reduce(x, t);
        FloatVector s = smallSin(r);
        FloatVector c = smallCos(r);
        var odd = t.reinterpretAsInts().and(1).compare(NE, 0).cast(S);
        return s.blend(c, odd).div(c.blend(s.neg(), odd));
    }

    // ---- sigmoids

    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector z = a.mul(a);
        FloatVector p = broadcast(S, 1.33842857e-8f).fma(z, broadcast(S, 2.06358181e-5f));
        p = p.fma(z, broadcast(S, 0.00349745736f));
        p = p.fma(z, broadcast(S, 0.133826867f));
        p = p.fma(z, broadcast(S, 1f));
        FloatVector q = broadcast(S, 7.79024674e-7f).fma(z, broadcast(S, 0.000328851689f));
        q = q.fma(z, broadcast(S, 0.0258843601f));
        q = q.fma(z, broadcast(S, 0.467160076f));
        q = q.fma(z, broadcast(S, 1f));
        FloatVector y = p.mul(a).div(q);
        return y.blend(1f, y.compare(GT, 1f).or(a.compare(GT, 9.01f)))
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }

    static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector z = a.mul(a);
        FloatVector p = broadcast(S, 1.98153209e-8f).fma(z, broadcast(S, -1.95538109e-6f));
        p = p.fma(z, broadcast(S, 0.000142494362f));
        p = p.fma(z, broadcast(S, 0.0037368003f));
        p = p.fma(z, broadcast(S, 0.0506892503f));
        p = p.fma(z, broadcast(S, 0.200806543f));
        p = p.fma(z, broadcast(S, 1.12837911f));
        FloatVector q = broadcast(S, 0.000963911239f).fma(z, broadcast(S, 0.0144269449f));
        q = q.fma(z, broadcast(S, 0.115361921f));
        q = q.fma(z, broadcast(S, 0.511291742f));
        q = q.fma(z, broadcast(S, 1f));
        FloatVector y = p.mul(a).div(q);
        return y.blend(1f, y.compare(GT, 1f).or(a.compare(GT, 3.92f)))
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }

    static FloatVector sigmoid(FloatVector x) {
        return broadcast(S, 1f).div(exp(x.neg()).add(1f));
    }

    static FloatVector softplus(FloatVector x) {
        return x.blend(0f, x.compare(LT, 0f)).add(log1pOfUnit(exp(x.abs().neg())));
    }

    static FloatVector silu(FloatVector x) {
        return x.div(exp(x.neg()).add(1f)).blend(-0f, x.compare(LT, -100f));
    }

    /** s (1 + x (1 - s)) with 1 - s = e s, e = exp(-x), which keeps the digits of 1 - s. */
    static FloatVector siluSlope(FloatVector x) {
        FloatVector c = x.blend(-87f, x.compare(LT, -87f)).blend(87f, x.compare(GT, 87f));
        FloatVector e = exp(c.neg());
        FloatVector s = broadcast(S, 1f).div(e.add(1f));
        return e.mul(s).fma(c, broadcast(S, 1f)).mul(s);
    }

    /** x n / (n + 2) with n = e (e + 2), e = exp(x). */
    static FloatVector mish(FloatVector x) {
        FloatVector c = x.blend(-100f, x.compare(LT, -100f));
        FloatVector e = exp(c);
        FloatVector n = e.fma(e, e.add(e));
        return c.mul(n).div(n.add(2f)).blend(x, x.compare(GT, 20f));
    }

    // ---- gelu

    /**
     * Phi(-a) exp(a^2 / 2) for 0 <= a <= 14: the lower tail of the normal distribution over its density, times
     * phi(0).
     */
    static FloatVector millsRatio(FloatVector a) {
        FloatVector p = broadcast(S, 0.00409336016f).fma(a, broadcast(S, 0.0404787213f));
        p = p.fma(a, broadcast(S, 0.182776928f));
        p = p.fma(a, broadcast(S, 0.437676579f));
        p = p.fma(a, broadcast(S, 0.5f));
        FloatVector q = broadcast(S, 0.0102604078f).fma(a, broadcast(S, 0.101471767f));
        q = q.fma(a, broadcast(S, 0.468260914f));
        q = q.fma(a, broadcast(S, 1.20060003f));
        q = q.fma(a, broadcast(S, 1.67323816f));
        q = q.fma(a, broadcast(S, 1f));
        return p.div(q);
    }

    /** 2 sqrt(2 / pi). */
    private static final float GELU_LINEAR = 1.59576912f;
    private static final float GELU_CUBIC = 0.0713548163f;

    /** x sigmoid(2 u) = x (1 + tanh u) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3). */
    static FloatVector geluTanh(FloatVector x) {
        FloatVector u = x.mul(x).fma(broadcast(S, -GELU_CUBIC), broadcast(S, -GELU_LINEAR)).mul(x);
        return x.div(exp(u).add(1f)).blend(-0f, x.compare(LT, -10.2f));
    }

    static FloatVector geluTanhSlope(FloatVector x) {
        FloatVector c = x.blend(-10f, x.compare(LT, -10f)).blend(10f, x.compare(GT, 10f));
        FloatVector square = c.mul(c);
        FloatVector e = exp(square.fma(broadcast(S, -GELU_CUBIC), broadcast(S, -GELU_LINEAR)).mul(c));
        FloatVector s = broadcast(S, 1f).div(e.add(1f));
        FloatVector du = square.fma(broadcast(S, 3 * GELU_CUBIC), broadcast(S, GELU_LINEAR)).mul(c);
        return e.mul(s).fma(du, broadcast(S, 1f)).mul(s);
    }

    // ---- rounding

    /** To the nearest integer, ties to even: above 2^23 every float is one already. */
    static FloatVector round(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector y = a.add(0x1p23f).sub(0x1p23f);
        return a.blend(y, a.compare(LT, 0x1p23f))
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }

    static FloatVector floor(FloatVector x) {
        FloatVector y = round(x);
        return y.blend(y.sub(1f), y.compare(GT, x));
    }

    /** -floor(-x), which also gets the sign of zero right. */
    static FloatVector ceil(FloatVector x) {
        return floor(x.neg()).neg();
    }

    static FloatVector trunc(FloatVector x) {
        return floor(x.abs())
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }
}
