package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.nn.Doubles.CAUSAL;
import static soma.nn.Doubles.OPEN;
import static soma.nn.Doubles.assertClose;
import static soma.nn.Doubles.draw;
import static soma.nn.Doubles.product;
import static soma.nn.Doubles.rows;
import static soma.nn.Doubles.weights;

import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.DType;
import soma.DTypeException;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

class AttentionTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private final Tensor q = draw(1, 3, 4); // (L, E)
    private final Tensor k = draw(2, 5, 4); // (S, E)
    private final Tensor v = draw(3, 5, 2); // (S, Ev)

    private static Tensor attend(Tensor q, Tensor k, Tensor v, Mask mask) {
        return Attention.scaledDotProductAttention(q, k, v, mask);
    }

    private double[][] twin(Doubles.Scores scores) {
        return product(weights(rows(q), rows(k), 0.5, scores), rows(v));
    }

    @Test
    void theFormula() {
        assertClose(Attention.scaledDotProductAttention(q, k, v), twin(OPEN), 1e-12);
        assertClose(
                Attention.scaledDotProductAttention(q, k, v, Mask.none(), 0.3),
                product(weights(rows(q), rows(k), 0.3, OPEN), rows(v)),
                1e-12);
        assertClose(attend(q, k, v, Mask.causal()), twin(CAUSAL), 1e-12);
    }

    @Test
    void boolMasksLetThroughAndFloatMasksAreAdded() {
        var keep = Tensor.of(
                new boolean[] {
                    true, false, true, true, false,
                    false, false, false, true, false,
                    true, true, true, true, true
                },
                3,
                5);
        var marks = keep.toBooleanArray();
        assertClose(attend(q, k, v, Mask.of(keep)), twin((i, j, s) -> marks[i * 5 + j] ? s : -INF), 1e-12);
        assertClose(
                attend(q, k, v, Mask.hiding(keep.logicalNot())), twin((i, j, s) -> marks[i * 5 + j] ? s : -INF), 1e-12);
        var bias = draw(4, 3, 5);
        var add = bias.toDoubleArray();
        assertClose(attend(q, k, v, Mask.of(bias)), twin((i, j, s) -> s + add[i * 5 + j]), 1e-12);
        assertClose(
                attend(
                        q,
                        k,
                        v,
                        Mask.of(bias).and(Mask.causal()).and(Mask.padding(padding(false, false, true, true, false)))),
                twin((i, j, s) -> j <= i && j != 2 && j != 3 ? s + add[i * 5 + j] : -INF),
                1e-12);
    }

    private static Tensor padding(boolean... marks) {
        return Tensor.of(marks);
    }

    /** PyTorch's scaled_dot_product_attention gives zeros here since release 2.5, and NaN before. */
    @Test
    void aQueryThatSeesNoKeyGivesZeroAndNoGradient() {
        var keep = Tensor.of(new boolean[] {true, false, false}).unsqueeze(1).expand(3, 5);
        var fill = Tensor.where(keep, Tensor.zeros(DType.FLOAT64, Shape.of(3, 5)), -INF);
        for (var mask : new Mask[] {
            Mask.of(keep), Mask.of(fill), Mask.of(keep).and(Mask.of(fill)).and(Mask.causal())
        }) {
            var y = attend(q, k, v, mask);
            assertThat(y.narrow(0, 1, 2).toDoubleArray()).containsOnly(0);
            assertThat(y.select(0, 0).abs().sum().item()).isPositive();
            var g = Autodiff.grad(x -> attend(x, k, v, mask).square().sum(), q);
            assertThat(g.narrow(0, 1, 2).toDoubleArray()).containsOnly(0);
            assertThat(g.toDoubleArray()).doesNotContain(Double.NaN);
            Differences.check(x -> attend(q, x, v, mask).square().sum(), k, 1e-7);
        }
        var none = Mask.padding(padding(true, true, true, true, true));
        assertThat(attend(q, k, v, none).toDoubleArray()).containsOnly(0);
    }

    @Test
    void masksAndLeadingAxesBroadcast() {
        var many = draw(5, 2, 3, 3, 4); // (N, H, L, E)
        var keys = draw(6, 2, 1, 5, 4);
        var values = draw(7, 5, 2);
        var keep = draw(8, 2, 1, 3, 5).gt(-0.5);
        var filled = Tensor.of(new boolean[] {false, false, false, true, true, false, false, false, false, true}, 2, 5);
        var y = attend(many, keys, values, Mask.of(keep).and(Mask.padding(filled)));
        assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 3, 2));
        for (int n = 0; n < 2; n++) {
            var marks = keep.at(n, 0).toBooleanArray();
            int length = n == 0 ? 3 : 4;
            for (int h = 0; h < 3; h++) {
                var w = weights(
                        rows(many.at(n, h)),
                        rows(keys.at(n, 0)),
                        0.5,
                        (i, j, s) -> marks[i * 5 + j] && j < length ? s : -INF);
                assertClose(y.at(n, h), product(w, rows(values)), 1e-12);
            }
        }
    }

    @Test
    void gradients() {
        var c = draw(9, 3, 2);
        var bias = draw(10, 3, 5);
        for (var mask : new Mask[] {Mask.none(), Mask.causal(), Mask.of(bias), Mask.of(bias.gt(-0.3))}) {
            Differences.check(x -> attend(x, k, v, mask).mul(c).sum(), q, 1e-7);
            Differences.check(x -> attend(q, x, v, mask).mul(c).sum(), k, 1e-7);
            Differences.check(x -> attend(q, k, x, mask).mul(c).sum(), v, 1e-7);
        }
        Differences.check(x -> attend(q, k, v, Mask.of(x)).mul(c).sum(), bias, 1e-7);
    }

    @Test
    void additive() {
        var vector = draw(11, 4);
        var w = Attention.additiveWeights(q, k, vector, Mask.causal());
        var want = new double[3][5];
        for (int i = 0; i < 3; i++) {
            double sum = 0;
            for (int j = 0; j <= i; j++) {
                double s = 0;
                for (int e = 0; e < 4; e++) {
                    s += vector.at(e).item()
                            * Math.tanh(q.at(i, e).item() + k.at(j, e).item());
                }
                want[i][j] = Math.exp(s);
                sum += want[i][j];
            }
            for (int j = 0; j <= i; j++) {
                want[i][j] /= sum;
            }
        }
        assertClose(w, want, 1e-12);
        assertThatThrownBy(() -> Attention.additiveWeights(q, k, draw(1, 3), Mask.none()))
                .hasMessage("additiveWeights: queries (3, 4), keys (5, 4), vector (3); expected (..., L, H),"
                        + " (..., S, H) and (H)");
    }

    @Test
    void float32IsClose() {
        var y = attend(q.to(DType.FLOAT32), k.to(DType.FLOAT32), v.to(DType.FLOAT32), Mask.causal());
        assertThat(y.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(y.toDoubleArray())
                .containsExactly(attend(q, k, v, Mask.causal()).toDoubleArray(), within(1e-6));
        // Large scores stay finite.
        assertThat(attend(q.mul(1e4), k.mul(1e4), v, Mask.causal())
                        .isNan()
                        .any()
                        .toBooleanArray())
                .containsExactly(false);
    }

    @Test
    void errorsSayWhatFits() {
        assertThatThrownBy(() -> Attention.scaledDotProductAttention(q, draw(1, 5, 3), v))
                .isInstanceOf(ShapeException.class)
                .hasMessage("scaledDotProductAttention: queries (3, 4), keys (5, 3), values (5, 2); expected (..., L,"
                        + " E), (..., S, E) and (..., S, Ev): queries and keys of the same width, as many values as"
                        + " keys");
        assertThatThrownBy(() -> attend(q, k, v, Mask.of(draw(1, 5, 3))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Mask: mask (5, 3) does not broadcast to the scores (3, 5); expected (L, S) = (3, 5) for"
                        + " L queries and S keys, or leading axes that broadcast");
        assertThatThrownBy(() -> attend(q, k, v, Mask.padding(padding(true, false))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Mask.padding: mask (2) for scores (3, 5); expected (N, S) = (5), true where a key is"
                        + " padding");
        assertThatThrownBy(() -> Mask.of(Tensor.arange(5)))
                .isInstanceOf(DTypeException.class)
                .hasMessage("Mask: the mask is int64, expected bool (true takes part) or a floating dtype (added to the"
                        + " scores); compare it first, as in x.ne(0)");
        assertThatThrownBy(() -> Mask.padding(draw(1, 2, 5)))
                .isInstanceOf(DTypeException.class)
                .hasMessage("Mask.padding: the mask is float64 of shape (2, 5), expected bool (N, S), true where a key"
                        + " is padding; compare it first, as in ids.eq(0)");
    }
}
