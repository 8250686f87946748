package soma.kernel;

/**
 * Every elementwise function, with its definition in double precision: what the tests measure the vector kernels by,
 * and what runs where there is no vector kernel. A function that makes sense for integers has its definition on
 * {@code long} too.
 *
 * <p>The definitions are cases of a switch: some 140 lambdas would take a sixth of a second to make at start.
 *
 * <p>Truth is 1, falsehood 0; anything but zero counts as true. Comparisons follow IEEE 754, so NaN equals nothing.
 */
public enum Lane {
    COPY(1, true),
    NEG(1, true),
    ABS(1, true),
    SIGN(1, true),
    SQUARE(1, true),
    RECIPROCAL(1),
    SQRT(1),
    RSQRT(1),
    CBRT(1),
    EXP(1),
    EXP2(1),
    EXPM1(1),
    LOG(1),
    LOG2(1),
    LOG10(1),
    LOG1P(1),
    SIN(1),
    COS(1),
    TAN(1),
    ASIN(1),
    ACOS(1),
    ATAN(1),
    SINH(1),
    COSH(1),
    TANH(1),
    ASINH(1),
    ACOSH(1),
    ATANH(1),
    SIGMOID(1),
    LOG_SIGMOID(1),
    SOFTPLUS(1),
    ERF(1),
    ERFC(1),
    ERFINV(1),
    LGAMMA(1),
    DIGAMMA(1),
    TRIGAMMA(1),
    RELU(1, true),
    /** The slope of RELU: 1 above zero, else 0. */
    STEP(1, true),
    /** x Phi(x) with the normal distribution function Phi. Hendrycks and Gimpel 2016, arXiv 1606.08415. */
    GELU(1),
    /** The derivative of GELU: Phi(x) + x phi(x). */
    GELU_SLOPE(1),
    /** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, the approximation used by GPT-2. */
    GELU_TANH(1),
    GELU_TANH_SLOPE(1),
    /** x sigmoid(x), also called swish. */
    SILU(1),
    SILU_SLOPE(1),
    /** x tanh(softplus(x)). Misra 2019, arXiv 1908.08681. */
    MISH(1),
    FLOOR(1, true),
    CEIL(1, true),
    /** To the nearest integer, halves to the even one. */
    ROUND(1, true),
    TRUNC(1, true),
    IS_NAN(1, true),
    IS_INF(1, true),
    NOT(1, true),

    ADD(2, true),
    SUB(2, true),
    MUL(2, true),
    /** On integers the quotient is cut towards zero. */
    DIV(2, true),
    FLOOR_DIV(2, true),
    POW(2, true),
    /** NaN if either operand is. */
    MAX(2, true),
    /** NaN if either operand is. */
    MIN(2, true),
    ATAN2(2),
    /** The remainder with the sign of the dividend. */
    FMOD(2, true),
    /** The remainder with the sign of the divisor. */
    REMAINDER(2, true),
    HYPOT(2),
    /** log(e^a + e^b) without overflow. */
    LOGADDEXP(2),
    /** a log b, and 0 where a is 0. */
    XLOGY(2),
    /** The a-th derivative of digamma at b; a is a whole number. */
    POLYGAMMA(2),
    EQ(2, true),
    NE(2, true),
    LT(2, true),
    LE(2, true),
    GT(2, true),
    GE(2, true),
    /** Logical on floating-point numbers, bitwise on integers; so are OR and XOR. */
    AND(2, true),
    OR(2, true),
    XOR(2, true),

    /** The second operand where the first is true, else the third. */
    WHERE(3, true),
    /** a b + c, in one rounding or two. */
    FMA(3, true),
    /** The first operand held between the second (low) and the third (high), which wins if they cross. */
    CLAMP(3, true),
    /** a + w (b - a), the weight being the third operand. */
    LERP(3);

    private final int arity;
    private final boolean onLongs;

    Lane(int arity) {
        this(arity, false);
    }

