package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against naive loops in double; the rows lie behind an offset, between numbers that must stay untouched. */
class RowsTest {

    private static final int ROWS = 5, AT = 3;
    private static final float EDGE = 12345;
    private static final float INF = Float.POSITIVE_INFINITY;

    private static float[] random(int seed, int n) {
        var rng = new Random(seed);
        var a = new float[AT + ROWS * n + 2];
        Arrays.fill(a, EDGE);
        for (int i = 0; i < ROWS * n; i++) {
            a[AT + i] = (float) (3 * rng.nextGaussian());
        }
        return a;
    }

    private static double[] wide(float[] a) {
        var d = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            d[i] = a[i];
        }
        return d;
    }

    private static double logSum(float[] x, int r, int n) {
        double max = Double.NEGATIVE_INFINITY, sum = 0;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[AT + r * n + i]);
        }
        for (int i = 0; i < n; i++) {
            sum += Math.exp(x[AT + r * n + i] - max);
        }
        return max + Math.log(sum);
    }

    /** Rows 1 .. 3 hold what was expected, all else is as it was. */
    private static void check(float[] y, double[] expected, int n, double tolerance) {
        for (int i = 0; i < y.length; i++) {
            if (i < AT + n || i >= AT + 4 * n) {
                assertThat(y[i]).as("untouched %d", i).isEqualTo(EDGE);
            } else {
                assertThat((double) y[i]).as("element %d, n %d", i - AT, n).isCloseTo(expected[i], within(tolerance));
            }
        }
    }

    private static float[] edges(float[] like) {
        var y = new float[like.length];
        Arrays.fill(y, EDGE);
        return y;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7, 8, 9, 10, 13, 15, 16, 17, 31, 32, 33, 48, 64, 100, 1021})
    void softmaxAndItsLogarithm(int n) {
        var x = random(n, n);
        double[] p = new double[x.length], l = new double[x.length];
        for (int r = 1; r < 4; r++) {
            for (int i = AT + r * n; i < AT + (r + 1) * n; i++) {
                l[i] = x[i] - logSum(x, r, n);
                p[i] = Math.exp(l[i]);
            }
        }
        var y = edges(x);
        Rows.softmax(x, AT, y, AT, 1, 4, n);
        check(y, p, n, 3e-7);
        var z = edges(x);
        Rows.logSoftmax(x, AT, z, AT, 1, 4, n);
        check(z, l, n, 2e-6);
        var inPlace = x.clone();
        Rows.softmax(inPlace, AT, inPlace, AT, 1, 4, n);
        assertThat(Arrays.copyOfRange(inPlace, AT + n, AT + 4 * n))
                .isEqualTo(Arrays.copyOfRange(y, AT + n, AT + 4 * n));
        double[] wide = wide(x), d = new double[x.length];
        Rows.softmax(wide, AT, d, AT, 1, 4, n);
        assertThat(d).containsExactly(p, within(1e-14));
        Rows.logSoftmax(wide, AT, d, AT, 1, 4, n);
        assertThat(d).containsExactly(l, within(1e-13));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 13, 16, 17, 31, 33, 64, 100, 1021})
    void backward(int n) {
        float[] x = random(n, n), dy = random(n + 1, n), y = edges(x), dx = edges(x);
        double[] expected = new double[x.length], expectedLog = new double[x.length];
        for (int r = 1; r < 4; r++) {
            double log = logSum(x, r, n), dot = 0, sum = 0;
            for (int i = AT + r * n; i < AT + (r + 1) * n; i++) {
                dot += Math.exp(x[i] - log) * dy[i];
                sum += dy[i];
            }
            for (int i = AT + r * n; i < AT + (r + 1) * n; i++) {
                expected[i] = Math.exp(x[i] - log) * (dy[i] - dot);
                expectedLog[i] = dy[i] - Math.exp(x[i] - log) * sum;
            }
        }
        Rows.softmax(x, AT, y, AT, 1, 4, n);
        Rows.softmaxBack(y, AT, dy, AT, dx, AT, 1, 4, n);
        check(dx, expected, n, 3e-6);
        Rows.logSoftmax(x, AT, y, AT, 1, 4, n);
        Rows.logSoftmaxBack(y, AT, dy, AT, dx, AT, 1, 4, n);
        check(dx, expectedLog, n, 1e-4);
        double[] wy = new double[x.length], wdx = new double[x.length];
        Rows.softmax(wide(x), AT, wy, AT, 1, 4, n);
        Rows.softmaxBack(wy, AT, wide(dy), AT, wdx, AT, 1, 4, n);
        assertThat(wdx).containsExactly(expected, within(1e-13));
        Rows.logSoftmax(wide(x), AT, wy, AT, 1, 4, n);
        Rows.logSoftmaxBack(wy, AT, wide(dy), AT, wdx, AT, 1, 4, n);
        assertThat(wdx).containsExactly(expectedLog, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 10, 15, 16, 17, 31, 33, 100, 1021})
    void crossEntropy(int n) {
        float[] x = random(n, n), scale = {0, 0.5f, 2, -1, 0};
        long[] labels = {99, 0, n - 1, -100, n / 2, n / 2};
        float[] loss = {EDGE, EDGE, EDGE, EDGE, EDGE, EDGE}, dx = edges(x);
        Rows.crossEntropy(x, AT, labels, 1, loss, 1, 1, 4, n, -100);
        Rows.crossEntropyBack(x, AT, labels, 1, scale, 0, dx, AT, 1, 4, n, -100);
        double[] expected = new double[x.length], expectedLoss = {EDGE, EDGE, 0, 0, 0, EDGE};
        for (int r = 1; r < 4; r++) {
            if (labels[1 + r] != -100) {
                int c = (int) labels[1 + r];
                double log = logSum(x, r, n);
                expectedLoss[1 + r] = log - x[AT + r * n + c];
                for (int i = 0; i < n; i++) {
                    expected[AT + r * n + i] = (Math.exp(x[AT + r * n + i] - log) - (i == c ? 1 : 0)) * scale[r];
                }
            }
        }
        check(dx, expected, n, 1e-6);
        double[] wideLoss = new double[6], wideDx = new double[x.length];
        Rows.crossEntropy(wide(x), AT, labels, 1, wideLoss, 1, 1, 4, n, -100);
        Rows.crossEntropyBack(wide(x), AT, labels, 1, wide(scale), 0, wideDx, AT, 1, 4, n, -100);
        for (int i = 0; i < 6; i++) {
            assertThat((double) loss[i]).isCloseTo(expectedLoss[i], within(3e-6));
            assertThat(wideLoss[i]).isCloseTo(i < 2 || i > 4 ? 0 : expectedLoss[i], within(1e-13));
        }
        assertThat(wideDx).containsExactly(expected, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10, 16, 21, 40})
    void largeAndInfiniteValues(int n) {
        float[] x = new float[4 * n], y = new float[4 * n];
        Arrays.fill(x, 0, n, 1e30f);
        Arrays.fill(x, n, 2 * n, -INF);
        Arrays.fill(x, 2 * n, 3 * n, -INF);
        x[2 * n + 1] = 5;
        Arrays.fill(x, 3 * n, 4 * n, 1);
        x[3 * n + 2] = Float.NaN;
        Rows.softmax(x, 0, y, 0, 0, 4, n);
        assertThat(y[0]).isCloseTo(1f / n, within(1e-7f));
        assertThat(Arrays.copyOfRange(y, n, 2 * n)).containsOnly(Float.NaN);
        assertThat(y[2 * n]).isZero();
        assertThat(y[2 * n + 1]).isOne();
        assertThat(Arrays.copyOfRange(y, 3 * n, 4 * n)).containsOnly(Float.NaN);
        Rows.logSoftmax(x, 0, y, 0, 0, 4, n);
        assertThat(y[n]).isNaN();
        assertThat(y[2 * n]).isEqualTo(-INF);
        assertThat(y[2 * n + 1]).isZero();
        var loss = new float[4];
        Rows.crossEntropy(x, 0, new long[] {0, 1, 1, 0}, 0, loss, 0, 0, 4, n, -100);
        assertThat(loss[0]).isCloseTo((float) Math.log(n), within(1e-6f));
        assertThat(loss[1]).isNaN();
        assertThat(loss[2]).isZero();
        assertThat(loss[3]).isNaN();
    }

    @Test
    void wrongLabelsAreNamed() {
        assertThatThrownBy(() ->
                        Rows.crossEntropy(new float[30], 0, new long[] {0, 1, 10}, 0, new float[3], 0, 0, 3, 10, -100))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("target 10 at index 2 is outside 0..9 (10 classes). Are the labels one-based?");
    }
}
