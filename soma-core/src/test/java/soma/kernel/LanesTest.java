package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every lane against its definition in double precision, at awkward sizes and offsets, over all floats. */
class LanesTest {

    private static final int[] SIZES = {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 1021};
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        0.5f,
        -0.5f,
        2f,
        1e-10f,
        -1e-10f,
        Float.MIN_NORMAL,
        1e-30f,
        -1e-30f,
        1e30f,
        -1e30f,
        88.72f,
        89f,
        -87.3f,
        -104f,
        20f,
        -20f,
        0x1p23f,
        0x1p24f,
        -0x1p23f,
        2.5f,
        3.5f,
        -2.5f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    /** The bound on |value - f| / |f|, and on |value - f| where f may vanish away from a rounding of its operands. */
    private static double tolerance(Lane f) {
        return switch (f) {
            case TANH, ERF -> 3.6e-7;
            case LOG10 -> 3.5e-7;
            case GELU -> 8e-7;
            case GELU_SLOPE, GELU_TANH, GELU_TANH_SLOPE, SILU_SLOPE -> 4e-7;
            case SILU, MISH, TAN, SOFTPLUS, LOG_SIGMOID, LOGADDEXP, XLOGY, LERP -> 3e-7;
            default -> 2e-7;
        };
    }

    /** The part of the error that is small against 1 rather than against the value. */
    private static double absolute(Lane f) {
        return switch (f) {
            case SILU, SIGMOID, MISH -> 1.1e-36;
            case GELU_TANH -> 1e-8;
            case GELU_SLOPE, GELU_TANH_SLOPE, SILU_SLOPE, LOGADDEXP -> 4e-7;
            default -> 2.4e-38;
        };
    }

    private static void check(Lane f, float value, double expected, String what) {
        float rounded = (float) expected;
        if (Float.isNaN(rounded) || Float.isInfinite(rounded) || Float.isNaN(value) || Float.isInfinite(value)) {
            boolean overflow = Math.abs(expected) > 0.999999 * Float.MAX_VALUE && Math.abs(value) > 3.4e38;
            assertThat(Float.compare(value, rounded) == 0 || overflow)
                    .as("%s: %s, not %s", what, value, rounded)
                    .isTrue();
        } else if (Math.abs(value - expected) > tolerance(f) * Math.abs(expected) + absolute(f)) {
            assertThat((double) value).as(what).isEqualTo(expected);
        }
    }

