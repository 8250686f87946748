package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.Tensor;
import soma.nn.Init.Fan;
import soma.nn.Init.Nonlinearity;

class InitTest {
    private static final Shape BIG = Shape.of(256, 384);

    private static Tensor draw(Init init, Shape shape) {
        return init.draw(Rng.seed(3), shape).to(DType.FLOAT64);
    }

    private static void uniform(Init init, Shape shape, double bound) {
        var x = draw(init, shape);
        assertThat(x.max().item()).isBetween(0.98 * bound, bound);
        assertThat(x.min().item()).isBetween(-bound, -0.98 * bound);
        assertThat(x.std().item()).isCloseTo(bound / Math.sqrt(3), within(0.02 * bound));
    }

    private static void normal(Init init, Shape shape, double std) {
        var x = draw(init, shape);
        assertThat(x.mean().item()).isCloseTo(0, within(0.02 * std));
        assertThat(x.std().item()).isCloseTo(std, within(0.02 * std));
    }

    @Test
    void laws() {
        uniform(Init.xavierUniform(), BIG, Math.sqrt(6.0 / 640));
        uniform(Init.xavierUniform(5.0 / 3), BIG, 5.0 / 3 * Math.sqrt(6.0 / 640));
        normal(Init.xavierNormal(), BIG, Math.sqrt(2.0 / 640));
        uniform(Init.kaimingUniform(), BIG, Math.sqrt(6.0 / 384));
        normal(Init.kaimingNormal(), BIG, Math.sqrt(2.0 / 384));
        normal(Init.kaimingNormal(Fan.OUT, Nonlinearity.RELU, 0), Shape.of(64, 32, 3, 3), Math.sqrt(2.0 / (64 * 9)));
        uniform(Init.kaimingUniform(Fan.IN, Nonlinearity.LEAKY_RELU, Math.sqrt(5)), BIG, 1 / Math.sqrt(384));
        uniform(Init.pytorchWeight(), BIG, 1 / Math.sqrt(384));
        normal(Init.lecunNormal(), BIG, 1 / Math.sqrt(384));
        normal(Init.normal(0, 0.02), BIG, 0.02);
        uniform(Init.uniform(-0.5, 0.5), BIG, 0.5);
        assertThat(draw(Init.constant(3), Shape.of(2)).toDoubleArray()).containsExactly(3, 3);
        assertThat(draw(Init.zeros(), Shape.of(2)).toDoubleArray()).containsExactly(0, 0);
        assertThat(draw(Init.ones(), Shape.of(2)).toDoubleArray()).containsExactly(1, 1);
        var cut = draw(Init.truncNormal(1, 2, 0, 2), BIG);
        assertThat(cut.min().item()).isGreaterThanOrEqualTo(0);
        assertThat(cut.max().item()).isLessThanOrEqualTo(2);
        assertThat(cut.mean().item()).isCloseTo(1, within(0.01));
    }

    @Test
    void gains() {
        assertThat(Init.gain(Nonlinearity.LINEAR)).isEqualTo(1);
        assertThat(Init.gain(Nonlinearity.SIGMOID)).isEqualTo(1);
        assertThat(Init.gain(Nonlinearity.TANH)).isEqualTo(5.0 / 3);
        assertThat(Init.gain(Nonlinearity.RELU)).isEqualTo(Math.sqrt(2));
        assertThat(Init.gain(Nonlinearity.LEAKY_RELU, 0.2)).isEqualTo(Math.sqrt(2 / 1.04));
        assertThat(Init.gain(Nonlinearity.SELU)).isEqualTo(0.75);
    }

    @Test
    void orthogonalRowsOrColumns() {
        for (var shape : new Shape[] {Shape.of(8, 20), Shape.of(20, 8), Shape.of(7, 7), Shape.of(6, 3, 2, 2)}) {
            var m = draw(Init.orthogonal(1.5), shape).reshape(shape.dim(0), shape.product(1, shape.rank()));
            int n = Math.min(m.size(0), m.size(1));
            var product = m.size(0) <= m.size(1) ? m.matmul(m.t()) : m.t().matmul(m);
            assertThat(product.sub(Tensor.eye(n, DType.FLOAT64).mul(2.25))
                            .abs()
                            .max()
                            .item())
                    .isLessThan(1e-5);
        }
    }

    @Test
    void layersTakeALaw() {
        var layer = new Linear(3, 2).init(Init.constant(0.5));
        assertThat(layer.forward(Tensor.ones(1, 3)).toFloatArray()).containsExactly(1.5f, 1.5f);
        var bias = new Linear(100, 1000);
        bias.init(Rng.seed(1));
        assertThat(bias.bias().orElseThrow().value().abs().max().item()).isBetween(0.098, 0.1);
        assertThatThrownBy(() -> Init.xavierNormal().draw(Rng.seed(1), Shape.of(3)))
                .hasMessageStartingWith("init: shape (3) has no fan-in and fan-out");
    }
}
