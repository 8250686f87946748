package soma.kernel;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Every elementwise function, with its definition in double precision: what the tests measure the vector kernels by,
 * and what runs where there is no vector kernel. A function that makes sense for integers has its definition on
 * {@code long} too.
 *
 * <p>Truth is 1, falsehood 0; anything but zero counts as true. Comparisons follow IEEE 754, so NaN equals nothing.
 */
public enum Lane {
    COPY(a -> a, a -> a),
    NEG(a -> -a, a -> -a),
    ABS(a -> Math.abs(a), a -> Math.abs(a)),
    SIGN(a -> Math.signum(a), a -> Long.signum(a)),
    SQUARE(a -> a * a, a -> a * a),
    RECIPROCAL(a -> 1 / a),
    SQRT(Math::sqrt),
    RSQRT(a -> 1 / Math.sqrt(a)),
    CBRT(Math::cbrt),
    EXP(Math::exp),
    EXP2(a -> Math.pow(2, a)),
    EXPM1(Math::expm1),
    LOG(Math::log),
    LOG2(Special::log2),
    LOG10(Math::log10),
    LOG1P(Math::log1p),
    SIN(Math::sin),
    COS(Math::cos),
    TAN(Math::tan),
    ASIN(Math::asin),
    ACOS(Math::acos),
    ATAN(Math::atan),
    SINH(Math::sinh),
    COSH(Math::cosh),
    TANH(Math::tanh),
    ASINH(Special::asinh),
    ACOSH(Special::acosh),
    ATANH(Special::atanh),
    SIGMOID(Special::sigmoid),
    LOG_SIGMOID(a -> -Special.softplus(-a)),
    SOFTPLUS(Special::softplus),
    ERF(Special::erf),
    ERFC(Special::erfc),
    ERFINV(Special::erfinv),
    LGAMMA(Special::lgamma),
    DIGAMMA(Special::digamma),
    TRIGAMMA(Special::trigamma),
    RELU(a -> a <= 0 ? 0 : a, a -> Math.max(a, 0)),
    /** The slope of RELU: 1 above zero, else 0. */
    STEP(a -> truth(a > 0), a -> truth(a > 0)),
    /** x Phi(x) with the normal distribution function Phi. Hendrycks and Gimpel 2016, arXiv 1606.08415. */
    GELU(Special::gelu),
    /** The derivative of GELU: Phi(x) + x phi(x). */
    GELU_SLOPE(Special::geluSlope),
    /** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, the approximation used by GPT-2. */
    GELU_TANH(Special::geluTanh),
    GELU_TANH_SLOPE(Special::geluTanhSlope),
    /** x sigmoid(x), also called swish. */
    SILU(Special::silu),
    SILU_SLOPE(Special::siluSlope),
    /** x tanh(softplus(x)). Misra 2019, arXiv 1908.08681. */
    MISH(Special::mish),
    FLOOR(Math::floor, a -> a),
    CEIL(Math::ceil, a -> a),
    /** To the nearest integer, halves to the even one. */
    ROUND(Math::rint, a -> a),
    TRUNC(a -> a < 0 ? Math.ceil(a) : Math.floor(a), a -> a),
    IS_NAN(a -> truth(Double.isNaN(a)), a -> 0),
    IS_INF(a -> truth(Math.abs(a) == Double.POSITIVE_INFINITY), a -> 0),
    NOT(a -> truth(a == 0), a -> truth(a == 0)),

    ADD((a, b) -> a + b, (a, b) -> a + b),
    SUB((a, b) -> a - b, (a, b) -> a - b),
    MUL((a, b) -> a * b, (a, b) -> a * b),
    /** On integers the quotient is cut towards zero. */
    DIV((a, b) -> a / b, (a, b) -> a / divisor(a, b)),
    FLOOR_DIV(Special::floorDiv, (a, b) -> Math.floorDiv(a, divisor(a, b))),
    POW(Special::pow, (a, b) -> Special.pow(a, b)),
    /** NaN if either operand is. */
    MAX((a, b) -> Math.max(a, b), (a, b) -> Math.max(a, b)),
    /** NaN if either operand is. */
    MIN((a, b) -> Math.min(a, b), (a, b) -> Math.min(a, b)),
    ATAN2(Math::atan2),
    /** The remainder with the sign of the dividend. */
    FMOD((a, b) -> a % b, (a, b) -> a % divisor(a, b)),
    /** The remainder with the sign of the divisor. */
    REMAINDER(Special::remainder, (a, b) -> Math.floorMod(a, divisor(a, b))),
    HYPOT(Math::hypot),
    /** log(e^a + e^b) without overflow. */
    LOGADDEXP(Special::logAddExp),
    /** a log b, and 0 where a is 0. */
    XLOGY(Special::xlogy),
    /** The a-th derivative of digamma at b; a is a whole number. */
    POLYGAMMA(Special::polygamma),
    EQ((a, b) -> truth(a == b), (a, b) -> truth(a == b)),
    NE((a, b) -> truth(a != b), (a, b) -> truth(a != b)),
    LT((a, b) -> truth(a < b), (a, b) -> truth(a < b)),
    LE((a, b) -> truth(a <= b), (a, b) -> truth(a <= b)),
    GT((a, b) -> truth(a > b), (a, b) -> truth(a > b)),
    GE((a, b) -> truth(a >= b), (a, b) -> truth(a >= b)),
    /** Logical on floating-point numbers, bitwise on integers; so are OR and XOR. */
    AND((a, b) -> truth(a != 0 && b != 0), (a, b) -> a & b),
    OR((a, b) -> truth(a != 0 || b != 0), (a, b) -> a | b),
    XOR((a, b) -> truth(a != 0 ^ b != 0), (a, b) -> a ^ b),

