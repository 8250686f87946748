package soma.kernel;

/**
 * Special functions of one real number in double precision. Relative errors are near 1e-15 to 1e-14; close to a root
 * of log-gamma at a negative argument, of digamma or of polygamma, the error is small against 1 instead of against
 * the value.
 */
public final class Special {

    /** Chebyshev coefficients in 2t - 1 of exp(z^2) erfc(z) / t, where t = 2 / (2 + z) maps z >= 0 to (0, 1]. */
    private static final double[] ERFCX = {
        1.1540674772329393,
        0.3554369212704985,
        0.06509515882878653,
        0.003671142395836639,
        -0.0011128447433526325,
        -0.0001607582991537808,
        3.278031574173137e-05,
        5.442441645505016e-06,
        -1.5154665553171482e-06,
        -1.4297608181169865e-07,
        8.234608827419493e-08,
        -1.2962846852306563e-09,
        -4.154721631015199e-09,
        6.347058278362811e-10,
        1.4320822712256225e-10,
        -6.160390105204585e-11,
        2.0612138554721698e-12,
        3.5714931488477042e-12,
        -8.586422843251796e-13,
        -6.14560021379063e-14,
        7.418725748596617e-14,
        -1.2895042755032325e-14,
        -2.358726385710632e-15,
        1.5729349381685912e-15,
        -2.2782966239546465e-16,
        -6.31233045075643e-17,
        3.5916763531814925e-17
    };

    /** zeta(k) - 1 for k = 2, 3, ... */
    private static final double[] ZETA_MINUS_1 = {
        0.6449340668482264,
        0.2020569031595943,
        0.08232323371113819,
        0.03692775514336993,
        0.01734306198444914,
        0.008349277381922827,
        0.00407735619794434,
        0.0020083928260822143,
        0.0009945751278180853,
        0.0004941886041194645,
        0.0002460865533080483,
        0.00012271334757848915,
        6.124813505870483e-05,
        3.058823630702049e-05,
        1.528225940865187e-05,
        7.637197637899763e-06,
        3.81729326499984e-06,
        1.908212716553939e-06,
        9.539620338727962e-07,
        4.769329867878064e-07,
        2.38450502727733e-07,
        1.1921992596531106e-07,
        5.960818905125948e-08,
        2.980350351465228e-08
    };

    /** Bernoulli numbers B2, B4, ..., B20. */
    private static final double[] BERNOULLI = {
        1.0 / 6,
        -1.0 / 30,
        1.0 / 42,
        -1.0 / 30,
        5.0 / 66,
        -691.0 / 2730,
        7.0 / 6,
        -3617.0 / 510,
        43867.0 / 798,
        -174611.0 / 330
    };

    private static final double EULER_GAMMA = 0.5772156649015329;
    private static final double HALF_LOG_2PI = 0.9189385332046728;
    private static final double SQRT_HALF = 0.7071067811865476;
    private static final double PHI_0 = 0.3989422804014327;

    private Special() {}

