package soma.kernel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is Winograd's own; that it convolves, {@link ConvTest} shows. */
class WinogradTest {

    private static final int VL = VectorGemm.VL;

    private static ConvShape square(int n, int ci, int co, int size, int kernel, int stride, int dilation) {
        return new ConvShape(
                n,
                ci,
                co,
                1,
                new int[] {size, size},
                new int[] {kernel, kernel},
                new int[] {stride, stride},
                new int[] {1, 1},
                new int[] {1, 1},
                new int[] {dilation, dilation});
    }

    private static boolean used(ConvShape s) {
        return s.forwardPlan().winograd != null;
    }

    @Test
    void isUsedWhereItPays() {
        assertThat(used(square(32, 64, 64, 32, 3, 1, 1))).isTrue();
        assertThat(used(square(32, 512, 512, 4, 3, 1, 1))).isTrue();
        assertThat(square(32, 64, 64, 32, 3, 1, 1).backwardPlan().winograd).isNotNull();
        var deep = new int[] {24, 24, 24};
        var three = new int[] {3, 3, 3};
        var one = new int[] {1, 1, 1};
        assertThat(used(new ConvShape(4, 16, 32, 1, deep, three, one, one, one, one)))
                .isTrue();
        assertThat(used(square(1, 64, 64, 8, 3, 1, 1))).as("little to do").isFalse();
        assertThat(used(square(32, 3, 64, 32, 3, 1, 1))).as("few channels").isFalse();
        assertThat(used(square(32, 64, 64, 32, 3, 2, 1))).as("stride").isFalse();
        assertThat(used(square(32, 64, 64, 32, 3, 1, 2))).as("dilation").isFalse();
        assertThat(used(square(32, 64, 64, 32, 5, 1, 1))).as("taps").isFalse();
        assertThat(used(square(8, 256, 256, 5, 3, 1, 1)))
                .as("tiles mostly beyond the image")
                .isFalse();
    }

