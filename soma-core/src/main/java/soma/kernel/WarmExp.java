package soma.kernel;

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

/** The activations of {@link VectorExp} and the tanh of {@link VectorUnary}, a number at a time with the same roundings: their twins. */
final class WarmExp {

    private WarmExp() {}

    /** Whether there is a twin here. */
    static boolean has(Lane f) {
        return switch (f) {
            case EXP, SIGMOID, TANH, SILU, SILU_SLOPE, GELU, GELU_SLOPE, GELU_TANH, GELU_TANH_SLOPE -> true;
            default -> false;
        };
    }

    static void apply(Lane f, float[] a, int ao, float[] out, int oo, int n) {
        switch (f) {
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = exp(a[ao + i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = 1 / (exp(-a[ao + i]) + 1);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = tanh(a[ao + i]);
                }
            }
            case SILU -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = gate(a[ao + i], 1, 0, VectorExp.SILU_LOW, VectorExp.SILU_HIGH);
                }
            }
            case SILU_SLOPE -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = gateSlope(a[ao + i], 1, 0, VectorExp.SILU_LIMIT);
                }
            }
            case GELU_TANH -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = gate(
                            a[ao + i],
                            VectorExp.GELU_LINEAR,
                            VectorExp.GELU_CUBIC,
                            VectorExp.GELU_LOW,
                            VectorExp.GELU_HIGH);
                }
            }
            case GELU_TANH_SLOPE -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] =
                            gateSlope(a[ao + i], VectorExp.GELU_LINEAR, VectorExp.GELU_CUBIC, VectorExp.GELU_LIMIT);
                }
            }
            case GELU -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = gelu(a[ao + i]);
                }
            }
            case GELU_SLOPE -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = geluSlope(a[ao + i]);
                }
            }
            default -> throw new IllegalArgumentException("no twin of " + f);
        }
    }

    private static float exp(float x) {
        if (x < EXP_LOWEST) {
            return 0;
        }
        return x <= EXP_HIGHEST ? within(x) : x + INF;
    }

    /** exp where it neither overflows nor underflows. */
    private static float within(float x) {
        float t = Math.fma(x, LOG2_E, MAGIC);
        float k = t - MAGIC;
        float r = Math.fma(k, -LN2, x);
        return scaled(t, Math.fma(k, -LN2_LOW, r));
    }

    /** exp(r) times two to the power that is in the low bits of t. */
    private static float scaled(float t, float r) {
        float e = Math.fma(r, EXP_6, EXP_5);
        e = Math.fma(e, r, EXP_4);
        e = Math.fma(e, r, EXP_3);
        e = Math.fma(e, r, 0.5f);
        e = Math.fma(e, r * r, r) + 1;
        return Float.intBitsToFloat(Float.floatToRawIntBits(e) + (Float.floatToRawIntBits(t) << 23));
    }

    private static float gate(float x, float linear, float cubic, float low, float high) {
        float c = x > high ? high : x < low ? low : x;
        float u = Math.fma(c * c, -cubic, -linear) * c;
        return x < low ? -0f : x / (within(u) + 1);
    }

    private static float gateSlope(float x, float linear, float cubic, float limit) {
        float c = x > limit ? limit : x < -limit ? -limit : x;
        float square = c * c;
        float e = within(Math.fma(square, -cubic, -linear) * c);
        float s = 1 / (e + 1);
        float du = Math.fma(square, 3 * cubic, linear) * c;
        return x < -limit ? 0 : Math.fma(e * s, du, 1) * s;
    }

    private static float gelu(float x) {
        float c = Math.abs(x);
        c = c > VectorExp.GELU_WIDEST ? VectorExp.GELU_WIDEST : c;
        float h = c * -0.5f;
        float t = Math.fma(h * c, LOG2_E, MAGIC);
        float k = t - MAGIC;
        float r = Math.fma(h, c, k * -VectorExp.LN2_SHORT);
        float e = scaled(t, Math.fma(k, -VectorExp.LN2_REST, r));
        return Math.fma(e * -tail(c), c, x < 0 ? 0 : x);
    }

    private static float geluSlope(float x) {
        float b = VectorExp.GELU_WIDEST;
        float y = x < -b ? -b : x > b ? b : x;
        float c = Math.abs(y);
        float e = within(c * c * -0.5f);
        float tail = e * tail(c);
        return Math.fma(y * 0.39894228f, e, y >= 0 ? 1 - tail : tail);
    }

    /** 1 - Phi(c) without its exponential. */
    private static float tail(float c) {
        float p = Math.fma(0.00409336016f, c, 0.0404787213f);
        p = Math.fma(p, c, 0.182776928f);
        p = Math.fma(p, c, 0.437676579f);
        p = Math.fma(p, c, 0.5f);
        float q = Math.fma(0.0102604078f, c, 0.101471767f);
        q = Math.fma(q, c, 0.468260914f);
        q = Math.fma(q, c, 1.20060003f);
        q = Math.fma(q, c, 1.67323816f);
        return p / Math.fma(q, c, 1);
    }

    private static float tanh(float x) {
        float c = Math.abs(x);
        float z = c * c;
        float p = Math.fma(z, 1.33842857e-8f, 2.06358181e-5f);
        p = Math.fma(p, z, 0.00349745736f);
        p = Math.fma(p, z, 0.133826867f);
        p = Math.fma(p, z, 1);
        float q = Math.fma(z, 7.79024674e-7f, 0.000328851689f);
        q = Math.fma(q, z, 0.0258843601f);
        q = Math.fma(q, z, 0.467160076f);
        float y = p * c / Math.fma(q, z, 1);
        y = y > 1 || c > 9.01f ? 1 : y;
        return Float.intBitsToFloat(Float.floatToRawIntBits(y) | Float.floatToRawIntBits(x) & Integer.MIN_VALUE);
    }
}