    /** The second operand where the first is true, else the third. */
    WHERE((c, a, b) -> c != 0 ? a : b, (c, a, b) -> c != 0 ? a : b),
    /** a b + c, in one rounding or two. */
    FMA((a, b, c) -> a * b + c, (a, b, c) -> a * b + c),
    /** The first operand held between the second (low) and the third (high), which wins if they cross. */
    CLAMP((a, lo, hi) -> Math.min(Math.max(a, lo), hi), (a, lo, hi) -> Math.min(Math.max(a, lo), hi)),
    /** a + w (b - a), the weight being the third operand. */
    LERP((a, b, w) -> a + w * (b - a));

    private interface Ternary {
        double apply(double a, double b, double c);
    }

    private interface LongTernary {
        long apply(long a, long b, long c);
    }

    private final int arity;
    private final boolean onLongs;
    private final DoubleUnaryOperator one;
    private final DoubleBinaryOperator two;
    private final Ternary three;
    private final LongUnaryOperator oneLong;
    private final LongBinaryOperator twoLongs;
    private final LongTernary threeLongs;

    Lane(DoubleUnaryOperator one) {
        this(1, false, one, null, null, null, null, null);
    }

    Lane(DoubleUnaryOperator one, LongUnaryOperator oneLong) {
        this(1, true, one, null, null, oneLong, null, null);
    }

    Lane(DoubleBinaryOperator two) {
        this(2, false, null, two, null, null, null, null);
    }

    Lane(DoubleBinaryOperator two, LongBinaryOperator twoLongs) {
        this(2, true, null, two, null, null, twoLongs, null);
    }

    Lane(Ternary three) {
        this(3, false, null, null, three, null, null, null);
    }

    Lane(Ternary three, LongTernary threeLongs) {
        this(3, true, null, null, three, null, null, threeLongs);
    }

    Lane(
            int arity,
            boolean onLongs,
            @Nullable DoubleUnaryOperator one,
            @Nullable DoubleBinaryOperator two,
            @Nullable Ternary three,
            @Nullable LongUnaryOperator oneLong,
            @Nullable LongBinaryOperator twoLongs,
            @Nullable LongTernary threeLongs) {
        this.arity = arity;
        this.onLongs = onLongs;
        this.one = one != null
                ? one
                : a -> {
                    throw operands(1);
                };
        this.two = two != null
                ? two
                : (a, b) -> {
                    throw operands(2);
                };
        this.three = three != null
                ? three
                : (a, b, c) -> {
                    throw operands(3);
                };
        this.oneLong = oneLong != null
                ? oneLong
                : a -> {
                    throw integers(1);
                };
        this.twoLongs = twoLongs != null
                ? twoLongs
                : (a, b) -> {
                    throw integers(2);
                };
        this.threeLongs = threeLongs != null
                ? threeLongs
                : (a, b, c) -> {
                    throw integers(3);
                };
    }

    /** The number of operands: 1, 2 or 3. */
    public int arity() {
        return arity;
    }

    /** True if the function is defined on integers. */
    public boolean onLongs() {
        return onLongs;
    }

    public double apply(double a) {
        return one.applyAsDouble(a);
    }

    public double apply(double a, double b) {
        return two.applyAsDouble(a, b);
    }

    public double apply(double a, double b, double c) {
        return three.apply(a, b, c);
    }

    public long applyLong(long a) {
        return oneLong.applyAsLong(a);
    }

    public long applyLong(long a, long b) {
        return twoLongs.applyAsLong(a, b);
    }

    public long applyLong(long a, long b, long c) {
        return threeLongs.apply(a, b, c);
    }

    private RuntimeException operands(int given) {
        return new IllegalArgumentException(this + " takes " + arity + " operands, " + given + " given");
    }

    private RuntimeException integers(int given) {
        return given != arity
                ? operands(given)
                : new IllegalArgumentException(this + " is not defined on integers; convert to floating point first");
    }

    private static int truth(boolean b) {
        return b ? 1 : 0;
    }

    private static long divisor(long a, long b) {
        if (b == 0) {
            throw new ArithmeticException("integer division " + a + " / 0; divide in floating point to get inf or NaN");
        }
        return b;
    }
}
