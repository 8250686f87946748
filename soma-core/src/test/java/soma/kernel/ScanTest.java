package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,7,1", "3,5,4", "2,3,300", "1,0,2", "2,100,17", "5,31,1", "9,33,1", "1,64,1", "2,9,513"})
    void againstPlainLoops(int outer, int n, int inner) {
        int total = outer * n * inner;
        var rng = new Random(1);
        double[] x = new double[total], sum = new double[total], prod = new double[total];
        double[] max = new double[total], log = new double[total];
        float[] xf = new float[total];
        long[] xl = new long[total];
        for (int i = 0; i < total; i++) {
            xf[i] = (float) rng.nextGaussian();
            x[i] = xf[i];
            xl[i] = rng.nextInt(-9, 10);
        }
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                for (int k = 0; k < n; k++) {
                    int at = (o * n + k) * inner + i, before = at - inner;
                    sum[at] = x[at] + (k == 0 ? 0 : sum[before]);
                    prod[at] = x[at] * (k == 0 ? 1 : prod[before]);
                    max[at] = Math.max(x[at], k == 0 ? -INF : max[before]);
                    log[at] = Math.log(Math.exp(x[at]) + (k == 0 ? 0 : Math.exp(log[before])));
                }
            }
        }
        int strips = Scan.strips(outer, inner);
        double[] y = new double[total];
        float[] yf = new float[total];
        Scan.cumsum(x, 0, y, 0, 0, strips, n, inner);
        assertThat(y).containsExactly(sum, within(1e-13));
        Scan.cumsum(xf, 0, yf, 0, 0, strips, n, inner);
        assertThat(yf).containsExactly(floats(sum), within(1e-6f));
        Scan.cumprod(x, 0, y, 0, 0, strips, n, inner);
        assertThat(y).containsExactly(prod, within(1e-13));
        Scan.cumprod(xf, 0, yf, 0, 0, strips, n, inner);
        assertThat(yf).containsExactly(floats(prod), within(1e-6f));
        Scan.logcumsumexp(x, 0, y, 0, 0, outer, n, inner);
        assertThat(y).containsExactly(log, within(1e-12));
        Scan.logcumsumexp(xf, 0, yf, 0, 0, outer, n, inner);
        assertThat(yf).containsExactly(floats(log), within(1e-6f));
        var place = new long[total];
        Scan.cummax(xf, 0, yf, 0, place, 0, 0, outer, n, inner);
        assertThat(yf).isEqualTo(floats(max));
        for (int at = 0; at < total; at++) {
            int o = at / (n * inner), i = at % inner;
            assertThat(xf[(o * n + (int) place[at]) * inner + i]).isEqualTo(yf[at]);
        }
        for (int i = 0; i < total; i++) {
            xf[i] = -xf[i];
        }
        Scan.cummin(xf, 0, xf, 0, new long[0], 0, 0, outer, n, inner);
        for (int i = 0; i < total; i++) {
            assertThat((double) xf[i]).isEqualTo(-max[i]);
        }
        long[] yl = new long[total];
        Scan.cumsum(xl, 0, yl, 0, 0, strips, n, inner);
        for (int at = 0; at < total; at++) {
            assertThat(yl[at]).isEqualTo(xl[at] + (at / inner % n == 0 ? 0 : yl[at - inner]));
        }
    }

    private static float[] floats(double[] a) {
        var f = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            f[i] = (float) a[i];
        }
        return f;
    }

    @Test
    void specialValues() {
        var y = new double[4];
        var place = new long[4];
        Scan.cummax(new double[] {1, 1, Double.NaN, 5}, 0, y, 0, place, 0, 0, 1, 4, 1);
        assertThat(y).containsExactly(1, 1, Double.NaN, Double.NaN);
        assertThat(place).containsExactly(0, 1, 2, 2);
        Scan.logcumsumexp(new double[] {-INF, -INF, 1000, 1000}, 0, y, 0, 0, 1, 4, 1);
        assertThat(y).containsExactly(-INF, -INF, 1000, 1000 + Math.log(2));
        Scan.cumprod(new long[] {2, 3, -4}, 0, place, 0, 0, 1, 3, 1);
        assertThat(place).startsWith(2, 6, -24);
    }

    /** A vector's worth of numbers is summed at once, but what stands behind a place must not be seen before it. */
    @Test
    void infinitiesAndNanAtEveryPlace() {
        int n = 71;
        for (float special : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}) {
            for (int at = 0; at < n; at++) {
                for (int other = at; other < n; other += 5) {
                    float[] x = new float[2 * n], y = new float[2 * n], expected = new float[2 * n];
                    java.util.Arrays.fill(x, -0.0f);
                    x[n + at] = special;
                    x[n + other] = at == other ? special : -special;
                    Scan.cumsum(x, 0, y, 0, 0, 2, n, 1);
                    double sum = 0;
                    for (int k = 0; k < n; k++) {
                        sum += x[n + k];
                        expected[n + k] = (float) sum;
                    }
                    assertThat(y).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void theLargestNumbersDoNotOverflowOnTheWay() {
        int n = 64;
        float[] x = new float[n], y = new float[n];
        double[] xd = new double[n], yd = new double[n];
        for (int k = 0; k < n; k++) {
            x[k] = k == 0 ? -Float.MAX_VALUE : k < 3 ? Float.MAX_VALUE : 0;
            xd[k] = k == 0 ? -Double.MAX_VALUE : k < 3 ? Double.MAX_VALUE : 0;
        }
        Scan.cumsum(x, 0, y, 0, 0, 1, n, 1);
        Scan.cumsum(xd, 0, yd, 0, 0, 1, n, 1);
        for (int k = 2; k < n; k++) {
            assertThat(y[k]).isEqualTo(Float.MAX_VALUE);
            assertThat(yd[k]).isEqualTo(Double.MAX_VALUE);
        }
    }

    @ParameterizedTest
    @CsvSource({"3,40,1", "2,7,600", "1,9,256", "3,5,2"})
    void piecesOfWorkMeetAndGiveTheSameBits(int outer, int n, int inner) {
        int total = outer * n * inner;
        var rng = new Random(n);
        var x = new float[total];
        for (int i = 0; i < total; i++) {
            x[i] = (float) rng.nextGaussian();
        }
        int strips = Scan.strips(outer, inner);
        assertThat(strips * Scan.stripSize(n, inner)).isGreaterThanOrEqualTo(total);
        float[] sums = new float[total],
                products = new float[total],
                some = new float[total],
                others = new float[total];
        Scan.cumsum(x, 0, sums, 0, 0, strips, n, inner);
        Scan.cumprod(x, 0, products, 0, 0, strips, n, inner);
        for (int u = 0; u < strips; u++) {
            Scan.cumsum(x, 0, some, 0, u, u + 1, n, inner);
            Scan.cumprod(x, 0, others, 0, u, u + 1, n, inner);
        }
        assertThat(some).isEqualTo(sums);
        assertThat(others).isEqualTo(products);
        Scan.cumsum(x, 0, x, 0, 0, strips, n, inner);
        assertThat(x).isEqualTo(sums);
    }

    @Test
    void aLongSumOfFloatsIsAddedInDouble() {
        int n = 1 << 20;
        float[] x = new float[n], y = new float[n];
        java.util.Arrays.fill(x, 0.1f);
        Scan.cumsum(x, 0, y, 0, 0, 1, n, 1);
        assertThat(y[n - 1]).isEqualTo((float) (n * (double) 0.1f));
    }

    @ParameterizedTest
    @CsvSource({"1", "5", "4096", "20480", "20481", "30000"})
    void runningSumsByPieces(int n) {
        int pieces = Math.ceilDiv(n, Scan.PIECE);
        var rng = new Random(n);
        var x = new float[n + 2];
        var sums = new double[pieces];
        for (int i = 0; i < n; i++) {
            x[2 + i] = rng.nextInt(-9, 10);
        }
        Scan.pieceSums(x, 2, n, sums, 0, pieces);
        double before = 0;
        for (int p = 0; p < pieces; p++) {
            double own = sums[p];
            sums[p] = before;
            before += own;
        }
        float[] y = new float[n + 1], expected = new float[n];
        Scan.cumsumPieces(x, 2, y, 1, n, sums, 0, pieces);
        Scan.cumsum(x, 2, expected, 0, 0, 1, n, 1);
        assertThat(java.util.Arrays.copyOfRange(y, 1, n + 1)).isEqualTo(expected);
    }
}
