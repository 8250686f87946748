package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvTest {

    private static final Path SOURCES = Path.of("src/main/java/soma/kernel");
    private static final Workers TWO = new Workers(2);
    private static final List<Workers> TEAMS = List.of(new Workers(1), TWO, new Workers(3), new Workers(8));

    private static ConvShape flat(
            int n, int ci, int co, int groups, int size, int kernel, int stride, int pad, int dilation) {
        return new ConvShape(
                n,
                ci,
                co,
                groups,
                new int[] {size, size},
                new int[] {kernel, kernel},
                new int[] {stride, stride},
                new int[] {pad, pad},
                new int[] {pad, pad},
                new int[] {dilation, dilation});
    }

    static Stream<ConvShape> shapes() {
        var shapes = new ArrayList<ConvShape>(List.of(
                flat(5, 1, 6, 1, 28, 5, 1, 2, 1),
                flat(9, 6, 16, 1, 14, 5, 1, 0, 1),
                flat(2, 16, 24, 1, 32, 3, 1, 1, 1),
                flat(3, 40, 26, 1, 8, 3, 1, 1, 1),
                flat(20, 64, 40, 1, 4, 3, 1, 1, 1),
                flat(3, 70, 13, 1, 7, 3, 1, 1, 1),
                flat(2, 5, 30, 1, 33, 3, 2, 1, 1),
                flat(2, 3, 8, 1, 37, 7, 2, 3, 1),
                flat(2, 12, 9, 1, 20, 1, 1, 0, 1),
                flat(2, 12, 9, 1, 19, 1, 2, 0, 1),
                flat(2, 12, 9, 1, 19, 1, 3, 1, 1),
                flat(2, 8, 8, 8, 32, 3, 1, 1, 1),
                flat(2, 8, 8, 8, 14, 3, 1, 1, 1),
                flat(3, 5, 5, 5, 41, 3, 1, 1, 1),
                flat(2, 3, 3, 3, 150, 3, 1, 1, 2),
                flat(3, 4, 4, 4, 67, 3, 2, 0, 1),
                flat(1, 3, 3, 3, 20, 3, 1, 0, 1),
                flat(2, 8, 16, 8, 15, 3, 2, 1, 1),
                flat(2, 12, 8, 4, 17, 3, 1, 2, 2),
                flat(1, 4, 4, 1, 21, 3, 2, 2, 3),
                flat(1, 7, 5, 1, 6, 6, 1, 0, 1),
                flat(1, 3, 17, 1, 70, 3, 1, 1, 1),
                flat(0, 3, 4, 1, 8, 3, 1, 1, 1),
                flat(0, 3, 20, 1, 8, 3, 1, 1, 1),
                flat(3, 70, 40, 1, 5, 3, 1, 1, 1),
                flat(40, 33, 33, 1, 3, 3, 1, 1, 1),
                flat(2, 64, 64, 1, 32, 3, 2, 1, 1),
                // large enough for Winograd's way: odd sizes and channels, ragged panels, rows longer than a panel
                flat(3, 40, 52, 1, 13, 3, 1, 1, 1),
                flat(1, 130, 70, 1, 16, 3, 1, 1, 1),
                flat(1, 66, 80, 1, 24, 3, 1, 0, 1),
                flat(33, 100, 61, 1, 4, 3, 1, 1, 1),
                flat(1, 33, 35, 1, 43, 3, 1, 2, 1),
                new ConvShape(
                        2,
                        48,
                        37,
                        1,
                        new int[] {7, 139},
                        new int[] {3, 3},
                        new int[] {1, 1},
                        new int[] {2, 0},
                        new int[] {0, 1},
                        new int[] {1, 1}),
                new ConvShape(
                        2,
                        20,
                        33,
                        1,
                        new int[] {5, 13, 12},
                        new int[] {3, 3, 3},
                        new int[] {1, 1, 1},
                        new int[] {1, 0, 2},
                        new int[] {0, 1, 1},
                        new int[] {1, 1, 1}),
                new ConvShape(
                        1,
                        36,
                        40,
                        1,
                        new int[] {6, 16, 9},
                        new int[] {2, 3, 3},
                        new int[] {1, 1, 1},
                        new int[] {2, 1, 1},
                        new int[] {1, 1, 1},
                        new int[] {1, 1, 1}),
                // weight gradients with both sides transposed: pointwise, short rows, one row
                flat(3, 32, 20, 1, 9, 1, 1, 0, 1),
                flat(2, 62, 34, 2, 12, 1, 1, 0, 1),
                flat(5, 48, 19, 1, 4, 3, 1, 1, 1),
                new ConvShape(
                        3,
                        31,
                        18,
                        1,
                        new int[] {45},
                        new int[] {5},
                        new int[] {1},
                        new int[] {2},
                        new int[] {1},
                        new int[] {2}),
                // images in the lanes: whole vectors of them, a last unit that is not full, padding, stride, groups,
                // three axes
                flat(16, 6, 16, 1, 14, 5, 1, 0, 1),
                flat(31, 12, 21, 1, 7, 3, 1, 1, 1),
                flat(15, 14, 5, 1, 10, 3, 1, 2, 2),
                flat(32, 12, 17, 1, 17, 3, 2, 1, 1),
                flat(14, 26, 30, 2, 9, 3, 1, 1, 1),
                flat(16, 4, 40, 1, 4, 5, 1, 2, 1),
                flat(16, 110, 9, 1, 4, 1, 1, 0, 1),
                new ConvShape(
                        30,
                        5,
                        18,
                        1,
                        new int[] {4, 5, 6},
                        new int[] {3, 3, 3},
                        new int[] {1, 1, 1},
                        new int[] {1, 1, 0},
                        new int[] {1, 0, 1},
                        new int[] {1, 1, 1}),
                new ConvShape(
                        16,
                        40,
                        20,
                        1,
                        new int[] {21},
                        new int[] {4},
                        new int[] {1},
                        new int[] {1},
                        new int[] {1},
                        new int[] {1}),
                // pointwise panels side by side, of large planes; weights that are too few to pack patches for
                flat(2, 70, 150, 1, 34, 1, 1, 0, 1),
                flat(1, 300, 40, 1, 33, 1, 1, 0, 1),
                flat(2, 20, 40, 1, 36, 1, 1, 0, 1),
                flat(2, 3, 64, 1, 32, 3, 1, 1, 1),
                flat(2, 16, 40, 1, 33, 3, 2, 1, 1),
                // two units of rows, the second one lower but as many vectors long
                new ConvShape(
                        12,
                        2,
                        4,
                        2,
                        new int[] {36, 8},
                        new int[] {3, 1},
                        new int[] {1, 1},
                        new int[] {2, 2},
                        new int[] {1, 0},
                        new int[] {1, 2}),
                new ConvShape(
                        3,
                        4,
                        5,
                        1,
                        new int[] {1},
                        new int[] {1},
                        new int[] {1},
                        new int[] {0},
                        new int[] {0},
                        new int[] {1}),
                new ConvShape(
                        2,
                        3,
                        20,
                        1,
                        new int[] {1021},
                        new int[] {9},
                        new int[] {1},
                        new int[] {4},
                        new int[] {4},
                        new int[] {1}),
                new ConvShape(
                        1,
                        2,
                        6,
                        2,
                        new int[] {700},
                        new int[] {5},
                        new int[] {3},
                        new int[] {0},
                        new int[] {3},
                        new int[] {2}),
                new ConvShape(
                        2,
                        3,
                        4,
                        1,
                        new int[] {5, 9, 18},
                        new int[] {3, 2, 3},
                        new int[] {1, 1, 1},
                        new int[] {1, 0, 2},
                        new int[] {0, 1, 1},
                        new int[] {1, 2, 1}),
                new ConvShape(
                        2,
                        3,
                        14,
                        1,
                        new int[] {6, 7, 8},
                        new int[] {2, 3, 2},
                        new int[] {2, 1, 3},
                        new int[] {1, 0, 2},
                        new int[] {0, 1, 1},
                        new int[] {1, 1, 2}),
                new ConvShape(
                        1,
                        300,
                        20,
                        1,
                        new int[] {9, 11},
                        new int[] {3, 3},
                        new int[] {1, 1},
                        new int[] {0, 2},
                        new int[] {1, 0},
                        new int[] {1, 1})));
        for (int co = 1; co <= 40; co++) {
            shapes.add(flat(2, 3, co, 1, 13, 3, 1, 1, 1));
            shapes.add(flat(1, 2, co, 1, 29, 3, 1, 1, 1));
        }
        var random = new Random(17);
        while (shapes.size() < 260) {
            int axes = 1 + random.nextInt(3);
            int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
            int[][] a = new int[6][axes];
            for (int i = 0; i < axes; i++) {
                a[0][i] = 1 + random.nextInt(axes == 1 ? 90 : axes == 2 ? 36 : 11);
                a[1][i] = 1 + random.nextInt(random.nextInt(3) == 0 ? 5 : 3);
                a[2][i] = 1 + random.nextInt(random.nextBoolean() ? 1 : 3);
                a[3][i] = random.nextInt(3);
                a[4][i] = random.nextInt(3);
                a[5][i] = 1 + random.nextInt(random.nextBoolean() ? 1 : 3);
            }
            try {
                shapes.add(new ConvShape(
                        1 + random.nextInt(5),
                        groups * (1 + random.nextInt(5)),
                        groups * (1 + random.nextInt(20)),
                        groups,
                        a[0],
                        a[1],
                        a[2],
                        a[3],
                        a[4],
                        a[5]));
            } catch (IllegalArgumentException tooSmall) {
                assertThat(tooSmall).hasMessageContaining("kernel");
            }
        }
        return shapes.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void equalsTheLoops(ConvShape s) {
        var random = new Random(3);
        int xo = 3;
        int wo = 2;
        int yo = 5;
        var x = normal(random, s.inSize() + xo);
        var w = normal(random, s.weightSize() + wo);
        var dy = normal(random, s.outSize() + yo);
        var want = new Naive(s, x, xo, w, wo, dy, yo);

        var y = filled(s.outSize() + yo + 1);
        Conv.forward(TWO, s, x, xo, w, wo, y, yo, Epilogue.NONE);
        close(y, yo, want.y, s);
        var dx = filled(s.inSize() + xo + 1);
        Conv.backwardData(TWO, s, dy, yo, w, wo, dx, xo, Epilogue.NONE);
        close(dx, xo, want.dx, s);
        var dw = filled(s.weightSize() + wo + 1);
        Conv.backwardWeight(TWO, s, x, xo, dy, yo, dw, wo);
        close(dw, wo, want.dw, s);

        y = filled(y.length);
        ScalarConv.forward(TWO, s.forwardPlan(), x, xo, w, wo, y, yo, Epilogue.NONE);
        close(y, yo, want.y, s);
        dx = filled(dx.length);
        ScalarConv.forward(TWO, s.backwardPlan(), dy, yo, w, wo, dx, xo, Epilogue.NONE);
        close(dx, xo, want.dx, s);
        dw = filled(dw.length);
        ScalarConv.backwardWeight(TWO, s.forwardPlan(), x, xo, dy, yo, dw, wo);
        close(dw, wo, want.dw, s);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void doublesAreAdjoint(ConvShape s) {
        var random = new Random(4);
        var x = random.doubles(s.inSize(), -1, 1).toArray();
        var w = random.doubles(s.weightSize(), -1, 1).toArray();
        var dy = random.doubles(s.outSize(), -1, 1).toArray();
        var y = new double[dy.length];
        var dx = new double[x.length];
        var dw = new double[w.length];
        Conv.forward(TWO, s, x, 0, w, 0, y, 0, Epilogue.NONE);
        Conv.backwardData(TWO, s, dy, 0, w, 0, dx, 0, Epilogue.NONE);
        Conv.backwardWeight(TWO, s, x, 0, dy, 0, dw, 0);
        double bound = 1e-12 * Math.sqrt(1 + y.length * Math.max(1.0, s.flops() / Math.max(1, y.length)));
        assertThat(dot(x, dx)).isCloseTo(dot(y, dy), Offset.offset(bound));
        assertThat(dot(w, dw)).isCloseTo(dot(y, dy), Offset.offset(bound));
        var want = new Naive(s, floats(x), 0, floats(w), 0, floats(dy), 0);
        for (int i = 0; i < y.length; i++) {
            assertThat(y[i]).isCloseTo(want.y[i], Offset.offset(1e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void sameBitsForAnyNumberOfThreadsAndEpilogueSeesAll(ConvShape s) {
        var random = new Random(5);
        var x = normal(random, s.inSize());
        var w = normal(random, s.weightSize());
        var dy = normal(random, s.outSize());
        float[][] first = null;
        for (var team : TEAMS) {
            float[][] result = {new float[dy.length], new float[x.length], new float[w.length]};
            var seen = new AtomicIntegerArray(dy.length);
            var seenData = new AtomicIntegerArray(x.length);
            Conv.forward(team, s, x, 0, w, 0, result[0], 0, (lo, hi, scratch) -> {
                for (int i = lo; i < hi; i++) {
                    seen.incrementAndGet(i);
                    result[0][i] = 2 * result[0][i] + 1;
                }
            });
            Conv.backwardData(team, s, dy, 0, w, 0, result[1], 0, (lo, hi, scratch) -> {
                for (int i = lo; i < hi; i++) {
                    seenData.incrementAndGet(i);
                }
            });
            Conv.backwardWeight(team, s, x, 0, dy, 0, result[2], 0);
            assertThat(all(seen)).isTrue();
            assertThat(all(seenData)).isTrue();
            if (first == null) {
                first = result;
                var plain = new float[dy.length];
                Conv.forward(team, s, x, 0, w, 0, plain, 0, Epilogue.NONE);
                for (int i = 0; i < plain.length; i++) {
                    assertThat(result[0][i]).isEqualTo(2 * plain[i] + 1);
                }
            } else {
                for (int i = 0; i < 3; i++) {
                    assertThat(Arrays.equals(result[i], first[i])).isTrue();
                }
            }
        }
    }

    @Test
    void committedTilesAreTheGeneratorsOutput() throws IOException {
        assertThat(Files.readString(SOURCES.resolve("VectorConvTiles.java")))
                .isEqualToIgnoringWhitespace(ConvTilesGenerator.tiles());
        assertThat(Files.readString(SOURCES.resolve("VectorConvDots.java")))
                .isEqualToIgnoringWhitespace(ConvTilesGenerator.dots());
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> flat(1, 3, 4, 2, 8, 3, 1, 1, 1)).hasMessageContaining("divisible by groups 2");
        assertThatThrownBy(() -> flat(1, 3, 4, 1, 4, 7, 1, 1, 1)).hasMessageContaining("padded input has only 6");
        assertThatThrownBy(() -> flat(1, 3, 4, 1, 4, 3, 0, 1, 1)).hasMessageContaining("stride [0, 0]");
        var s = flat(1, 3, 4, 1, 8, 3, 1, 1, 1);
        assertThatThrownBy(
                        () -> Conv.backwardWeight(TWO, s, new float[3 * 64], 1, new float[256], 0, new float[108], 0))
                .hasMessageContaining("needs 192");
        assertThat(s).isEqualTo(flat(1, 3, 4, 1, 8, 3, 1, 1, 1)).hasSameHashCodeAs(flat(1, 3, 4, 1, 8, 3, 1, 1, 1));
        assertThat(s).isNotEqualTo(flat(1, 3, 4, 1, 8, 3, 1, 1, 2));
    }

    private static boolean all(AtomicIntegerArray seen) {
        for (int i = 0; i < seen.length(); i++) {
            if (seen.get(i) != 1) {
                return false;
            }
        }
        return true;
    }

    private static void close(float[] got, int from, double[] want, ConvShape s) {
        for (int i = 0; i < from; i++) {
            assertThat(got[i]).isEqualTo(7f);
        }
        assertThat(got[got.length - 1]).isEqualTo(7f);
        double norm = 1;
        for (double v : want) {
            norm = Math.max(norm, Math.abs(v));
        }
        for (int i = 0; i < want.length; i++) {
            if (!(Math.abs(got[from + i] - want[i]) <= 2e-6 * norm)) {
                throw new AssertionError(s + " element " + i + ": " + got[from + i] + ", expected " + want[i]);
            }
        }
    }

    private static float[] normal(Random random, int n) {
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

    private static float[] floats(double[] a) {
        var b = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            b[i] = (float) a[i];
        }
        return b;
    }

    private static double dot(double[] a, double[] b) {
        double s = 0;
        for (int i = 0; i < a.length; i++) {
            s += a[i] * b[i];
        }
        return s;
    }

    /** The definition, in seven loops. */
    private static final class Naive {
        final double[] y;
        final double[] dx;
        final double[] dw;

        Naive(ConvShape s, float[] x, int xo, float[] w, int wo, float[] dy, int dyo) {
            y = new double[s.outSize()];
            dx = new double[s.inSize()];
            dw = new double[s.weightSize()];
            int[] in = ConvAxes.three(s.in(), 1);
            int[] out = ConvAxes.three(s.out(), 1);
            int[] kernel = ConvAxes.three(s.kernel(), 1);
            int[] stride = ConvAxes.three(s.stride(), 1);
            int[] pad = ConvAxes.three(s.padLow(), 0);
            int[] dilation = ConvAxes.three(s.dilation(), 1);
            int ci = s.inChannels() / s.groups();
            int co = s.outChannels() / s.groups();
            int plane = ConvAxes.product(in);
            for (int i = 0; i < y.length; i++) {
                int[] o = {i / (out[1] * out[2]) % out[0], i / out[2] % out[1], i % out[2]};
                int channel = i / ConvAxes.product(out) % s.outChannels();
                int n = i / ConvAxes.product(out) / s.outChannels();
                for (int c = 0; c < ci; c++) {
                    for (int k = 0; k < ConvAxes.product(kernel); k++) {
                        int a = o[0] * stride[0] + k / (kernel[1] * kernel[2]) * dilation[0] - pad[0];
                        int b = o[1] * stride[1] + k / kernel[2] % kernel[1] * dilation[1] - pad[1];
                        int e = o[2] * stride[2] + k % kernel[2] * dilation[2] - pad[2];
                        if (a < 0 || a >= in[0] || b < 0 || b >= in[1] || e < 0 || e >= in[2]) {
                            continue;
                        }
                        int at = (n * s.inChannels() + channel / co * ci + c) * plane + (a * in[1] + b) * in[2] + e;
                        int wAt = (channel * ci + c) * ConvAxes.product(kernel) + k;
                        y[i] += (double) x[xo + at] * w[wo + wAt];
                        dx[at] += (double) dy[dyo + i] * w[wo + wAt];
                        dw[wAt] += (double) dy[dyo + i] * x[xo + at];
                    }
                }
            }
        }
    }
}