    private static float[] random(int seed, int n) {
        var rng = new Random(seed);
        var a = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = switch (rng.nextInt(8)) {
                case 0 -> SPECIAL[rng.nextInt(SPECIAL.length)];
                case 1 -> rng.nextInt(7) - 3;
                default -> (float) rng.nextGaussian() * 3;
            };
        }
        return a;
    }

    private static double reference(Lane f, float a, float b, float c) {
        return switch (f.arity()) {
            case 1 -> f.apply(a);
            case 2 -> f == Lane.POLYGAMMA ? f.apply(Math.abs((int) b % 4), a) : f.apply(a, b);
            default -> f.apply(a, b, c);
        };
    }

    /** Polygamma's order is a whole number. */
    private static float[] orders(float[] b) {
        var n = new float[b.length];
        for (int i = 0; i < n.length; i++) {
            n[i] = Math.abs((int) b[i] % 4);
        }
        return n;
    }

    private static void run(
            Lane f, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        switch (f.arity()) {
            case 1 -> Lanes.apply(f, a, ao, out, oo, n);
            case 2 -> {
                if (f == Lane.POLYGAMMA) {
                    Lanes.apply(f, orders(b), bo, a, ao, out, oo, n);
                } else {
                    Lanes.apply(f, a, ao, b, bo, out, oo, n);
                }
            }
            default -> Lanes.apply(f, a, ao, b, bo, c, co, out, oo, n);
        }
    }

    private static boolean cancels(Lane f, float a, float b, float c) {
        return (f == Lane.FMA || f == Lane.LERP) && Math.abs(reference(f, a, b, c)) < 0.1 * (Math.abs(a) + Math.abs(c));
    }

    @ParameterizedTest
    @EnumSource
    void isItsDefinitionAtEverySize(Lane f) {
        for (int n : SIZES) {
            float[] a = random(1, n + 3);
            float[] b = random(2, n + 5);
            float[] c = random(3, n + 1);
            var out = new float[n + 4];
            Arrays.fill(out, 777);
            run(f, a, 3, b, 5, c, 1, out, 2, n);
            assertThat(new float[] {out[0], out[1], out[n + 2], out[n + 3]}).containsOnly(777);
            for (int i = 0; i < n; i++) {
                float x = a[i + 3];
                float y = b[i + 5];
                float z = c[i + 1];
                if (!cancels(f, x, y, z)) {
                    check(f, out[i + 2], reference(f, x, y, z), f + "(" + x + ", " + y + ", " + z + ") at " + i);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesAnElementTheSameBitsAnywhereAndInPlace(Lane f) {
        int n = 133;
        float[] a = random(4, n);
        float[] b = random(5, n);
        float[] c = random(6, n);
        var whole = new float[n];
        run(f, a, 0, b, 0, c, 0, whole, 0, n);
        var parts = new float[n];
        for (int from = 0, size = 1; from < n; from += size, size = Math.min(n - from, size % 21 + 1)) {
            run(f, a, from, b, from, c, from, parts, from, size);
        }
        assertThat(parts).isEqualTo(whole);
        float[] inPlace = a.clone();
        run(f, inPlace, 0, b, 0, c, 0, inPlace, 0, n);
        assertThat(inPlace).isEqualTo(whole);
        if (f.arity() > 1 && f != Lane.POLYGAMMA) {
            inPlace = b.clone();
            run(f, a, 0, inPlace, 0, c, 0, inPlace, 0, n);
            assertThat(inPlace).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesAScalarOnEitherSide(Lane f) {
        if (f.arity() != 2) {
            return;
        }
        float[] a = random(7, 53);
        var out = new float[53];
        for (float s : new float[] {0f, -0f, 1f, 2f, 3f, -1f, 0.5f, 0.7f, -2.5f, Float.POSITIVE_INFINITY, Float.NaN}) {
            if (f == Lane.POLYGAMMA) {
                continue;
            }
            Lanes.apply(f, a, 0, s, out, 0, 53);
            for (int i = 0; i < 53; i++) {
                check(f, out[i], f.apply(a[i], s), f + "(" + a[i] + ", scalar " + s + ")");
            }
            Lanes.apply(f, s, a, 0, out, 0, 53);
            for (int i = 0; i < 53; i++) {
                check(f, out[i], f.apply(s, a[i]), f + "(scalar " + s + ", " + a[i] + ")");
            }
        }
    }

    /** Equidistant bit patterns, so all magnitudes from the smallest denormal to NaN, of both signs. */
    @ParameterizedTest
    @EnumSource
    void isAccurateOverAllFloats(Lane f) {
        if (f.arity() != 1) {
            return;
        }
        int stride = 400_009;
        int n = (int) (0x1_0000_0000L / stride);
        var a = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = Float.intBitsToFloat(Integer.MIN_VALUE + i * stride);
        }
        var out = new float[n];
        Lanes.apply(f, a, 0, out, 0, n);
        for (int i = 0; i < n; i++) {
            check(f, out[i], f.apply(a[i]), f + "(" + a[i] + ")");
        }
    }

    @Test
    void isAccurateWhereItIsHard() {
        var near = new float[4001];
        for (int i = 0; i < near.length; i++) {
            near[i] = (i - 2000) * 0.005f;
        }
        var out = new float[near.length];
        for (var f : Lane.values()) {
            if (f.arity() == 1) {
                Lanes.apply(f, near, 0, out, 0, near.length);
                for (int i = 0; i < near.length; i++) {
                    check(f, out[i], f.apply(near[i]), f + "(" + near[i] + ")");
                }
            }
        }
        float[] x = {1e-10f, -1e-10f, 1e-20f};
        for (var f : new Lane[] {Lane.TANH, Lane.EXPM1, Lane.LOG1P, Lane.SIN, Lane.TAN}) {
            Lanes.apply(f, x, 0, out, 0, 3);
            assertThat(Arrays.copyOf(out, 3)).as(f.name()).isEqualTo(x);
        }
        float[] powers = {1, 2, 4, 0.125f, 1024, 0x1p100f, 0x1p-120f};
        Lanes.apply(Lane.LOG2, powers, 0, out, 0, powers.length);
        assertThat(Arrays.copyOf(out, powers.length)).containsExactly(0, 1, 2, -3, 10, 100, -120);
        Lanes.apply(Lane.EXP2, out, 0, out, 0, powers.length);
        assertThat(Arrays.copyOf(out, powers.length)).isEqualTo(powers);
        float[] far = {1e6f, 1e10f, -3e38f, 99_999f, 100_001f, 355f, 103_993f};
        Lanes.apply(Lane.COS, far, 0, out, 0, far.length);
        for (int i = 0; i < far.length; i++) {
            check(Lane.COS, out[i], Math.cos(far[i]), "cos " + far[i]);
        }
    }

    @Test
    void tanhAndErfStayWithinOne() {
        var a = new float[40_000];
        for (int i = 0; i < a.length; i++) {
            a[i] = 3 + i * 0.0002f;
        }
        var out = new float[a.length];
        for (var f : new Lane[] {Lane.TANH, Lane.ERF}) {
            Lanes.apply(f, a, 0, out, 0, a.length);
            for (float y : out) {
                assertThat(y).isBetween(0.99f, 1f);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void scalarTwinRoundsTheDefinition(Lane f) {
        float[] a = random(8, 200);
        float[] b = f == Lane.POLYGAMMA ? orders(random(9, 200)) : random(9, 200);
        float[] c = random(10, 200);
        var out = new float[200];
        switch (f.arity()) {
            case 1 -> ScalarLanes.apply(f, a, 0, out, 0, 200);
            case 2 -> {
                if (f == Lane.POLYGAMMA) {
                    ScalarLanes.apply(f, b, 0, a, 0, out, 0, 200);
                } else {
                    ScalarLanes.apply(f, a, 0, b, 0, out, 0, 200);
                }
            }
            default -> ScalarLanes.apply(f, a, 0, b, 0, c, 0, out, 0, 200);
        }
        for (int i = 0; i < 200; i++) {
            float expected = (float) reference(f, a[i], b[i], c[i]);
            assertThat(Float.compare(out[i], expected))
                    .as("%s(%s) = %s", f, a[i], out[i])
                    .isZero();
        }
    }

    @Test
    void mulAddScalesAndSums() {
        for (int n : SIZES) {
            var rng = new Random(11);
            var a = new float[n + 1];
            var b = new float[n + 2];
            for (int i = 0; i < n; i++) {
                a[i + 1] = rng.nextFloat();
                b[i + 2] = rng.nextFloat();
            }
            var one = new float[n];
            var two = new float[n];
            Lanes.mulAdd(a, 1, 0.3f, b, 2, one, 0, n);
            Lanes.mulAddMul(a, 1, 0.3f, b, 2, 0.9f, two, 0, n);
            for (int i = 0; i < n; i++) {
                assertThat(Math.abs(one[i] - (a[i + 1] * 0.3 + b[i + 2]))).isLessThan(2e-7);
                assertThat(Math.abs(two[i] - (a[i + 1] * 0.3 + b[i + 2] * 0.9))).isLessThan(2e-7);
            }
        }
    }

    @Test
    void doublesAndIntegersHaveTheSameForms() {
        double[] x = {1.5, -2, 0, Double.NaN};
        double[] y = {2, 3, -1, 4};
        var out = new double[4];
        Lanes.apply(Lane.SUB, x, 0, y, 0, out, 0, 4);
        assertThat(out).containsExactly(-0.5, -5, 1, Double.NaN);
        Lanes.apply(Lane.MAX, x, 0, 1.0, out, 0, 4);
        assertThat(out).containsExactly(1.5, 1, 1, Double.NaN);
        Lanes.apply(Lane.DIV, 6.0, y, 0, out, 0, 4);
        assertThat(out).containsExactly(3, 2, -6, 1.5);
        Lanes.apply(Lane.EXP, y, 1, out, 0, 1);
        assertThat(out[0]).isEqualTo(Math.exp(3));
        Lanes.apply(Lane.WHERE, x, 0, y, 0, y, 0, out, 0, 4);
        assertThat(out).containsExactly(2, 3, -1, 4);
        Lanes.mulAddMul(y, 0, 2.0, y, 0, 3.0, out, 0, 4);
        assertThat(out).containsExactly(10, 15, -5, 20);

        long[] i = {7, -7, 7, -7};
        long[] j = {2, 2, -2, -2};
        var k = new long[4];
        Lanes.apply(Lane.DIV, i, 0, j, 0, k, 0, 4);
        assertThat(k).containsExactly(3, -3, -3, 3);
        Lanes.apply(Lane.FLOOR_DIV, i, 0, j, 0, k, 0, 4);
        assertThat(k).containsExactly(3, -4, -4, 3);
        Lanes.apply(Lane.FMOD, i, 0, j, 0, k, 0, 4);
        assertThat(k).containsExactly(1, -1, 1, -1);
        Lanes.apply(Lane.REMAINDER, i, 0, j, 0, k, 0, 4);
        assertThat(k).containsExactly(1, 1, -1, -1);
        Lanes.apply(Lane.AND, i, 0, 6L, k, 0, 4);
        assertThat(k).containsExactly(6, 0, 6, 0);
        Lanes.apply(Lane.POW, i, 0, 3L, k, 0, 4);
        assertThat(k).containsExactly(343, -343, 343, -343);
        Lanes.apply(Lane.LT, 0L, i, 0, k, 0, 4);
        assertThat(k).containsExactly(1, 0, 1, 0);
        Lanes.apply(Lane.CLAMP, i, 0, new long[] {-1, -1, -1, -1}, 0, new long[] {5, 5, 5, 5}, 0, k, 0, 4);
        assertThat(k).containsExactly(5, -1, 5, -1);
        Lanes.mulAdd(i, 0, 10L, j, 0, k, 0, 4);
        assertThat(k).containsExactly(72, -68, 68, -72);
    }

    @Test
    void floorDivisionAndRemainderFollowTheDivisor() {
        assertThat(Lane.FLOOR_DIV.apply(-7, 2)).isEqualTo(-4);
        assertThat(Lane.FLOOR_DIV.apply(1, 0.1)).isEqualTo(9);
        assertThat(Lane.FLOOR_DIV.apply(1, 0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Lane.REMAINDER.apply(-7, 3)).isEqualTo(2);
        assertThat(Lane.REMAINDER.apply(7, -3)).isEqualTo(-2);
        assertThat(Lane.FMOD.apply(-7, 3)).isEqualTo(-1);
    }

    @Test
    void saysWhatIsWrong() {
        var one = new long[] {1};
        assertThatThrownBy(() -> Lanes.apply(Lane.DIV, one, 0, 0L, one, 0, 1))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("1 / 0");
        assertThatThrownBy(() -> Lanes.apply(Lane.POW, one, 0, -1L, one, 0, 1))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("negative");
        assertThatThrownBy(() -> Lanes.apply(Lane.EXP, one, 0, one, 0, 1))
                .hasMessageContaining("EXP is not defined on integers");
        assertThatThrownBy(() -> Lane.ADD.apply(1)).hasMessageContaining("takes 2 operands, 1 given");
        assertThat(Lane.EXP.onLongs()).isFalse();
        assertThat(Lane.ADD.onLongs()).isTrue();
    }
}