    public static double erf(double x) {
        double a = Math.abs(x);
        if (!(a < 0.5)) {
            return Math.copySign(1 - erfc(a), x);
        }
        double term = x;
        double sum = x;
        for (int k = 1; k < 15; k++) {
            term *= -x * x / k;
            sum += term / (2 * k + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    /** 1 - erf(x), accurate far out too. */
    public static double erfc(double x) {
        if (Math.abs(x) < 0.5) {
            return 1 - erf(x);
        }
        return x < 0 ? 2 - erfc(-x) : erfcx(x) * gaussian(x);
    }

    /** exp(z^2) erfc(z) for z >= 0, by Clenshaw's recurrence. */
    private static double erfcx(double z) {
        double t = 2 / (2 + z);
        double y = 2 * t - 1;
        double d = 0;
        double dd = 0;
        for (int k = ERFCX.length - 1; k > 0; k--) {
            double next = 2 * y * d - dd + ERFCX[k];
            dd = d;
            d = next;
        }
        return t * (y * d - dd + ERFCX[0] / 2);
    }

    /** exp(-x^2), corrected for the rounding of the square, which exp would blow up when x is large. */
    private static double gaussian(double x) {
        double square = x * x;
        if (!(square < 750)) {
            return Math.exp(-square);
        }
        // x in two halves of 26 bits, whose products are exact (Dekker 1971): an fma could be a BigDecimal
        double c = 134217729 * x;
        double high = c - (c - x);
        double low = x - high;
        double rest = high * high - square + 2 * high * low + low * low;
        return Math.exp(-square) * (1 - rest);
    }

    /** The y with erf(y) = x: Winitzki's approximation, made exact by Halley's method. NaN outside -1 .. 1. */
    public static double erfinv(double x) {
        double a = Math.abs(x);
        if (a == 1) {
            return x * Double.POSITIVE_INFINITY;
        }
        if (!(a < 1)) {
            return Double.NaN;
        }
        double log = Math.log1p(-a * a);
        double b = 2 / (Math.PI * 0.147) + log / 2;
        double y = a < 1e-4 ? a * Math.sqrt(Math.PI) / 2 : Math.sqrt(Math.sqrt(b * b - log / 0.147) - b);
        for (int i = 0; i < 3; i++) {
            double error = a < 0.5 ? erf(y) - a : (1 - a) - erfc(y);
            double step = error / (2 / Math.sqrt(Math.PI) * gaussian(y));
            y -= step / (1 + y * step);
        }
        return Math.copySign(y, x);
    }

    /** log |Gamma(x)|. */
    public static double lgamma(double x) {
        if (Double.isNaN(x) || Double.isInfinite(x)) {
            return Math.abs(x);
        }
        if (x <= 0) {
            if (x == Math.rint(x)) {
                return Double.POSITIVE_INFINITY;
            }
            return x > -1e-18 ? -Math.log(-x) : Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
        }
        if (x < 0.5) {
            return lgammaFrom2(x) - Math.log1p(x) - Math.log(x);
        }
        if (x < 1.5) {
            return lgammaFrom2(x - 1) - Math.log1p(x - 1);
        }
        if (x < 10) {
            double product = 1;
            while (x > 2.5) {
                x -= 1;
                product *= x;
            }
            return Math.log(product) + lgammaFrom2(x - 2);
        }
        double sum = 0;
        double power = 1 / x;
        for (int k = 1; k <= 8; k++) {
            sum += BERNOULLI[k - 1] / (2 * k * (2 * k - 1)) * power;
            power /= x * x;
        }
        return (x - 0.5) * (Math.log(x) - 1) - 0.5 + HALF_LOG_2PI + sum;
    }

    /**
     * log Gamma(2 + z), |z| <= 1/2, by the series in zeta(k) - 1, exact about the root at 2. Abramowitz and Stegun
     * 6.1.33.
     */
    private static double lgammaFrom2(double z) {
        double sum = 0;
        for (int k = ZETA_MINUS_1.length + 1; k >= 2; k--) {
            sum = ZETA_MINUS_1[k - 2] / k - z * sum;
        }
        return z * (1 - EULER_GAMMA) + z * z * sum;
    }

    /** sin(pi x) without the loss of digits in pi x. */
    private static double sinPi(double x) {
        double n = Math.rint(x);
        double s = Math.sin(Math.PI * (x - n));
        return n % 2 == 0 ? s : -s;
    }

    /** The derivative of log Gamma. At 0 it is -infinity (+infinity at -0), at the other poles NaN. */
    public static double digamma(double x) {
        if (x == 0) {
            return Math.copySign(Double.POSITIVE_INFINITY, -x);
        }
        if (x < 0) {
            double n = Math.rint(x);
            return x == n ? Double.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - n));
        }
        double shifted = 0;
        while (x < 10) {
            shifted -= 1 / x;
            x += 1;
        }
        double sum = 0;
        double power = 1 / (x * x);
        double square = power;
        for (int k = 1; k <= 8; k++) {
            sum += BERNOULLI[k - 1] / (2 * k) * power;
            power *= square;
        }
        return shifted + Math.log(x) - 0.5 / x - sum;
    }

    /** The second derivative of log Gamma. */
    public static double trigamma(double x) {
        if (x < 0 && x != Math.rint(x)) {
            double s = Math.PI / sinPi(x);
            return s * s - trigamma(1 - x);
        }
        return x <= 0 ? Double.POSITIVE_INFINITY : hurwitz(2, x);
    }

    /** The n-th derivative of digamma; n is a whole number, not negative. */
    public static double polygamma(double n, double x) {
        if (!(n >= 0) || n != Math.rint(n)) {
            throw new IllegalArgumentException("polygamma: order " + n + "; the order is a whole number 0, 1, 2, ...");
        }
        if (n == 0) {
            return digamma(x);
        }
        if (n == 1) {
            return trigamma(x);
        }
        double sign = n % 2 == 0 ? -1 : 1;
        if (x <= 0 && x == Math.rint(x)) {
            return sign < 0 ? Double.NaN : Double.POSITIVE_INFINITY;
        }
        double factorial = 1;
        for (int k = 2; k <= n && factorial < Double.POSITIVE_INFINITY; k++) {
            factorial *= k;
        }
        return sign * factorial * hurwitz(n + 1, x);
    }

    /** Sum over k >= 0 of (x + k)^-s, s a whole number above 1, by Euler-Maclaurin summation. */
    private static double hurwitz(double s, double x) {
        double sum = 0;
        while (x < 10 + s) {
            sum += Math.pow(x, -s);
            x += 1;
        }
        double power = Math.pow(x, -s);
        sum += power * x / (s - 1) + power / 2;
        double factor = s * power / x;
        double factorial = 2;
        for (int k = 1; k <= BERNOULLI.length; k++) {
            sum += BERNOULLI[k - 1] / factorial * factor;
            factor *= (s + 2 * k - 1) * (s + 2 * k) / (x * x);
            factorial *= (2 * k + 1) * (2 * k + 2);
        }
        return sum;
    }

    static double log2(double x) {
        int exponent = Math.getExponent(x);
        if (x > 0 && Math.abs(exponent) < 1023) {
            double mantissa = Math.scalb(x, -exponent);
            return mantissa > 1.5
                    ? exponent + 1 + Math.log(mantissa / 2) / Math.log(2)
                    : exponent + Math.log(mantissa) / Math.log(2);
        }
        return Math.log(x) / Math.log(2);
    }

    static double asinh(double x) {
        double a = Math.abs(x);
        double y = a > 1e9 ? Math.log(a) + Math.log(2) : Math.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
        return Math.copySign(y, x);
    }

    static double acosh(double x) {
        double d = x - 1;
        return x > 1e9 ? Math.log(x) + Math.log(2) : Math.log1p(d + Math.sqrt(d * (d + 2)));
    }

    static double atanh(double x) {
        double a = Math.abs(x);
        return Math.copySign(Math.log1p(2 * a / (1 - a)) / 2, x);
    }

    static double sigmoid(double x) {
        if (x >= 0) {
            return 1 / (1 + Math.exp(-x));
        }
        double e = Math.exp(x);
        return e / (1 + e);
    }

    static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double normalCdf(double x) {
        return erfc(-x * SQRT_HALF) / 2;
    }

    static double gelu(double x) {
        return x == Double.NEGATIVE_INFINITY ? -0.0 : x * normalCdf(x);
    }

    static double geluSlope(double x) {
        double density = PHI_0 * gaussian(x * SQRT_HALF);
        return density == 0 ? normalCdf(x) : normalCdf(x) + x * density;
    }

    /** 2 sqrt(2 / pi) (x + 0.044715 x^3): gelu's tanh form is x sigmoid of it. */
    private static double twiceInner(double x) {
        return 4 * PHI_0 * (x + 0.044715 * x * x * x);
    }

    static double geluTanh(double x) {
        return x == Double.NEGATIVE_INFINITY ? -0.0 : x * sigmoid(twiceInner(x));
    }

    static double geluTanhSlope(double x) {
        double u = twiceInner(x);
        double du = 4 * PHI_0 * (1 + 3 * 0.044715 * x * x);
        return sigmoid(u) + vanishing(x * du, sigmoid(u) * sigmoid(-u));
    }

    static double silu(double x) {
        return x == Double.NEGATIVE_INFINITY ? -0.0 : x * sigmoid(x);
    }

    static double siluSlope(double x) {
        return sigmoid(x) + vanishing(x, sigmoid(x) * sigmoid(-x));
    }

    /** a times a factor that goes to zero faster than a grows. */
    private static double vanishing(double a, double factor) {
        return factor == 0 ? 0 : a * factor;
    }

    /** tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2), e = exp(x). */
    static double mish(double x) {
        if (x > 40) {
            return x;
        }
        double e = Math.exp(x);
        double n = e * (e + 2);
        return n == 0 ? -0.0 : x * (n / (n + 2));
    }

    /** The floor of the exact quotient, which may lie below the floor of the rounded one. */
    static double floorDiv(double a, double b) {
        if (b == 0) {
            return a / b;
        }
        double mod = a % b;
        double quotient = (a - mod) / b;
        if (mod != 0 && b < 0 != mod < 0) {
            quotient -= 1;
        }
        return quotient == 0 ? Math.copySign(0, a / b) : Math.rint(quotient);
    }

    static double remainder(double a, double b) {
        double mod = a % b;
        return mod != 0 && b < 0 != mod < 0 ? mod + b : mod;
    }

    /** Math.pow, but 1^y = 1 and (-1)^(+-infinity) = 1 as in C and PyTorch. */
    static double pow(double a, double b) {
        return a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
    }

    static long pow(long a, long b) {
        if (b < 0) {
            throw new ArithmeticException(
                    "integer power " + a + "^" + b + ": the exponent is negative; convert to floating point first");
        }
        long power = 1;
        for (; b > 0; b >>= 1, a *= a) {
            if ((b & 1) != 0) {
                power *= a;
            }
        }
        return power;
    }

    static double logAddExp(double a, double b) {
        double d = a == b ? 0 : Math.abs(a - b);
        return Math.max(a, b) + Math.log1p(Math.exp(-d));
    }

    static double xlogy(double a, double b) {
        return a == 0 && !Double.isNaN(b) ? 0 : a * Math.log(b);
    }
}
