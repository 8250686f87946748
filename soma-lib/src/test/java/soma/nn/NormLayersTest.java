package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.nn.Doubles.draw;
import static soma.nn.Doubles.param;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import soma.ShapeException;
import soma.Tensor;

class NormLayersTest {
    private final Tensor x = draw(1, 2, 6, 3, 2); // (N, C, H, W)

    /** Group norm by its formula, in loops. */
    private static double[] twin(Tensor x, int groups, double[] w, double[] b, double eps) {
        var v = x.toDoubleArray();
        int channels = x.size(1);
        int places = x.numel() / x.size(0) / channels;
        int size = channels / groups * places;
        var y = new double[v.length];
        for (int g = 0; g < x.size(0) * groups; g++) {
            double mean = 0;
            double var = 0;
            for (int i = 0; i < size; i++) {
                mean += v[g * size + i] / size;
            }
            for (int i = 0; i < size; i++) {
                var += Math.pow(v[g * size + i] - mean, 2) / size;
            }
            for (int i = 0; i < size; i++) {
                int c = (g * size + i) / places % channels;
                y[g * size + i] = (v[g * size + i] - mean) / Math.sqrt(var + eps) * w[c] + b[c];
            }
        }
        return y;
    }

    @Test
    void groups() {
        var layer = new GroupNorm(3, param(2, 6), param(3, 6), 1e-3);
        var w = layer.weight().value().toDoubleArray();
        var b = layer.bias().value().toDoubleArray();
        assertThat(layer.forward(x).toDoubleArray()).containsExactly(twin(x, 3, w, b, 1e-3), within(1e-12));
        var flat = draw(4, 4, 6);
        assertThat(layer.forward(flat).toDoubleArray()).containsExactly(twin(flat, 3, w, b, 1e-3), within(1e-12));
        var c = draw(5, 2, 6, 3, 2);
        Differences.check(t -> layer.forward(t).mul(c).sum(), x, 1e-6);
        Doubles.checkGradients(layer, () -> layer.forward(x).mul(c).sum(), 1e-6);
        assertThat(layer.params().keySet()).containsExactly("weight", "bias");
        assertThat(new GroupNorm(8, 64)).hasToString("GroupNorm(8, 64)");
        assertThat(new GroupNorm(8, 64).eps(1e-6).eps()).isEqualTo(1e-6);
        assertThatThrownBy(() -> new GroupNorm(3, 64))
                .isInstanceOf(ShapeException.class)
                .hasMessage("GroupNorm: 64 channels do not divide into 3 groups; choose a number of groups that divides"
                        + " the channels");
        assertThatThrownBy(() -> new GroupNorm(8, 64).forward(Tensor.zeros(2, 32, 4, 4)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("GroupNorm: input has 32 channels and 4 axes, expected 64 channels in (N, C, ...); input"
                        + " shape (2, 32, 4, 4)");
        assertThatThrownBy(() -> new GroupNorm(8, 64).forward(Tensor.zeros(64)))
                .hasMessageStartingWith("GroupNorm: input has no channels and 1 axes");
    }

    @Test
    void instances() {
        var ones = new double[] {1, 1, 1, 1, 1, 1};
        assertThat(new InstanceNorm2d(6).forward(x).toDoubleArray())
                .containsExactly(twin(x, 6, ones, new double[6], 1e-5), within(1e-12));
        var layer = new InstanceNorm2d(6, Optional.of(param(2, 6)), Optional.of(param(3, 6)), 1e-3);
        assertThat(layer.forward(x).toDoubleArray())
                .containsExactly(
                        twin(
                                x,
                                6,
                                layer.weight().orElseThrow().value().toDoubleArray(),
                                layer.bias().orElseThrow().value().toDoubleArray(),
                                1e-3),
                        within(1e-12));
        var c = draw(5, 2, 6, 3, 2);
        Differences.check(t -> layer.forward(t).mul(c).sum(), x, 1e-6);
        Doubles.checkGradients(layer, () -> layer.forward(x).mul(c).sum(), 1e-6);
        var rows = draw(6, 2, 6, 5);
        assertThat(new InstanceNorm1d(6).eps(0.1).forward(rows).toDoubleArray())
                .containsExactly(twin(rows, 6, ones, new double[6], 0.1), within(1e-12));
        assertThat(new InstanceNorm1d(6).affine().forward(rows).toDoubleArray())
                .containsExactly(twin(rows, 6, ones, new double[6], 1e-5), within(1e-12));
        assertThat(new InstanceNorm2d(6).params()).isEmpty();
        assertThat(new InstanceNorm2d(6).affine().params().keySet()).containsExactly("weight", "bias");
        assertThat(new InstanceNorm2d(6).affine()).hasToString("InstanceNorm2d(6, affine)");
        assertThat(new InstanceNorm1d(6)).hasToString("InstanceNorm1d(6)");
        assertThatThrownBy(() -> new InstanceNorm2d(6).forward(rows))
                .isInstanceOf(ShapeException.class)
                .hasMessage("InstanceNorm2d: input has 6 channels and 3 axes, expected 6 channels in (N, C, H, W);"
                        + " input shape (2, 6, 5)");
        assertThatThrownBy(() -> new InstanceNorm1d(3).forward(rows))
                .hasMessage("InstanceNorm1d: input has 6 channels and 3 axes, expected 3 channels in (N, C, L); input"
                        + " shape (2, 6, 5)");
        assertThatThrownBy(() -> new InstanceNorm2d(6).forward(Tensor.zeros(4, 6, 1, 1)))
                .hasMessage("InstanceNorm2d: one value a channel has no variance; expected more than one place in each"
                        + " channel; input shape (4, 6, 1, 1)");
    }

    @Test
    void rootMeanSquares() {
        var layer = new RmsNorm(param(2, 3, 2), 1e-3);
        var w = layer.weight().value().toDoubleArray();
        var v = x.toDoubleArray();
        var want = new double[v.length];
        for (int r = 0; r < v.length; r += 6) {
            double mean = 0;
            for (int i = 0; i < 6; i++) {
                mean += v[r + i] * v[r + i] / 6;
            }
            for (int i = 0; i < 6; i++) {
                want[r + i] = v[r + i] / Math.sqrt(mean + 1e-3) * w[i];
            }
        }
        assertThat(layer.forward(x).toDoubleArray()).containsExactly(want, within(1e-12));
        var c = draw(5, 2, 6, 3, 2);
        Differences.check(t -> layer.forward(t).mul(c).sum(), x, 1e-6);
        Doubles.checkGradients(layer, () -> layer.forward(x).mul(c).sum(), 1e-6);
        assertThat(layer.params().keySet()).containsExactly("weight");
        assertThat(new RmsNorm(64)).hasToString("RmsNorm(64)");
        assertThat(new RmsNorm(64).eps()).isEqualTo(Math.ulp(1f));
        assertThat(new RmsNorm(64).eps(1e-6).eps()).isEqualTo(1e-6);
        assertThatThrownBy(() -> new RmsNorm(64).forward(Tensor.zeros(2, 32)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("RmsNorm: the input's last sizes must be (64); input shape (2, 32)");
    }
}
