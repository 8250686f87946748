package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolTest {

    private static final Workers TWO = new Workers(2);
    private static final List<Workers> TEAMS = List.of(new Workers(1), TWO, new Workers(3), new Workers(8));

    /** A case: the shape, and how to find the window of an output along an axis. */
    record Case(Pooling shape, int[] kernel, int[] stride, int[] low, int[] high, int[] dilation) {
        int axes() {
            return shape.in().length;
        }

        int start(int axis, int i) {
            return kernel.length == 0 ? i * shape.in()[axis] / shape.out()[axis] : i * stride[axis] - low[axis];
        }

        int taps(int axis, int i) {
            int in = shape.in()[axis];
            int out = shape.out()[axis];
            return kernel.length == 0 ? ((i + 1) * in + out - 1) / out - start(axis, i) : kernel[axis];
        }

        int dilation(int axis) {
            return kernel.length == 0 ? 1 : dilation[axis];
        }

        int high(int axis) {
            return kernel.length == 0 ? 0 : high[axis];
        }

        @Override
        public String toString() {
            return shape.toString();
        }
    }

    private static Case sliding(
            int planes, int[] in, int[] kernel, int[] stride, int[] low, int[] high, int[] dilation, boolean ceil) {
        int[] out = new int[in.length];
        for (int a = 0; a < in.length; a++) {
            int room = in[a] + low[a] + high[a] - dilation[a] * (kernel[a] - 1) - 1;
            out[a] = (ceil ? Math.ceilDiv(room, stride[a]) : room / stride[a]) + 1;
            if (ceil && (out[a] - 1) * stride[a] >= in[a] + low[a]) {
                out[a]--;
            }
        }
        return new Case(
                new PoolShape(planes, in, kernel, stride, low, high, dilation, out),
                kernel,
                stride,
                low,
                high,
                dilation);
    }

    private static Case adaptive(int planes, int[] in, int[] out) {
        return new Case(new AdaptiveShape(planes, in, out), new int[0], in, in, in, in);
    }

    private static int[] of(int... v) {
        return v;
    }

    static Stream<Case> cases() {
        var cases = new ArrayList<>(List.of(
                adaptive(7, of(13), of(5)),
                adaptive(3, of(7, 9), of(1, 1)),
                adaptive(3, of(7, 9), of(3, 4)),
                adaptive(3, of(3, 2), of(5, 7)),
                adaptive(70, of(28, 28), of(14, 14)),
                adaptive(2, of(5, 6, 7), of(2, 3, 3)),
                sliding(0, of(8, 8), of(2, 2), of(2, 2), of(0, 0), of(0, 0), of(1, 1), false),
                sliding(100, of(28, 28), of(2, 2), of(2, 2), of(0, 0), of(0, 0), of(1, 1), false),
                sliding(33, of(10, 10), of(2, 2), of(2, 2), of(0, 0), of(0, 0), of(1, 1), false)));
        for (int size : of(2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 66, 100)) {
            cases.add(sliding(3, of(5, size), of(2, 2), of(2, 2), of(0, 0), of(0, 0), of(1, 1), false));
            cases.add(sliding(3, of(6, size), of(2, 2), of(2, 2), of(0, 0), of(0, 0), of(1, 1), true));
        }
        var random = new Random(8);
        while (cases.size() < 200) {
            int axes = 1 + random.nextInt(3);
            int[][] a = new int[6][axes];
            for (int i = 0; i < axes; i++) {
                a[0][i] = 1 + random.nextInt(axes == 1 ? 60 : axes == 2 ? 24 : 10);
                a[1][i] = 1 + random.nextInt(4);
                a[2][i] = 1 + random.nextInt(3);
                a[3][i] = random.nextInt(a[1][i] / 2 + 1);
                a[4][i] = random.nextBoolean() ? a[3][i] : random.nextInt(a[1][i] / 2 + 1);
                a[5][i] = 1 + random.nextInt(random.nextBoolean() ? 1 : 3);
            }
            try {
                cases.add(sliding(1 + random.nextInt(5), a[0], a[1], a[2], a[3], a[4], a[5], random.nextBoolean()));
            } catch (IllegalArgumentException tooSmall) {
                assertThat(tooSmall).hasMessageStartingWith("pool:");
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheDefinition(Case c) {
        int inPlane = ConvAxes.product(c.shape.in());
        int outPlane = ConvAxes.product(c.shape.out());
        int planes = c.shape.planes();
        var random = new Random(2);
        int xo = 3;
        int yo = 2;
        var x = new float[xo + planes * inPlane];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(40) == 0 ? Float.NaN : random.nextInt(9) - 4; // many equals
        }
        var g = values(random, xo + planes * inPlane);
        var dy = values(random, yo + planes * outPlane);
        var y = new float[yo + planes * outPlane];
        var picked = new float[y.length];
        var mean = new float[y.length];
        var meanPadded = new float[y.length];
        var index = new long[y.length];
        var dx = filled(x.length);
        var dMean = filled(x.length);
        var dMeanPadded = filled(x.length);
        Pool.maxForward(TWO, c.shape, x, xo, y, yo);
        Pool.maxPick(TWO, c.shape, x, xo, g, xo, picked, yo);
        Pool.maxIndices(TWO, c.shape, x, xo, index, yo);
        Pool.maxBackward(TWO, c.shape, x, xo, dy, yo, dx, xo);
        Pool.avgForward(TWO, c.shape, false, g, xo, mean, yo);
        Pool.avgForward(TWO, c.shape, true, g, xo, meanPadded, yo);
        Pool.avgBackward(TWO, c.shape, false, dy, yo, dMean, xo);
        Pool.avgBackward(TWO, c.shape, true, dy, yo, dMeanPadded, xo);
        var wantDx = new double[x.length];
        var wantMean = new double[x.length];
        var wantMeanPadded = new double[x.length];
        for (int p = 0; p < planes; p++) {
            for (int o = 0; o < outPlane; o++) {
                var window = new Window(c, o);
                int best = -1;
                double sum = 0;
                for (int at : window.positions) {
                    float v = x[xo + p * inPlane + at];
                    if (best < 0 || v > x[xo + p * inPlane + best] || Float.isNaN(v)) {
                        best = at;
                    }
                    sum += g[xo + p * inPlane + at];
                }
                int i = yo + p * outPlane + o;
                assertThat(Float.compare(y[i], x[xo + p * inPlane + best])).isZero();
                assertThat(picked[i]).isEqualTo(g[xo + p * inPlane + best]);
                assertThat(index[i]).isEqualTo(best);
                assertThat((double) mean[i]).isCloseTo(sum / window.positions.size(), within(1e-5));
                assertThat((double) meanPadded[i]).isCloseTo(sum / window.padded, within(1e-5));
                wantDx[xo + p * inPlane + best] += dy[i];
                for (int at : window.positions) {
                    wantMean[xo + p * inPlane + at] += dy[i] / (double) window.positions.size();
                    wantMeanPadded[xo + p * inPlane + at] += dy[i] / (double) window.padded;
                }
            }
        }
        Arrays.fill(wantDx, 0, xo, 7);
        Arrays.fill(wantMean, 0, xo, 7);
        Arrays.fill(wantMeanPadded, 0, xo, 7);
        for (int i = 0; i < x.length; i++) {
            assertThat((double) dx[i]).isCloseTo(wantDx[i], within(1e-5));
            assertThat((double) dMean[i]).isCloseTo(wantMean[i], within(1e-5));
            assertThat((double) dMeanPadded[i]).isCloseTo(wantMeanPadded[i], within(1e-5));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void doublesAgreeAndThreadsDoNotMatter(Case c) {
        int planes = c.shape.planes();
        var random = new Random(6);
        var x = values(random, planes * ConvAxes.product(c.shape.in()));
        var dy = values(random, planes * ConvAxes.product(c.shape.out()));
        float[][] first = null;
        for (var team : TEAMS) {
            float[][] r = {new float[dy.length], new float[dy.length], new float[x.length], new float[x.length]};
            Pool.maxForward(team, c.shape, x, 0, r[0], 0);
            int[] seen = new int[dy.length];
            Pool.avgForward(team, c.shape, true, x, 0, r[1], 0, (lo, hi, scratch) -> {
                for (int i = lo; i < hi; i++) {
                    seen[i]++;
                }
            });
            Pool.maxBackward(team, c.shape, x, 0, dy, 0, r[2], 0);
            Pool.avgBackward(team, c.shape, true, dy, 0, r[3], 0);
            assertThat(Arrays.stream(seen).allMatch(n -> n == 1)).isTrue();
            if (first == null) {
                first = r;
            }
            for (int i = 0; i < r.length; i++) {
                assertThat(r[i]).isEqualTo(first[i]);
            }
        }
        var xd = doubles(x);
        var dyd = doubles(dy);
        double[][] d = {new double[dy.length], new double[dy.length], new double[x.length], new double[x.length]};
        Pool.maxForward(TWO, c.shape, xd, 0, d[0], 0);
        Pool.avgForward(TWO, c.shape, true, xd, 0, d[1], 0);
        Pool.maxBackward(TWO, c.shape, xd, 0, dyd, 0, d[2], 0);
        Pool.avgBackward(TWO, c.shape, true, dyd, 0, d[3], 0);
        for (int i = 0; i < d.length && first != null; i++) {
            assertThat(doubles(first[i])).containsExactly(d[i], within(1e-5));
        }
        var g = new double[x.length];
        Arrays.setAll(g, i -> random.nextGaussian());
        var picked = new double[dy.length];
        Pool.maxPick(TWO, c.shape, xd, 0, g, 0, picked, 0);
        assertThat(dot(picked, dyd)).isCloseTo(dot(g, d[2]), within(1e-9));
        assertThat(dot(d[1], dyd)).isCloseTo(dot(xd, d[3]), within(1e-9));
    }

    @Test
    void scalarTwinsAgree() {
        for (int width : of(2, 5, 28, 33, 70)) {
            var shape = sliding(5, of(7, width), of(2, 2), of(2, 2), of(0, 0), of(0, 0), of(1, 1), false)
                    .shape();
            var w = ((PoolShape) shape).windows();
            var random = new Random(width);
            var x = values(random, 5 * 7 * width);
            var dy = values(random, 5 * w.outPlane);
            float[][] want = {new float[dy.length], new float[dy.length], filled(x.length), filled(x.length)};
            ScalarPool.maxForward(w, 0, 5, x, 0, want[0], 0);
            ScalarPool.avgForward(w, 0, 5, false, x, 0, want[1], 0);
            ScalarPool.maxBackward(w, 0, 5, x, 0, dy, 0, want[2], 0);
            ScalarPool.avgBackward(w, 0, 5, false, dy, 0, want[3], 0);
            float[][] got = {new float[dy.length], new float[dy.length], filled(x.length), filled(x.length)};
            Pool.maxForward(TWO, shape, x, 0, got[0], 0);
            Pool.avgForward(TWO, shape, false, x, 0, got[1], 0);
            Pool.maxBackward(TWO, shape, x, 0, dy, 0, got[2], 0);
            Pool.avgBackward(TWO, shape, false, dy, 0, got[3], 0);
            for (int i = 0; i < 4; i++) {
                assertThat(doubles(got[i])).containsExactly(doubles(want[i]), within(1e-6));
            }
        }
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> sliding(1, of(3), of(2), of(1), of(3), of(0), of(1), false))
                .hasMessageContaining("window 0 of axis 0 meets only padding");
        assertThatThrownBy(() -> new AdaptiveShape(1, of(3, 0), of(1, 1))).hasMessageContaining("input size [3, 0]");
        var shape = adaptive(2, of(4, 4), of(2, 2)).shape();
        assertThatThrownBy(() -> Pool.maxForward(TWO, shape, new float[31], 0, new float[8], 0))
                .hasMessageContaining("needs 32");
    }

    private static final class Window {
        final List<Integer> positions = new ArrayList<>();
        int padded;

        Window(Case c, int out) {
            walk(c, out, 0, 0, true);
        }

        private void walk(Case c, int out, int axis, int at, boolean inside) {
            if (axis == c.axes()) {
                padded++;
                if (inside) {
                    positions.add(at);
                }
                return;
            }
            int rest = 1;
            for (int a = axis + 1; a < c.axes(); a++) {
                rest *= c.shape.out()[a];
            }
            int i = out / rest % c.shape.out()[axis];
            int in = c.shape.in()[axis];
            for (int r = 0; r < c.taps(axis, i); r++) {
                int p = c.start(axis, i) + r * c.dilation(axis);
                if (p < in + c.high(axis)) {
                    walk(c, out, axis + 1, at * in + p, inside && p >= 0 && p < in);
                }
            }
        }
    }

    private static float[] values(Random random, int n) {
        var a = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = (float) random.nextGaussian();
        }
        return a;
    }

    private static float[] filled(int n) {
        var a = new float[n];
        Arrays.fill(a, 7f);
        return a;
    }

    private static double[] doubles(float[] a) {
        var d = new double[a.length];
        Arrays.setAll(d, i -> a[i]);
        return d;
    }

    private static double dot(double[] a, double[] b) {
        double s = 0;
        for (int i = 0; i < a.length; i++) {
            s += a[i] * b[i];
        }
        return s;
    }
}