    Lane(int arity, boolean onLongs) {
        this.arity = arity;
        this.onLongs = onLongs;
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
        return switch (this) {
            case COPY -> a;
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case SIGN -> Math.signum(a);
            case SQUARE -> a * a;
            case RECIPROCAL -> 1 / a;
            case SQRT -> Math.sqrt(a);
            case RSQRT -> 1 / Math.sqrt(a);
            case CBRT -> Math.cbrt(a);
            case EXP -> Math.exp(a);
            case EXP2 -> Math.pow(2, a);
            case EXPM1 -> Math.expm1(a);
            case LOG -> Math.log(a);
            case LOG2 -> Special.log2(a);
            case LOG10 -> Math.log10(a);
            case LOG1P -> Math.log1p(a);
            case SIN -> Math.sin(a);
            case COS -> Math.cos(a);
            case TAN -> Math.tan(a);
            case ASIN -> Math.asin(a);
            case ACOS -> Math.acos(a);
            case ATAN -> Math.atan(a);
            case SINH -> Math.sinh(a);
            case COSH -> Math.cosh(a);
            case TANH -> Math.tanh(a);
            case ASINH -> Special.asinh(a);
            case ACOSH -> Special.acosh(a);
            case ATANH -> Special.atanh(a);
            case SIGMOID -> Special.sigmoid(a);
            case LOG_SIGMOID -> -Special.softplus(-a);
            case SOFTPLUS -> Special.softplus(a);
            case ERF -> Special.erf(a);
            case ERFC -> Special.erfc(a);
            case ERFINV -> Special.erfinv(a);
            case LGAMMA -> Special.lgamma(a);
            case DIGAMMA -> Special.digamma(a);
            case TRIGAMMA -> Special.trigamma(a);
            case RELU -> a <= 0 ? 0 : a;
            case STEP -> truth(a > 0);
            case GELU -> Special.gelu(a);
            case GELU_SLOPE -> Special.geluSlope(a);
            case GELU_TANH -> Special.geluTanh(a);
            case GELU_TANH_SLOPE -> Special.geluTanhSlope(a);
            case SILU -> Special.silu(a);
            case SILU_SLOPE -> Special.siluSlope(a);
            case MISH -> Special.mish(a);
            case FLOOR -> Math.floor(a);
            case CEIL -> Math.ceil(a);
            case ROUND -> Math.rint(a);
            case TRUNC -> a < 0 ? Math.ceil(a) : Math.floor(a);
            case IS_NAN -> truth(Double.isNaN(a));
            case IS_INF -> truth(Math.abs(a) == Double.POSITIVE_INFINITY);
            case NOT -> truth(a == 0);
            default -> throw operands(1);
        };
    }

    public double apply(double a, double b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case FLOOR_DIV -> Special.floorDiv(a, b);
            case POW -> Special.pow(a, b);
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case ATAN2 -> Math.atan2(a, b);
            case FMOD -> a % b;
            case REMAINDER -> Special.remainder(a, b);
            case HYPOT -> Math.hypot(a, b);
            case LOGADDEXP -> Special.logAddExp(a, b);
            case XLOGY -> Special.xlogy(a, b);
            case POLYGAMMA -> Special.polygamma(a, b);
            case EQ -> truth(a == b);
            case NE -> truth(a != b);
            case LT -> truth(a < b);
            case LE -> truth(a <= b);
            case GT -> truth(a > b);
            case GE -> truth(a >= b);
            case AND -> truth(a != 0 && b != 0);
            case OR -> truth(a != 0 || b != 0);
            case XOR -> truth(a != 0 ^ b != 0);
            default -> throw operands(2);
        };
    }

    public double apply(double a, double b, double c) {
        return switch (this) {
            case WHERE -> a != 0 ? b : c;
            case FMA -> a * b + c;
            case CLAMP -> Math.min(Math.max(a, b), c);
            case LERP -> a + c * (b - a);
            default -> throw operands(3);
        };
    }

    public long applyLong(long a) {
        return switch (this) {
            case COPY -> a;
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case SIGN -> Long.signum(a);
            case SQUARE -> a * a;
            case RELU -> Math.max(a, 0);
            case STEP -> truth(a > 0);
            case FLOOR -> a;
            case CEIL -> a;
            case ROUND -> a;
            case TRUNC -> a;
            case IS_NAN -> 0;
            case IS_INF -> 0;
            case NOT -> truth(a == 0);
            default -> throw integers(1);
        };
    }

    public long applyLong(long a, long b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / divisor(a, b);
            case FLOOR_DIV -> Math.floorDiv(a, divisor(a, b));
            case POW -> Special.pow(a, b);
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case FMOD -> a % divisor(a, b);
            case REMAINDER -> Math.floorMod(a, divisor(a, b));
            case EQ -> truth(a == b);
            case NE -> truth(a != b);
            case LT -> truth(a < b);
            case LE -> truth(a <= b);
            case GT -> truth(a > b);
            case GE -> truth(a >= b);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            default -> throw integers(2);
        };
    }

    public long applyLong(long a, long b, long c) {
        return switch (this) {
            case WHERE -> a != 0 ? b : c;
            case FMA -> a * b + c;
            case CLAMP -> Math.min(Math.max(a, b), c);
            default -> throw integers(3);
        };
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
