package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Floats against the double twin, and the double twin against formulas and central differences. */
class NormsTest {

    private static final float[] NONE = {};
    private static final double[] NO = {};
    private static final double EPS = 1e-5;

    private static double[] random(int seed, int n) {
        var rng = new Random(seed);
        var a = new double[n];
        for (int i = 0; i < n; i++) {
            a[i] = (float) (2 + rng.nextGaussian());
        }
        return a;
    }

    private static float[] floats(double[] a) {
        var f = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            f[i] = (float) a[i];
        }
        return f;
    }

    private static void close(float[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("element %d", i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 13, 15, 16, 17, 31, 33, 64, 100, 1021})
    void layerNormInFloats(int n) {
        int rows = 4;
        double[] x = random(1, rows * n), w = random(2, n), b = random(3, n), dy = random(4, rows * n);
        double[] y = new double[rows * n], mean = new double[rows], rstd = new double[rows];
        float[] yf = new float[rows * n], meanf = new float[rows], rstdf = new float[rows];
        for (int absent = 0; absent < 4; absent++) {
            double[] w2 = (absent & 1) != 0 ? NO : w, b2 = (absent & 2) != 0 ? NO : b;
            Norms.layerNorm(x, 0, w2, 0, b2, 0, y, 0, mean, 0, rstd, 0, 1, rows, n, EPS);
            Norms.layerNorm(floats(x), 0, floats(w2), 0, floats(b2), 0, yf, 0, meanf, 0, rstdf, 0, 1, rows, n, EPS);
            close(yf, y, n == 1 ? 1e-4 : 1e-5);
            close(meanf, mean, 1e-6);
            close(rstdf, rstd, 1e-5);
            var inPlace = floats(x);
            Norms.layerNorm(inPlace, 0, floats(w2), 0, floats(b2), 0, inPlace, 0, meanf, 0, rstdf, 0, 1, rows, n, EPS);
            for (int i = n; i < rows * n; i++) {
                assertThat(inPlace[i]).isEqualTo(yf[i]);
            }
        }
        double[] dx = new double[rows * n], dw = random(5, n), db = random(6, n);
        float[] dxf = new float[rows * n], dwf = floats(dw), dbf = floats(db);
        Norms.layerNormBack(x, 0, dy, 0, w, 0, mean, 0, rstd, 0, dx, 0, dw, 0, db, 0, 1, rows, n);
        Norms.layerNormBack(
                floats(x), 0, floats(dy), 0, floats(w), 0, meanf, 0, rstdf, 0, dxf, 0, dwf, 0, dbf, 0, 1, rows, n);
        close(dwf, dw, 1e-5);
        close(dbf, db, 1e-5);
        close(dxf, dx, n == 1 ? 1e-2 : 2e-5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 16, 17, 33, 100, 1021})
    void rmsNormInFloats(int n) {
        int rows = 3;
        double[] x = random(1, rows * n), w = random(2, n), dy = random(4, rows * n);
        double[] y = new double[rows * n], rstd = new double[rows], dx = new double[rows * n], dw = random(5, n);
        float[] yf = new float[rows * n], rstdf = new float[rows], dxf = new float[rows * n], dwf = floats(dw);
        Norms.rmsNorm(x, 0, w, 0, y, 0, rstd, 0, 0, rows, n, EPS);
        Norms.rmsNorm(floats(x), 0, floats(w), 0, yf, 0, rstdf, 0, 0, rows, n, EPS);
        close(yf, y, 1e-5);
        Norms.rmsNormBack(x, 0, dy, 0, w, 0, rstd, 0, dx, 0, dw, 0, 0, rows, n);
        Norms.rmsNormBack(floats(x), 0, floats(dy), 0, floats(w), 0, rstdf, 0, dxf, 0, dwf, 0, 0, rows, n);
        close(dxf, dx, 1e-4);
        close(dwf, dw, 1e-5);
        Norms.rmsNorm(x, 0, NO, 0, y, 0, rstd, 0, 0, rows, n, EPS);
        Norms.rmsNorm(floats(x), 0, NONE, 0, yf, 0, rstdf, 0, 0, rows, n, EPS);
        close(yf, y, 1e-5);
    }

    @Test
    void gradientsMatchDifferences() {
        int rows = 2, n = 5;
        double[] x = random(1, rows * n), w = random(2, n), b = random(3, n), dy = random(4, rows * n);
        double[] y = new double[rows * n], mean = new double[rows], rstd = new double[rows];
        double[] dx = new double[rows * n], dw = new double[n], db = new double[n];
        Norms.layerNorm(x, 0, w, 0, b, 0, y, 0, mean, 0, rstd, 0, 0, rows, n, EPS);
        Norms.layerNormBack(x, 0, dy, 0, w, 0, mean, 0, rstd, 0, dx, 0, dw, 0, db, 0, 0, rows, n);
        double[] rms = new double[rows], rdx = new double[rows * n];
        Norms.rmsNorm(x, 0, w, 0, y, 0, rms, 0, 0, rows, n, EPS);
        Norms.rmsNormBack(x, 0, dy, 0, w, 0, rms, 0, rdx, 0, new double[n], 0, 0, rows, n);
        for (int i = 0; i < rows * n; i++) {
            double[] slope = new double[2];
            for (int sign = -1; sign <= 1; sign += 2) {
                var moved = x.clone();
                moved[i] += sign * 1e-5;
                Norms.layerNorm(moved, 0, w, 0, b, 0, y, 0, mean, 0, rstd, 0, 0, rows, n, EPS);
                slope[0] += sign * dot(y, dy) / 2e-5;
                Norms.rmsNorm(moved, 0, w, 0, y, 0, rms, 0, 0, rows, n, EPS);
                slope[1] += sign * dot(y, dy) / 2e-5;
            }
            assertThat(dx[i]).isCloseTo(slope[0], within(1e-7));
            assertThat(rdx[i]).isCloseTo(slope[1], within(1e-7));
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({
        "4,3,1",
        "5,16,1",
        "5,37,1",
        "3,2,4",
        "3,9,4",
        "3,21,9",
        "2,3,16",
        "2,3,17",
        "3,5,49",
        "2,2,100",
        "1,3,1021"
    })
    void batchNorm(int images, int channels, int size) {
        int total = images * channels * size, c0 = channels / 2;
        double[] x = random(1, total), dy = random(2, total), w = random(3, channels), b = random(4, channels);
        double[] mean = new double[channels], var = new double[channels];
        for (int c = c0; c < channels; c++) {
            for (int pass = 0; pass < 2; pass++) {
                for (int k = 0; k < images; k++) {
                    for (int i = 0; i < size; i++) {
                        double v = x[(k * channels + c) * size + i];
                        if (pass == 0) {
                            mean[c] += v / (images * size);
                        } else {
                            var[c] += (v - mean[c]) * (v - mean[c]) / (images * size);
                        }
                    }
                }
            }
        }
        float[] meanf = new float[channels], varf = new float[channels];
        BatchNorms.stats(floats(x), 0, meanf, 0, varf, 0, images, channels, size, c0, channels);
        close(meanf, mean, 1e-6);
        close(varf, var, 2e-6);
        double[] mean2 = new double[channels], var2 = new double[channels];
        BatchNorms.stats(x, 0, mean2, 0, var2, 0, images, channels, size, c0, channels);
        assertThat(mean2).containsExactly(mean, within(1e-12));
        assertThat(var2).containsExactly(var, within(1e-12));

        BatchNorms.stats(x, 0, mean, 0, var, 0, images, channels, size, 0, channels);
        var rstd = new double[channels];
        for (int c = 0; c < channels; c++) {
            rstd[c] = 1 / Math.sqrt(var[c] + EPS);
        }
        double[] y = new double[total], dx = new double[total], sum = new double[channels], sumX = new double[channels];
        float[] yf = new float[total], dxf = new float[total], sumf = new float[channels], sumXf = new float[channels];
        BatchNorms.forward(x, 0, mean, 0, rstd, 0, w, 0, b, 0, y, 0, channels, size, 1, images);
        BatchNorms.forward(
                floats(x),
                0,
                floats(mean),
                0,
                floats(rstd),
                0,
                floats(w),
                0,
                floats(b),
                0,
                yf,
                0,
                channels,
                size,
                1,
                images);
        close(yf, y, 1e-5);
        BatchNorms.sums(x, 0, dy, 0, mean, 0, rstd, 0, sum, 0, sumX, 0, images, channels, size, c0, channels);
        BatchNorms.sums(
                floats(x),
                0,
                floats(dy),
                0,
                floats(mean),
                0,
                floats(rstd),
                0,
                sumf,
                0,
                sumXf,
                0,
                images,
                channels,
                size,
                c0,
                channels);
        close(sumf, sum, 1e-5);
        close(sumXf, sumX, 2e-5 * Math.sqrt(images * size));
        BatchNorms.back(x, 0, dy, 0, mean, 0, rstd, 0, w, 0, sum, 0, sumX, 0, dx, 0, images, channels, size, 0, images);
        BatchNorms.back(
                floats(x),
                0,
                floats(dy),
                0,
                floats(mean),
                0,
                floats(rstd),
                0,
                floats(w),
                0,
                floats(sum),
                0,
                floats(sumX),
                0,
                dxf,
                0,
                images,
                channels,
                size,
                0,
                images);
        close(dxf, dx, 2e-5);
    }

    @Test
    void batchGradientMatchesDifferences() {
        int images = 3, channels = 2, size = 2, total = images * channels * size;
        double[] x = random(1, total), dy = random(2, total), w = random(3, channels), b = random(4, channels);
        double[] dx = new double[total];
        batchLoss(x, dy, w, b, images, channels, size, dx);
        for (int i = 0; i < total; i++) {
            double[] up = x.clone(), down = x.clone();
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double slope = (batchLoss(up, dy, w, b, images, channels, size, NO)
                            - batchLoss(down, dy, w, b, images, channels, size, NO))
                    / 2e-5;
            assertThat(dx[i]).isCloseTo(slope, within(1e-6));
        }
    }

    private static double batchLoss(
            double[] x, double[] dy, double[] w, double[] b, int images, int channels, int size, double[] dx) {
        double[] mean = new double[channels], rstd = new double[channels], y = new double[x.length];
        BatchNorms.stats(x, 0, mean, 0, rstd, 0, images, channels, size, 0, channels);
        for (int c = 0; c < channels; c++) {
            rstd[c] = 1 / Math.sqrt(rstd[c] + EPS);
        }
        BatchNorms.forward(x, 0, mean, 0, rstd, 0, w, 0, b, 0, y, 0, channels, size, 0, images);
        if (dx.length > 0) {
            double[] sum = new double[channels], sumX = new double[channels];
            BatchNorms.sums(x, 0, dy, 0, mean, 0, rstd, 0, sum, 0, sumX, 0, images, channels, size, 0, channels);
            BatchNorms.back(
                    x, 0, dy, 0, mean, 0, rstd, 0, w, 0, sum, 0, sumX, 0, dx, 0, images, channels, size, 0, images);
        }
        return dot(y, dy);
    }

    @Test
    void varianceOfAFarAwayCloud() {
        int n = 400;
        var x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = 4096 + i % 2;
        }
        float[] mean = new float[1], var = new float[1];
        BatchNorms.stats(x, 0, mean, 0, var, 0, 4, 1, 100, 0, 1);
        assertThat(mean[0]).isEqualTo(4096.5f);
        assertThat(var[0]).isCloseTo(0.25f, within(1e-6f));
    }
}
