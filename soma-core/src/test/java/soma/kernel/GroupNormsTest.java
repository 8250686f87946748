package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupNormsTest {

    @ParameterizedTest
    @CsvSource({"1,1,1,1", "2,3,2,1", "2,2,3,7", "3,2,2,16", "1,4,1,17", "2,2,3,31", "2,1,5,33", "2,2,2,100"})
    void floatsAsDoubles(int images, int groups, int each, int size) {
        int channels = groups * each, rows = images * groups, total = images * channels * size;
        var rng = new Random(total);
        double[] x = random(rng, total), dy = random(rng, total), w = random(rng, channels), b = random(rng, channels);
        double[] y = new double[total], mean = new double[rows], rstd = new double[rows];
        double[] dx = new double[total], sums = new double[2 * images * channels];
        GroupNorms.forward(x, 0, w, 0, b, 0, y, mean, rstd, groups, each, size, 0, rows, 0.1);
        GroupNorms.back(x, 0, dy, 0, w, 0, mean, 0, rstd, 0, dx, sums, groups, each, size, 0, rows);

        int at = 3;
        float[] yf = new float[total], meanf = new float[rows], rstdf = new float[rows];
        float[] dxf = new float[total], sumsf = new float[2 * images * channels];
        int cut = rows / 2;
        for (int part = 0; part < 2; part++) {
            int lo = part == 0 ? 0 : cut, hi = part == 0 ? cut : rows;
            GroupNorms.forward(
                    floats(at, x),
                    at,
                    floats(0, w),
                    0,
                    floats(0, b),
                    0,
                    yf,
                    meanf,
                    rstdf,
                    groups,
                    each,
                    size,
                    lo,
                    hi,
                    0.1);
        }
        GroupNorms.back(
                floats(at, x),
                at,
                floats(at, dy),
                at,
                floats(0, w),
                0,
                meanf,
                0,
                rstdf,
                0,
                dxf,
                sumsf,
                groups,
                each,
                size,
                0,
                rows);
        close(yf, y);
        close(meanf, mean);
        close(rstdf, rstd);
        close(dxf, dx);
        close(sumsf, sums);
    }

    private static double[] random(Random rng, int n) {
        var a = new double[n];
        for (int i = 0; i < n; i++) {
            a[i] = (float) rng.nextGaussian();
        }
        return a;
    }

    private static float[] floats(int at, double[] a) {
        var f = new float[at + a.length];
        for (int i = 0; i < a.length; i++) {
            f[at + i] = (float) a[i];
        }
        return f;
    }

    private static void close(float[] got, double[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            assertThat((double) got[i]).isCloseTo(wanted[i], within(3e-5 * Math.max(1, Math.abs(wanted[i]))));
        }
    }
}