    /** A tile of one image, by the definition: six by six pixels and three by three taps give four by four results. */
    @Test
    void transformsCorrelate() {
        var random = new Random(1);
        var x = normal(random, 36 * VL);
        var g = normal(random, 9 * VL);
        var v = two(WinogradAxis.INPUT, x, 6, 6);
        var u = two(WinogradAxis.WEIGHTS, g, 3, 6);
        var m = new float[36 * VL];
        for (int i = 0; i < m.length; i++) {
            m[i] = u[i] * v[i];
        }
        var y = two(WinogradAxis.OUTPUT, m, 6, 4);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                for (int lane = 0; lane < VL; lane++) {
                    double want = 0;
                    for (int r = 0; r < 9; r++) {
                        want += (double) x[((i + r / 3) * 6 + j + r % 3) * VL + lane] * g[r * VL + lane];
                    }
                    assertThat(y[(i * 4 + j) * VL + lane]).isCloseTo((float) want, within(3e-5f));
                }
            }
        }
    }

    /** The sum of y (T x) is that of (T* y) x. */
    @Test
    void gradientsAreAdjoint() {
        adjoint(WinogradAxis.OUTPUT, 6, 4, WinogradAxis.GRADIENT);
        adjoint(WinogradAxis.WEIGHTS, 3, 6, WinogradAxis.WEIGHT_GRADIENT);
    }

    private static void adjoint(WinogradAxis axis, int in, int out, WinogradAxis back) {
        var random = new Random(2);
        var x = normal(random, in * VL);
        var y = normal(random, out * VL);
        var tx = new float[out * VL];
        var ty = new float[in * VL];
        VectorWinograd.run(axis, x, 0, VL, 0, tx, 0, VL, 0, 1);
        VectorWinograd.run(back, y, 0, VL, 0, ty, 0, VL, 0, 1);
        for (int lane = 0; lane < VL; lane++) {
            double left = 0;
            double right = 0;
            for (int i = 0; i < out; i++) {
                left += (double) y[i * VL + lane] * tx[i * VL + lane];
            }
            for (int i = 0; i < in; i++) {
                right += (double) x[i * VL + lane] * ty[i * VL + lane];
            }
            assertThat(left).isCloseTo(right, Offset.offset(1e-5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void twinsAreTheSameBits(WinogradAxis axis) {
        var random = new Random(3);
        var x = normal(random, 5 * 7 * VL);
        var hot = new float[5 * 7 * VL];
        var plain = new float[5 * 7 * VL];
        VectorWinograd.hot(axis, x, 3, VL, 6 * VL, hot, 1, VL, 6 * VL, 5);
        for (int i = 0; i < 5; i++) {
            ScalarWinograd.run(axis, x, 3 + i * 6 * VL, VL, plain, 1 + i * 6 * VL, VL, VL);
        }
        assertThat(hot).isEqualTo(plain);
    }

    @Test
    void copiesAreTheSameBits() {
        var random = new Random(4);
        var x = normal(random, 400);
        var origin = random.ints(2 * VL, 0, 300).toArray();
        var hot = new float[20 * VL];
        var plain = new float[20 * VL];
        VectorWinograd.hotGather(x, 2, 11, origin, VL, 4, 5, hot);
        ScalarWinograd.gather(x, 2, 11, origin, VL, 4, 5, plain, VL);
        assertThat(hot).isEqualTo(plain);
        var lines = new float[1 + 4 * VL];
        VectorWinograd.hotInterleave(hot, VL, new float[4 * VL], lines, 1);
        for (int lane = 0; lane < VL; lane++) {
            for (int j = 0; j < 4; j++) {
                assertThat(lines[1 + 4 * lane + j]).isEqualTo(hot[(1 + j) * VL + lane]);
            }
        }
    }

    /** Rounding errors beside those of the direct way, both measured against sums in double. */
    @ParameterizedTest
    @CsvSource({"2, 128, 64, 16", "2, 101, 67, 15", "3, 101, 67, 15"}) // one panel with wide vectors, but for the last
    void roundsALittleMoreThanTheDirectWay(int images, int in, int out, int size) {
        var s = square(images, in, out, size, 3, 1, 1);
        assertThat(used(s)).isTrue();
        var random = new Random(5);
        var x = normal(random, s.inSize());
        var w = normal(random, s.weightSize());
        var dy = normal(random, s.outSize());
        var team = new Workers(1);
        var y = new float[dy.length];
        var dx = new float[x.length];
        var dw = new float[w.length];
        WinogradConv.run(team, plan(s), x, 0, w, 0, y, 0, Epilogue.NONE);
        WinogradConv.run(team, requireNonNull(s.backwardPlan().winograd), dy, 0, w, 0, dx, 0, Epilogue.NONE);
        WinogradWeight.run(team, plan(s), x, 0, dy, 0, dw, 0);
        var direct = new float[dy.length];
        var directData = new float[x.length];
        var directWeight = new float[w.length];
        ScalarConv.forward(team, s.forwardPlan(), x, 0, w, 0, direct, 0, Epilogue.NONE);
        ScalarConv.forward(team, s.backwardPlan(), dy, 0, w, 0, directData, 0, Epilogue.NONE);
        ScalarConv.backwardWeight(team, s.forwardPlan(), x, 0, dy, 0, directWeight, 0);
        var exact = new double[dy.length];
        var exactData = new double[x.length];
        var exactWeight = new double[w.length];
        ScalarConvDouble.forward(team, s.forwardPlan(), doubles(x), 0, doubles(w), 0, exact, 0, Epilogue.NONE);
        ScalarConvDouble.forward(team, s.backwardPlan(), doubles(dy), 0, doubles(w), 0, exactData, 0, Epilogue.NONE);
        ScalarConvDouble.backwardWeight(team, s.forwardPlan(), doubles(x), 0, doubles(dy), 0, exactWeight, 0);
        assertThat(error(y, exact)).isLessThan(10 * error(direct, exact)).isLessThan(2e-6);
        assertThat(error(dx, exactData))
                .isLessThan(10 * error(directData, exactData))
                .isLessThan(2e-6);
        assertThat(error(dw, exactWeight))
                .isLessThan(10 * error(directWeight, exactWeight))
                .isLessThan(2e-6);
    }

    private static WinogradPlan plan(ConvShape s) {
        return requireNonNull(s.forwardPlan().winograd);
    }

    /** Root of the mean squared error, over that of the values. */
    private static double error(float[] got, double[] exact) {
        double errors = 0;
        double values = 0;
        for (int i = 0; i < got.length; i++) {
            errors += (got[i] - exact[i]) * (got[i] - exact[i]);
            values += exact[i] * exact[i];
        }
        return Math.sqrt(errors / values);
    }

    private static float[] two(WinogradAxis axis, float[] x, int in, int out) {
        var half = new float[out * in * VL];
        var all = new float[out * out * VL];
        VectorWinograd.square(axis, x, 0, in * VL, VL, half, all, 0, out * VL, VL);
        return all;
    }

    private static float[] normal(Random random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static double[] doubles(float[] x) {
        var d = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            d[i] = x[i];
        }
        return d;
    }

    private static Offset<Float> within(float bound) {
        return Offset.offset(bound);
    }
}
