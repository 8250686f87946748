package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnfoldTest {

    @ParameterizedTest
    @CsvSource({
        "1,1,1,1,0,0,1,1,4,5",
        "3,3,1,1,1,1,1,1,6,7",
        "2,3,2,1,1,2,2,1,7,9",
        "3,2,1,3,0,4,1,3,5,8",
        "5,5,1,1,2,2,2,2,9,33",
        "4,1,1,1,0,0,1,1,4,3",
        "3,3,1,1,3,3,1,1,2,2"
    })
    void windows(int kh, int kw, int dh, int dw, int ph, int pw, int sh, int sw, int height, int width) {
        var w = new Unfold.Window(kh, kw, dh, dw, ph, pw, sh, sw);
        int planes = 3, rows = w.outHeight(height), columns = w.outWidth(width);
        int size = kh * kw * rows * columns;
        float[] x = new float[1 + planes * height * width],
                out = new float[2 + planes * size],
                expected = new float[out.length];
        float[] back = new float[x.length], expectedBack = new float[x.length];
        double[] xd = new double[x.length], outd = new double[out.length], backd = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = i + 1;
            xd[i] = i + 1;
        }
        for (int p = 0, to = 2; p < planes; p++) {
            for (int ki = 0; ki < kh; ki++) {
                for (int kj = 0; kj < kw; kj++) {
                    for (int i = 0; i < rows; i++) {
                        for (int j = 0; j < columns; j++, to++) {
                            int r = i * sh - ph + ki * dh, c = j * sw - pw + kj * dw;
                            if (r >= 0 && r < height && c >= 0 && c < width) {
                                int at = 1 + (p * height + r) * width + c;
                                expected[to] = x[at];
                                expectedBack[at] += x[at];
                            }
                        }
                    }
                }
            }
        }
        Unfold.im2col(x, 1, out, 2, w, height, width, 0, 1);
        Unfold.im2col(x, 1, out, 2, w, height, width, 1, planes);
        assertThat(out).isEqualTo(expected);
        Unfold.col2im(out, 2, back, 1, w, height, width, 0, 2);
        Unfold.col2im(out, 2, back, 1, w, height, width, 2, planes);
        assertThat(back).isEqualTo(expectedBack);
        Unfold.im2col(xd, 1, outd, 2, w, height, width, 0, planes);
        Unfold.col2im(outd, 2, backd, 1, w, height, width, 0, planes);
        for (int i = 0; i < backd.length; i++) {
            assertThat(backd[i]).isEqualTo(expectedBack[i]);
        }
    }

    @Test
    void impossibleWindowsAreRefused() {
        assertThatThrownBy(() -> new Unfold.Window(3, 3, 1, 1, 0, 0, 0, 1)).hasMessageContaining("stride 0x1");
        assertThat(new Unfold.Window(5, 5, 1, 1, 0, 0, 1, 1).outHeight(3)).isZero();
    }
}
