package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReduceTest {

    private static final int AT = 3;
    private static final int[] SIZES = {
        0, 1, 2, 4, 7, 8, 9, 13, 15, 16, 17, 31, 33, 47, 63, 64, 65, 100, 129, 1021, 5000
    };
    private static final float NAN = Float.NaN;

    private static float[] random(int seed, int n) {
        var rng = new Random(seed);
        var a = new float[n + 2 * AT];
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) rng.nextGaussian();
        }
        return a;
    }

    private static double naive(Fold fold, float[] a, int from, int n, int step) {
        double acc = Reduce.identityDouble(fold);
        for (int i = 0; i < n; i++) {
            acc = Reduce.combine(fold, acc, a[from + i * step]);
        }
        return acc;
    }

    @ParameterizedTest
    @EnumSource(Fold.class)
    void rows(Fold fold) {
        for (int n : SIZES) {
            var a = random(n, n);
            double expected = naive(fold, a, AT, n, 1);
            assertThat((double) Reduce.row(fold, a, AT, n))
                    .as("n %d", n)
                    .isCloseTo((float) expected, within(1e-6 * Math.max(1, Math.sqrt(n))));
            var d = new double[a.length];
            var l = new long[a.length];
            for (int i = 0; i < a.length; i++) {
                d[i] = a[i];
                l[i] = (long) (10 * a[i]);
            }
            assertThat(Reduce.row(fold, d, AT, n)).isCloseTo(expected, within(1e-11));
            long whole = Reduce.identityLong(fold);
            for (int i = AT; i < AT + n; i++) {
                whole = Reduce.combine(fold, whole, l[i]);
            }
            assertThat(Reduce.row(fold, l, AT, n)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @EnumSource(Fold.class)
    void columns(Fold fold) {
        for (int n : SIZES) {
            for (int rows : new int[] {0, 1, 2, 3, 8, 131}) {
                var a = random(n, n * rows);
                var acc = random(n + 1, n);
                var expected = acc.clone();
                var d = new double[a.length];
                var wide = new double[acc.length];
                for (int i = 0; i < a.length; i++) {
                    d[i] = a[i];
                }
                for (int j = 0; j < n; j++) {
                    wide[AT + j] = acc[AT + j];
                    double folded = Reduce.combine(fold, acc[AT + j], naive(fold, a, AT + j, rows, n));
                    expected[AT + j] = rows == 0 ? acc[AT + j] : (float) folded;
                }
                Reduce.columns(fold, a, AT, rows, n, acc, AT);
                assertThat(acc).as("%d rows of %d", rows, n).containsExactly(expected, within(2e-5f));
                Reduce.columns(fold, d, AT, rows, n, wide, AT);
                for (int j = AT; j < AT + n; j++) {
                    assertThat((float) wide[j]).isCloseTo(expected[j], within(1e-5f));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 17, 33, 100, 1021})
    void nanWins(int n) {
        for (int at : new int[] {0, n / 2, n - 1}) {
            var a = random(n, n);
            a[AT + at] = NAN;
            assertThat(Reduce.row(Fold.MAX, a, AT, n)).isNaN();
            assertThat(Reduce.row(Fold.MIN, a, AT, n)).isNaN();
            assertThat(Reduce.row(Fold.SUM, a, AT, n)).isNaN();
            assertThat(Reduce.row(Fold.ANY, new float[] {0, NAN}, 0, 2)).isOne();
            assertThat(Reduce.arg(true, a, AT, n, 1)).isEqualTo(at);
            assertThat(Reduce.arg(false, a, AT, n, 1)).isEqualTo(at);
            var acc = new float[n];
            Arrays.fill(acc, Reduce.identity(Fold.MAX));
            Reduce.columns(Fold.MAX, a, AT, 1, n, acc, 0);
            assertThat(acc[at]).isNaN();
            Arrays.fill(acc, Reduce.identity(Fold.MIN));
            Reduce.columns(Fold.MIN, a, AT, 1, n, acc, 0);
            assertThat(acc[at]).isNaN();
        }
    }

    /** A row is compared as ints: what that does about NaN of both signs, zeros and infinities must show nowhere. */
    @Test
    void extremesAreExactToTheBit() {
        float inf = Float.POSITIVE_INFINITY;
        var odd = new float[] {
            0f, -0f, inf, -inf, NAN, Float.intBitsToFloat(0xffc00000), Float.MAX_VALUE, -Float.MAX_VALUE
        };
        var rng = new Random(3);
        for (int n : SIZES) {
            for (int turn = 0; turn < 60; turn++) {
                var a = new float[n + 2 * AT];
                float usual = new float[] {-1, 0, 1, -0f, -inf, inf}[turn % 6];
                Arrays.fill(a, AT, AT + n, usual);
                for (int k = turn / 6 % 4; k > 0 && n > 0; k--) {
                    a[AT + rng.nextInt(n)] = odd[rng.nextInt(odd.length)];
                }
                for (var fold : new Fold[] {Fold.MAX, Fold.MIN}) {
                    float expected = (float) naive(fold, a, AT, n, 1);
                    assertThat(Reduce.row(fold, a, AT, n))
                            .as("%s of %d", fold, n)
                            .isEqualTo(Float.valueOf(expected));
                    var acc = new float[n + 1];
                    Arrays.fill(acc, Reduce.identity(fold));
                    Reduce.columns(fold, a, AT, 1, n, acc, 1);
                    for (int j = 0; j < n; j++) {
                        assertThat(acc[1 + j]).isEqualTo(Float.valueOf(a[AT + j]));
                    }
                }
            }
        }
    }

    @Test
    void longSumsStayExact() {
        var a = new float[1 << 22];
        Arrays.fill(a, 0.1f);
        assertThat(Reduce.row(Fold.SUM, a, 0, a.length)).isCloseTo(a.length * 0.1f, within(a.length * 0.1f * 1e-6f));
        var acc = new float[4];
        Reduce.columns(Fold.SUM, a, 0, a.length / 4, 4, acc, 0);
        assertThat(acc[3]).isCloseTo(a.length / 4 * 0.1f, within(a.length / 4 * 0.1f * 1e-4f));
    }

    @Test
    void placesOfExtremes() {
        for (int n : SIZES) {
            if (n == 0) {
                continue;
            }
            var a = random(n, 3 * n);
            for (int stride : new int[] {1, 3}) {
                for (boolean max : new boolean[] {true, false}) {
                    int best = 0;
                    for (int i = 1; i < n; i++) {
                        float v = a[AT + i * stride], b = a[AT + best * stride];
                        best = (max ? v > b : v < b) ? i : best;
                    }
                    assertThat(Reduce.arg(max, a, AT, n, stride)).isEqualTo(best);
                }
            }
            var same = new float[n];
            assertThat(Reduce.arg(true, same, 0, n, 1)).isZero();
            var infinite = new float[n];
            Arrays.fill(infinite, Float.NEGATIVE_INFINITY);
            assertThat(Reduce.arg(true, infinite, 0, n, 1)).isZero();
        }
        assertThat(Reduce.arg(true, new double[] {1, Double.NaN, 3}, 0, 3, 1)).isEqualTo(1);
        assertThat(Reduce.arg(false, new long[] {4, -7, -7}, 0, 3, 1)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 31, 32, 33, 64, 100})
    void placesOfColumns(int columns) {
        int rows = 37, stride = columns + 3;
        var rng = new Random(columns);
        var a = new float[2 + rows * stride];
        for (int i = 0; i < a.length; i++) {
            a[i] = rng.nextInt(60) == 0 ? Float.NaN : rng.nextInt(-9, 9);
        }
        for (boolean max : new boolean[] {true, false}) {
            var places = new long[columns + 1];
            Reduce.argColumns(max, a, 2, rows, stride, columns, places, 1);
            for (int j = 0; j < columns; j++) {
                assertThat(places[1 + j]).isEqualTo(ScalarReduce.arg(max, a, 2 + j, rows, stride));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 16, 17, 31, 100})
    void firstBeyond(int n) {
        var a = new float[3 + n];
        Arrays.fill(a, 1);
        for (boolean max : new boolean[] {true, false}) {
            assertThat(Reduce.beyond(max, 1, a, 3, 0, n)).isEqualTo(n);
            assertThat(Reduce.beyond(max, Float.NaN, a, 3, 0, n)).isEqualTo(max ? n : 0);
            for (int i = 0; i < n; i++) {
                a[3 + i] = max ? 2 : 0;
                assertThat(Reduce.beyond(max, 1, a, 3, 0, n)).isEqualTo(i);
                assertThat(Reduce.beyond(max, 1, a, 3, i, n)).isEqualTo(i);
                assertThat(Reduce.beyond(max, 1, a, 3, i + 1, n)).isEqualTo(n);
                a[3 + i] = Float.NaN;
                assertThat(Reduce.beyond(max, 1, a, 3, 0, n)).isEqualTo(max ? i : n);
                a[3 + i] = 1;
            }
        }
    }
}
