package soma.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.Tensor;

/**
 * Gradients where a function has a kink, a pole or a tie: what differences cannot check, and PyTorch's choices there.
 */
class KinksTest {
    private static final double INF = Double.POSITIVE_INFINITY;

    private static double[] gradient(UnaryOperator<Tensor> f, double... x) {
        return Autodiff.grad(t -> f.apply(t).sum(), Tensor.of(x)).add(0).toDoubleArray(); // -0 becomes 0
    }

    @Test
    void kinksTakeTheLeftSlope() {
        assertThat(gradient(Tensor::relu, 0)).containsExactly(0);
        assertThat(gradient(Tensor::elu, 0, 800)).containsExactly(1, 1);
        assertThat(gradient(t -> t.celu(2), 0)).containsExactly(1);
        assertThat(gradient(Tensor::leakyRelu, 0)).containsExactly(0.01);
        assertThat(gradient(Tensor::relu6, 0, 6)).containsExactly(0, 0);
        assertThat(gradient(Tensor::abs, 0)).containsExactly(0);
    }

    @Test
    void clampPassesTheGradientAtItsBounds() {
        assertThat(gradient(t -> t.clamp(-1, 1), -1, 0, 1, 2)).containsExactly(1, 1, 1, 0);
    }

    @Test
    void rootsHaveNoGradientAtZero() {
        assertThat(gradient(Tensor::norm, 0, 0)).containsExactly(0, 0);
        assertThat(gradient(t -> t.norm(3.0), 0, 0)).containsExactly(0, 0);
        assertThat(gradient(Tensor::std, 1, 1)).containsExactly(0, 0);
        assertThat(gradient(t -> t.reshape(1, 2).cdist(Tensor.of(new double[] {1, 2}, 1, 2), 2), 1, 2))
                .containsExactly(0, 0);
        assertThat(gradient(t -> t.pow(2), 0)).containsExactly(0);
        assertThat(gradient(t -> t.pow(0), 0, 2)).containsExactly(0, 0);
    }

    @Test
    void tiesGoToTheFirstOrAreShared() {
        assertThat(gradient(t -> t.max(0), 1, 1, 0)).containsExactly(1, 0, 0);
        assertThat(gradient(t -> t.amax(0), 1, 1, 0)).containsExactly(0.5, 0.5, 0);
        assertThat(gradient(t -> t.maximum(t.stopGradient()), 3)).containsExactly(0.5);
        assertThat(gradient(t -> t.maxPool(2), 1, 1)).containsExactly(1, 0);
        assertThat(gradient(t -> t.sort(0, true).values().slice(0, 0, 1), 1, 1)).containsExactly(1, 0);
    }

    @Test
    void infiniteArgumentsHaveFiniteGradients() {
        assertThat(gradient(t -> t.logsumexp(0), -INF, 0)).containsExactly(0, 1);
        assertThat(gradient(t -> t.logsumexp(0), -INF, -INF)).containsExactly(0, 0);
        assertThat(gradient(t -> t.logcumsumexp(0), -INF, -INF, 0)).containsExactly(0, 0, 1);
        assertThat(gradient(t -> t.softmax(0).mul(Tensor.of(new double[] {1, 2})), -INF, 0))
                .containsExactly(0, 0);
        assertThat(gradient(Tensor::softplus, -800, 800)).containsExactly(0, 1);
        assertThat(gradient(Tensor::logSigmoid, -800, 800)).containsExactly(1, 0);
        assertThat(gradient(Tensor::gelu, -800, 800)).containsExactly(0, 1);
    }

    @Test
    void onlyTheLastWriterGetsTheGradient() {
        var twice = Tensor.of(new long[] {0, 0}, 2);
        var at = Tensor.zeros(3);
        assertThat(gradient(t -> at.to(t.dtype()).scatter(0, twice, t), 5, 7)).containsExactly(0, 1);
        assertThat(gradient(t -> at.to(t.dtype()).indexPut(t, false, twice), 5, 7))
                .containsExactly(0, 1);
        assertThat(gradient(t -> at.to(t.dtype()).indexPut(t, true, twice), 5, 7))
                .containsExactly(1, 1);
    }

    @Test
    void paddingRowsOfAnEmbeddingGetNoGradient() {
        var rows = Tensor.of(new long[] {1, 0, 1});
        assertThat(gradient(t -> t.reshape(2, 1).embedding(rows, 1), 5, 7)).containsExactly(1, 0);
    }
}
