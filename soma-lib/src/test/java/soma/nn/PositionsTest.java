package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.nn.Doubles.draw;

import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

class PositionsTest {

    @Test
    void sinusoidsByTheFormula() {
        for (int width : new int[] {6, 5}) {
            var x = draw(1, 2, 7, width);
            var added = new SinusoidalPositions(10, width).forward(x).sub(x);
            for (int p = 0; p < 7; p++) {
                for (int i = 0; i < width; i++) {
                    double angle = p / Math.pow(10_000, 2 * (i / 2) / (double) width);
                    assertThat(added.at(1, p, i).item())
                            .isCloseTo(i % 2 == 0 ? Math.sin(angle) : Math.cos(angle), within(1e-12));
                }
            }
        }
        var positions = new SinusoidalPositions(10, 6);
        var x = draw(2, 10, 6);
        assertThat(positions.forward(x.narrow(0, 4, 2), 4).toDoubleArray())
                .containsExactly(positions.forward(x).narrow(0, 4, 2).toDoubleArray(), within(1e-15));
        assertThat(positions.forward(Tensor.zeros(3, 6)).dtype()).isEqualTo(DType.FLOAT32);
        assertThat(positions).hasToString("SinusoidalPositions(10, 6)");
        assertThat(positions.params()).isEmpty();
        assertThatThrownBy(() -> positions.forward(Tensor.zeros(2, 11, 6)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("SinusoidalPositions: input (2, 11, 6), expected (..., T, 6) with at most 10 positions;"
                        + " make the table longer with new SinusoidalPositions(length, width)");
        assertThatThrownBy(() -> positions.forward(Tensor.zeros(1, 6), 10))
                .hasMessageStartingWith("SinusoidalPositions: input (1, 6) from position 10, expected");
        assertThatThrownBy(() -> new SinusoidalPositions(Tensor.zeros(3)))
                .hasMessage("SinusoidalPositions: table (3), expected (length, D)");
    }

    @Test
    void rotaryTurnsEachPair() {
        var x = draw(3, 2, 5, 6);
        for (var pairs : RotaryEmbedding.Pairs.values()) {
            var rotary = new RotaryEmbedding(pairs, 100);
            var y = rotary.forward(x, 2);
            for (int p = 0; p < 5; p++) {
                for (int i = 0; i < 3; i++) {
                    int a = pairs == RotaryEmbedding.Pairs.NEIGHBOURS ? 2 * i : i;
                    int b = pairs == RotaryEmbedding.Pairs.NEIGHBOURS ? 2 * i + 1 : i + 3;
                    double angle = (p + 2) * Math.pow(100, -2 * i / 6.0);
                    double u = x.at(1, p, a).item();
                    double v = x.at(1, p, b).item();
                    assertThat(y.at(1, p, a).item())
                            .isCloseTo(u * Math.cos(angle) - v * Math.sin(angle), within(1e-12));
                    assertThat(y.at(1, p, b).item())
                            .isCloseTo(u * Math.sin(angle) + v * Math.cos(angle), within(1e-12));
                }
            }
            assertThat(rotary.forward(x.narrow(1, 2, 3), 2).toDoubleArray())
                    .containsExactly(rotary.forward(x).narrow(1, 2, 3).toDoubleArray(), within(1e-12));
            Differences.check(t -> rotary.forward(t).pow(3).sum(), x, 1e-6);
        }
    }

    /** What it is for: products depend on the distance of positions only. */
    @Test
    void rotaryProductsDependOnTheDistance() {
        var rotary = new RotaryEmbedding();
        var q = draw(4, 8).expand(6, 8);
        var k = draw(5, 8).expand(6, 8);
        var scores = rotary.forward(q).matmul(rotary.forward(k).t());
        for (int i = 1; i < 6; i++) {
            for (int j = 1; j < 6; j++) {
                assertThat(scores.at(i, j).item())
                        .isCloseTo(scores.at(i - 1, j - 1).item(), within(1e-12));
            }
        }
        assertThat(rotary.forward(Tensor.zeros(2, 3, 4)).shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThatThrownBy(() -> rotary.forward(Tensor.zeros(3, 5)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("RotaryEmbedding: input (3, 5) float32, expected floating (..., T, D) with an even number"
                        + " of features D");
    }
}
