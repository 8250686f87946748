package soma.kernel;

/**
 * The constants of the elementwise loops. The functions are polynomials or ratios of polynomials in fused multiply-
 * adds, fitted for least relative error, so that the bits of a result depend neither on the width of the vectors nor
 * on whether the JIT has compiled the loop yet. (The JDK's vector library is faster for exp, but gives other bits in
 * the interpreter, and for most functions is slow below 512 bits.) Errors are a few units in the last place; results
 * too small for a normal float become 0.
 *
 * <p>Every loop spells its function out and calls nothing but the vector library. A helper that C2 has already
 * compiled into a big method, or meets when the graph has 18,000 nodes (some 40 vector operations), is not inlined,
 * and then every vector is boxed: 20 times slower, by chance, in one run of several. Calls into the vector library
 * are exempt. It also saves C2 the work of compiling the helpers by themselves.
 */
final class VectorMath {

    static final float INF = Float.POSITIVE_INFINITY;

    /** 1.5 * 2^23: adding it rounds a float below 2^22 to the nearest integer and leaves that in the low bits. */
    static final float MAGIC = 12582912f;

    static final float LOG2_E = 1.44269504f;
    /** log 2 in two parts, for exact reduction with a fused multiply-add. */
    static final float LN2 = 0.693147182f;

    static final float LN2_LOW = -1.90465421e-9f;

    /** The largest float with a finite exponential, and the smallest with a normal one. */
    static final float EXP_HIGHEST = 88.7228317f;

    static final float EXP_LOWEST = -87.33654f;

    /** exp(r) = 1 + r + r^2 / 2 + EXP_3 r^3 + ... for |r| <= log(2) / 2. */
    static final float EXP_3 = 0.166665778f;

    static final float EXP_4 = 0.0416668542f;
    static final float EXP_5 = 0.0083631631f;
    static final float EXP_6 = 0.0013901249f;

    /** The bits of sqrt(1/2). */
    static final int SQRT_HALF_BITS = 0x3f3504f3;

    /** log(1 + f) = f - f^2 / 2 + LOG_3 f^3 + ... for sqrt(1/2) <= 1 + f < sqrt 2. */
    static final float LOG_3 = 0.333339095f;

    static final float LOG_4 = -0.250013381f;
    static final float LOG_5 = 0.199630648f;
    static final float LOG_6 = -0.16577585f;
    static final float LOG_7 = 0.14914763f;
    static final float LOG_8 = -0.142674848f;
    static final float LOG_9 = 0.0870044902f;

    /** log(1 + e) = e + UNIT_2 e^2 + ... for 0 <= e <= 1. */
    static final float UNIT_2 = -0.499996483f;

    static final float UNIT_3 = 0.33321324f;
    static final float UNIT_4 = -0.248571634f;
    static final float UNIT_5 = 0.191536561f;
    static final float UNIT_6 = -0.137538031f;
    static final float UNIT_7 = 0.0792045519f;
    static final float UNIT_8 = -0.0300658047f;
    static final float UNIT_9 = 0.00536482781f;

    /** sin(r) = r + SIN_3 r^3 + ... and cos(r) = 1 - r^2 / 2 + COS_4 r^4 + ... for |r| <= pi / 4. */
    static final float SIN_3 = -0.166666538f;

    static final float SIN_5 = 0.00833214261f;
    static final float SIN_7 = -0.000195123706f;
    static final float COS_4 = 0.0416666456f;
    static final float COS_6 = -0.00138873199f;
    static final float COS_8 = 2.4432833e-5f;

    private VectorMath() {}
}
