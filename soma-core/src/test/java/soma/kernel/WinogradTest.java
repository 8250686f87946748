package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is Winograd's own; that it convolves, {@link ConvTest} shows. */
class WinogradTest {

    private static final int VL = VectorGemm.VL;
    private static final Workers ONE = new Workers(1);
    private static final Workers TWO = new Workers(2);
    private static final Workers THREE = new Workers(3);

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
        return !s.forwardPlan().winograd.isEmpty();
    }

    @Test
    void isUsedWhereItPays() {
        assertThat(used(square(32, 64, 64, 32, 3, 1, 1))).isTrue();
        assertThat(used(square(32, 512, 512, 4, 3, 1, 1))).isTrue();
        assertThat(square(32, 64, 64, 32, 3, 1, 1).backwardPlan().winograd).hasSize(1);
        var deep = new int[] {24, 24, 24};
        var three = new int[] {3, 3, 3};
        var one = new int[] {1, 1, 1};
        assertThat(used(new ConvShape(4, 16, 32, 1, deep, three, one, one, one, one)))
                .isTrue();
        assertThat(used(square(8, 64, 64, 16, 5, 1, 1))).as("five taps").isTrue();
        assertThat(used(square(32, 64, 128, 32, 4, 2, 1)))
                .as("stride 2, four taps")
                .isTrue();
        assertThat(square(32, 64, 128, 32, 4, 2, 1).backwardPlan().winograd).hasSize(4);
        assertThat(used(square(1, 64, 64, 8, 3, 1, 1))).as("little to do").isFalse();
        assertThat(used(square(32, 3, 64, 32, 3, 1, 1))).as("few channels").isFalse();
        assertThat(used(square(32, 64, 64, 32, 3, 2, 1)))
                .as("groups of unlike taps")
                .isFalse();
        assertThat(used(square(32, 64, 64, 32, 3, 1, 2))).as("dilation").isFalse();
        assertThat(used(square(32, 64, 64, 32, 7, 1, 1))).as("taps").isFalse();
        assertThat(used(square(2, 256, 256, 2, 3, 1, 1)))
                .as("tiles mostly beyond the image")
                .isFalse();
    }

    static Stream<Arguments> axes() {
        return IntStream.rangeClosed(WinogradTransform.LEAST, WinogradTransform.MOST)
                .boxed()
                .flatMap(points -> IntStream.range(2, points).mapToObj(taps -> Arguments.of(points, taps)));
    }

    /** A tile of one image, by the definition: y[i] is the sum of x[i + r] g[r]. */
    @ParameterizedTest
    @MethodSource("axes")
    void transformsCorrelate(int points, int taps) {
        var random = new Random(1);
        int results = points - taps + 1;
        var x = normal(random, points * points * VL);
        var g = normal(random, taps * taps * VL);
        var v = two(WinogradTransform.input(points), x);
        var u = two(WinogradTransform.weights(points, taps), g);
        var m = new float[v.length];
        for (int i = 0; i < m.length; i++) {
            m[i] = u[i] * v[i];
        }
        var y = two(WinogradTransform.output(points, results), m);
        for (int i = 0; i < results; i++) {
            for (int j = 0; j < results; j++) {
                for (int lane = 0; lane < VL; lane++) {
                    double want = 0;
                    for (int r = 0; r < taps * taps; r++) {
                        int at = (i + r / taps) * points + j + r % taps;
                        want += (double) x[at * VL + lane] * g[r * VL + lane];
                    }
                    assertThat(y[(i * results + j) * VL + lane]).isCloseTo((float) want, within(5e-5f));
                }
            }
        }
    }

    /** The sum of y (T x) is that of (T* y) x. */
    @ParameterizedTest
    @MethodSource("axes")
    void gradientsAreAdjoint(int points, int taps) {
        int results = points - taps + 1;
        adjoint(WinogradTransform.output(points, results), WinogradTransform.gradient(points, results));
        adjoint(WinogradTransform.weights(points, taps), WinogradTransform.weightGradient(points, taps));
    }

    private static void adjoint(WinogradTransform axis, WinogradTransform back) {
        var random = new Random(2);
        var x = normal(random, axis.from() * VL);
        var y = normal(random, axis.to() * VL);
        var tx = new float[axis.to() * VL];
        var ty = new float[axis.from() * VL];
        VectorWinograd.run(axis, x, 0, VL, 0, tx, 0, VL, 0, 1);
        VectorWinograd.run(back, y, 0, VL, 0, ty, 0, VL, 0, 1);
        for (int lane = 0; lane < VL; lane++) {
            double left = 0;
            double right = 0;
            for (int i = 0; i < axis.to(); i++) {
                left += (double) y[i * VL + lane] * tx[i * VL + lane];
            }
            for (int i = 0; i < axis.from(); i++) {
                right += (double) x[i * VL + lane] * ty[i * VL + lane];
            }
            assertThat(left).isCloseTo(right, Offset.offset(1e-5));
        }
    }

    @ParameterizedTest
    @MethodSource("axes")
    void twinsAreTheSameBits(int points, int taps) {
        int results = points - taps + 1;
        twin(WinogradTransform.input(points));
        twin(WinogradTransform.output(points, results));
        twin(WinogradTransform.gradient(points, results));
        twin(WinogradTransform.weights(points, taps));
        twin(WinogradTransform.weightGradient(points, taps));
    }

    private static void twin(WinogradTransform axis) {
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
        VectorWinograd.hotGather(x, 2, 11, 2, origin, VL, 4, 5, hot);
        ScalarWinograd.gather(x, 2, 11, 2, origin, VL, 4, 5, plain, VL);
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
        check(s, new Random(5), true);
    }

    /** Kernels of one to five taps an axis, strides, one to three axes, ragged tiles and panels, whether or not they pay. */
    @RepeatedTest(60)
    void convolvesEveryShapeThatItTakes(RepetitionInfo turn) {
        var random = new Random(turn.getCurrentRepetition());
        int axes = 1 + random.nextInt(3);
        int[] kernel = new int[axes];
        int[] stride = new int[axes];
        int[] in = new int[axes];
        int[] low = new int[axes];
        int[] high = new int[axes];
        int[] ones = new int[axes];
        for (int a = 0; a < axes; a++) {
            stride[a] = axes == 3 && a == 0 ? 1 : 1 + random.nextInt(3);
            kernel[a] = stride[a] * (1 + random.nextInt(stride[a] == 3 ? 2 : 4)) + random.nextInt(2);
            in[a] = kernel[a] + random.nextInt(axes == 1 ? 150 : 14);
            low[a] = random.nextInt(3);
            high[a] = random.nextInt(3);
            ones[a] = 1;
        }
        int images = 1 + random.nextInt(3);
        var s = new ConvShape(
                images, 1 + random.nextInt(40), 1 + random.nextInt(40), 1, in, kernel, stride, low, high, ones);
        check(s, random, false);
    }

    /** One to five taps along the first of three axes, any chunks of it; several images, padding, strides of the others. */
    @RepeatedTest(40)
    void marchesAlongTheFirstOfThreeAxes(RepetitionInfo turn) {
        var random = new Random(100 + turn.getCurrentRepetition());
        int[] kernel = {1 + turn.getCurrentRepetition() % 5, 1 + random.nextInt(5), 1 + random.nextInt(5)};
        int[] stride = {1, 1, 1};
        int[] in = new int[3];
        int[] low = new int[3];
        int[] high = new int[3];
        for (int a = 0; a < 3; a++) {
            if (a > 0 && random.nextInt(4) == 0) {
                stride[a] = 2;
                kernel[a] = 2 * (1 + kernel[a] / 2);
            }
            in[a] = kernel[a] + random.nextInt(a == 0 ? 12 : 9);
            low[a] = random.nextInt(3);
            high[a] = random.nextInt(3);
        }
        int images = 1 + random.nextInt(4);
        var s = new ConvShape(
                images, 1 + random.nextInt(20), 1 + random.nextInt(30), 1, in, kernel, stride, low, high, new int[] {
                    1, 1, 1
                });
        check(s, random, false);
        anyMarchIsTheSameBits(WinogradPlan.parts(s.forwardPlan(), s), s.inSize(), s.weightSize(), s.outSize());
        anyMarchIsTheSameBits(WinogradPlan.parts(s.backwardPlan(), s), s.outSize(), s.weightSize(), s.inSize());
    }

    private static void anyMarchIsTheSameBits(List<WinogradPlan> plans, int from, int weights, int size) {
        if (plans.isEmpty()) {
            return;
        }
        var random = new Random(6);
        var x = normal(random, from);
        var w = normal(random, weights);
        var want = run(plans, x, w, size);
        for (int steps = 1; steps <= plans.getFirst().steps; steps++) {
            int each = steps;
            var parts = plans.stream().map(plan -> WinogradMarch.of(plan, each)).toList();
            for (var team : List.of(ONE, THREE)) {
                var y = new float[size];
                WinogradConv.march(team, parts, x, 0, w, 0, y, 0, Epilogue.NONE);
                assertThat(y).as("%d steps, %d threads", steps, team.threads()).isEqualTo(want);
            }
        }
    }

    /** As many panels as the threads can share, and no more planes than that takes. */
    @Test
    void marchesAsFarAsThreadsAllow() {
        var deep = new int[] {24, 24, 24};
        var three = new int[] {3, 3, 3};
        var one = new int[] {1, 1, 1};
        var plan = new ConvShape(4, 16, 32, 1, deep, three, one, one, one, one)
                .backwardPlan()
                .winograd
                .getFirst();
        for (int threads = 1; threads <= 8; threads *= 2) {
            var march = WinogradMarch.best(plan, threads);
            assertThat(march.steps()).as("%d threads", threads).isGreaterThan(1);
            assertThat(march.panels() * march.split(threads)).isGreaterThanOrEqualTo(threads);
        }
        var flat = square(32, 64, 64, 32, 3, 1, 1).forwardPlan().winograd.getFirst();
        assertThat(WinogradMarch.best(flat, 2)).isEqualTo(WinogradMarch.of(flat, 1));
    }

    private static void check(ConvShape s, Random random, boolean large) {
        var forward = WinogradPlan.parts(s.forwardPlan(), s);
        var backward = WinogradPlan.parts(s.backwardPlan(), s);
        var x = normal(random, s.inSize());
        var w = normal(random, s.weightSize());
        var dy = normal(random, s.outSize());
        if (!forward.isEmpty()) {
            var y = run(forward, x, w, dy.length);
            var dw = new float[w.length];
            WinogradWeight.run(TWO, forward.getFirst(), x, 0, dy, 0, dw, 0);
            var direct = new float[dy.length];
            var directWeight = new float[w.length];
            ScalarConv.forward(ONE, s.forwardPlan(), x, 0, w, 0, direct, 0, Epilogue.NONE);
            ScalarConv.backwardWeight(ONE, s.forwardPlan(), x, 0, dy, 0, directWeight, 0);
            var exact = new double[dy.length];
            var exactWeight = new double[w.length];
            ScalarConvDouble.forward(ONE, s.forwardPlan(), doubles(x), 0, doubles(w), 0, exact, 0, Epilogue.NONE);
            ScalarConvDouble.backwardWeight(ONE, s.forwardPlan(), doubles(x), 0, doubles(dy), 0, exactWeight, 0);
            compare(s, "forward", y, direct, exact, large);
            compare(s, "weights", dw, directWeight, exactWeight, large);
        }
        if (!backward.isEmpty()) {
            var dx = run(backward, dy, w, x.length);
            var direct = new float[x.length];
            ScalarConv.forward(ONE, s.backwardPlan(), dy, 0, w, 0, direct, 0, Epilogue.NONE);
            var exact = new double[x.length];
            ScalarConvDouble.forward(ONE, s.backwardPlan(), doubles(dy), 0, doubles(w), 0, exact, 0, Epilogue.NONE);
            compare(s, "data", dx, direct, exact, large);
        }
    }

    /** The result, the same bits on three threads, whose epilogue sees each number once, when it is there. */
    private static float[] run(List<WinogradPlan> plans, float[] x, float[] w, int size) {
        var y = new float[size];
        WinogradConv.run(ONE, plans, x, 0, w, 0, y, 0, Epilogue.NONE);
        var again = new float[size + 2];
        var seen = new float[size];
        WinogradConv.run(THREE, plans, x, 0, w, 0, again, 2, (from, to, scratch) -> {
            for (int i = from; i < to; i++) {
                seen[i] += again[2 + i];
            }
        });
        assertThat(Arrays.copyOfRange(again, 2, again.length)).isEqualTo(y);
        assertThat(seen).isEqualTo(y);
        return y;
    }

    private static void compare(ConvShape s, String what, float[] got, float[] direct, double[] exact, boolean large) {
        double bound = large ? 10 * error(direct, exact) : 5e-6;
        assertThat(error(got, exact)).as("%s, %s", what, s).isLessThan(bound).isLessThan(large ? 2e-6 : 5e-6);
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

    private static float[] two(WinogradTransform axis, float[] x) {
        var half = new float[axis.from() * axis.to() * VL];
        var all = new float[axis.to() * axis.to() * VL];
        VectorWinograd.both(axis, axis, x, 0, axis.from() * VL, VL, half, all, 0, axis.to() * VL, VL);
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
