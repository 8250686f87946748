package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import soma.kernel.AxisTable.Mode;

class ResizeTest {

    private static final OptionalDouble NONE = OptionalDouble.empty();

    private static double[] line(Mode mode, boolean align, OptionalDouble scale, int out, double... x) {
        var y = new double[out];
        Resize.apply(AxisTable.of(mode, x.length, out, align, scale), x, 0, y, 0, 0, 1, 1);
        return y;
    }

    /** Rows first, then columns. */
    private static double[] image(
            Mode mode, boolean align, int height, int width, int outHeight, int outWidth, double[] x) {
        double[] wide = new double[height * outWidth], y = new double[outHeight * outWidth];
        Resize.apply(AxisTable.of(mode, width, outWidth, align, NONE), x, 0, wide, 0, 0, height, 1);
        Resize.apply(AxisTable.of(mode, height, outHeight, align, NONE), wide, 0, y, 0, 0, 1, outWidth);
        return y;
    }

    @Test
    void bilinearAsInThePyTorchManual() {
        double[] x = {1, 2, 3, 4};
        assertThat(image(Mode.LINEAR, false, 2, 2, 4, 4, x))
                .containsExactly(
                        new double[] {1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4},
                        within(1e-15));
        assertThat(image(Mode.LINEAR, true, 2, 2, 4, 4, x))
                .startsWith(new double[] {1, 4 / 3.0, 5 / 3.0, 2, 5 / 3.0}, within(1e-14));
        assertThat(image(Mode.NEAREST, false, 2, 2, 4, 4, x))
                .containsExactly(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4);
    }

    /** The example resize_upsample_scales_cubic of the ONNX operator Resize. */
    @Test
    void bicubic() {
        var x = new double[16];
        Arrays.setAll(x, i -> i + 1);
        assertThat(image(Mode.CUBIC, false, 4, 4, 8, 8, x))
                .startsWith(
                        new double[] {
                            0.47265625,
                            0.76953125,
                            1.24609375,
                            1.875,
                            2.28125,
                            2.91015625,
                            3.38671875,
                            3.68359375,
                            1.66015625
                        },
                        within(1e-12));
    }

    @Test
    void nearestTakesTheSampleBelowAndExactTheMiddleOne() {
        assertThat(line(Mode.NEAREST, false, NONE, 3, 0, 1, 2, 3, 4)).containsExactly(0, 1, 3);
        assertThat(line(Mode.NEAREST_EXACT, false, NONE, 3, 0, 1, 2, 3, 4)).containsExactly(0, 2, 4);
        assertThat(line(Mode.NEAREST, false, OptionalDouble.of(0.4), 2, 0, 1, 2, 3, 4))
                .containsExactly(0, 2);
        assertThat(line(Mode.AREA, false, NONE, 3, 0, 1, 2, 3, 4))
                .containsExactly(new double[] {0.5, 2, 3.5}, within(1e-15));
    }

    @Test
    void aGivenScaleMovesTheSamples() {
        assertThat(line(Mode.LINEAR, false, OptionalDouble.of(1.5), 4, 0, 3, 6))
                .containsExactly(new double[] {0, 1.5, 3.5, 5.5}, within(1e-12));
        assertThat(line(Mode.LINEAR, true, NONE, 1, 7, 8)).containsExactly(7);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theAdjointOfEveryTable(Mode mode) {
        var rng = new Random(1);
        for (int in : new int[] {1, 2, 5, 16, 33}) {
            for (int out : new int[] {1, 3, 5, 7, 32, 40}) {
                for (int inner : new int[] {1, 3, 17}) {
                    var table = AxisTable.of(mode, in, out, false, NONE);
                    double[] x = rng.doubles(2L * in * inner).toArray(),
                            g = rng.doubles(2L * out * inner).toArray();
                    double[] y = new double[2 * out * inner], dx = new double[2 * in * inner];
                    Arrays.fill(dx, 9);
                    Resize.apply(table, x, 0, y, 0, 0, 2, inner);
                    Resize.applyBack(table, g, 0, dx, 0, 0, 2, inner);
                    double forward = 0, backward = 0;
                    for (int i = 0; i < y.length; i++) {
                        forward += y[i] * g[i];
                    }
                    for (int i = 0; i < x.length; i++) {
                        backward += x[i] * dx[i];
                    }
                    assertThat(backward).isCloseTo(forward, within(1e-11));
                    float[] xf = new float[x.length],
                            yf = new float[y.length],
                            dxf = new float[x.length],
                            gf = new float[g.length];
                    for (int i = 0; i < x.length; i++) {
                        xf[i] = (float) x[i];
                    }
                    for (int i = 0; i < g.length; i++) {
                        gf[i] = (float) g[i];
                    }
                    Resize.apply(table, xf, 0, yf, 0, 0, 2, inner);
                    Resize.applyBack(table, gf, 0, dxf, 0, 0, 2, inner);
                    for (int i = 0; i < y.length; i++) {
                        assertThat((double) yf[i]).isCloseTo(y[i], within(1e-6));
                    }
                    for (int i = 0; i < x.length; i++) {
                        assertThat((double) dxf[i]).isCloseTo(dx[i], within(2e-5));
                    }
                }
            }
        }
    }

    @Test
    void emptySizesAreRefused() {
        assertThatThrownBy(() -> AxisTable.of(Mode.LINEAR, 0, 3, false, NONE))
                .hasMessage("resize from 0 to 3: both sizes must be at least 1");
    }
}
