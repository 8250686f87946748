package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.nn.Doubles.CAUSAL;
import static soma.nn.Doubles.OPEN;
import static soma.nn.Doubles.assertClose;
import static soma.nn.Doubles.draw;
import static soma.nn.Doubles.rows;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

class MultiheadAttentionTest {
    private final MultiheadAttention layer = Doubles.attention(1, 6, 3);
    private final Tensor x = draw(20, 2, 4, 6); // (N, L, D)
    private final Tensor memory = draw(21, 2, 5, 6); // (N, S, D)
    private final Tensor values = draw(22, 2, 5, 6); // (N, S, D)

    @Test
    void selfAndCrossAttention() {
        var self = layer.forward(x);
        var causal = layer.forward(x, Mask.causal());
        var cross = layer.forward(x, memory, memory, Mask.none());
        var three = layer.forward(x, memory, values, Mask.none());
        for (int n = 0; n < 2; n++) {
            var q = rows(x.at(n));
            var k = rows(memory.at(n));
            assertClose(self.at(n), Doubles.attention(layer, q, q, q, OPEN), 1e-11);
            assertClose(causal.at(n), Doubles.attention(layer, q, q, q, CAUSAL), 1e-11);
            assertClose(cross.at(n), Doubles.attention(layer, q, k, k, OPEN), 1e-11);
            assertClose(three.at(n), Doubles.attention(layer, q, k, rows(values.at(n)), OPEN), 1e-11);
            assertThat(layer.forward(x.at(n), Mask.causal()).toDoubleArray())
                    .containsExactly(causal.at(n).toDoubleArray(), within(1e-12));
        }
        // The same numbers in another tensor take the other way through the projections.
        assertThat(layer.forward(x, x.add(0), x.add(0), Mask.none()).toDoubleArray())
                .containsExactly(self.toDoubleArray(), within(1e-12));
    }

    @Test
    void masksOfTwoThreeAndFourAxes() {
        var hidden = draw(23, 2, 3, 4, 5).gt(0.8); // (N, H, L, S)
        var all = layer.forward(x, memory, memory, Mask.hiding(hidden));
        assertThat(layer.forward(x, memory, memory, Mask.hiding(hidden.reshape(6, 4, 5)))
                        .toDoubleArray())
                .containsExactly(all.toDoubleArray(), within(1e-12));
        var each = hidden.select(1, 0); // (N, L, S)
        var byExample = layer.forward(x, memory, memory, Mask.hiding(each));
        var same = layer.forward(x, memory, memory, Mask.hiding(each.at(1))); // (L, S)
        var marks = each.at(1).toBooleanArray();
        var want = Doubles.attention(
                layer,
                rows(x.at(1)),
                rows(memory.at(1)),
                rows(memory.at(1)),
                (i, j, s) -> marks[i * 5 + j] ? Double.NEGATIVE_INFINITY : s);
        assertClose(byExample.at(1), want, 1e-11);
        assertClose(same.at(1), want, 1e-11);
    }

    @Test
    void paddingIsNotSeen() {
        var padding =
                Tensor.of(new boolean[] {false, false, false, true, true, false, false, false, false, false}, 2, 5);
        var y = layer.forward(x, memory, memory, Mask.padding(padding));
        var cut = memory.at(0).narrow(0, 0, 3);
        assertThat(y.at(0).toDoubleArray())
                .containsExactly(layer.forward(x.at(0), cut, cut, Mask.none()).toDoubleArray(), within(1e-12));
        assertThat(y.at(1).toDoubleArray())
                .containsExactly(
                        layer.forward(x, memory, memory, Mask.none()).at(1).toDoubleArray(), within(1e-12));
        var nothing = layer.forward(x, memory, memory, Mask.padding(padding.onesLike()));
        assertThat(nothing.at(1, 2).toDoubleArray())
                .containsExactly(layer.outProj().bias().orElseThrow().value().toDoubleArray(), within(1e-12));
    }

    @Test
    void weightsAreTheMeanOverTheHeads() {
        var seen = layer.weighted(x, memory, values, Mask.causal());
        assertThat(seen.output().toDoubleArray())
                .containsExactly(layer.forward(x, memory, values, Mask.causal()).toDoubleArray(), within(1e-12));
        assertThat(seen.weights().shape()).isEqualTo(Shape.of(2, 4, 5));
        assertThat(seen.weights().sum(-1).sub(1).abs().max().item()).isLessThan(1e-12);
        assertThat(seen.weights().triu(1).abs().max().item()).isZero();
        assertThat(layer.weighted(x.at(0), memory.at(0), values.at(0), Mask.causal())
                        .weights()
                        .toDoubleArray())
                .containsExactly(seen.weights().at(0).toDoubleArray(), within(1e-12));
        var one = Doubles.attention(7, 4, 1);
        var q = draw(24, 3, 4);
        var w = one.inProjWeight().value();
        var b = one.inProjBias().orElseThrow().value();
        assertClose(
                one.weighted(q, q, q, Mask.none()).weights(),
                Doubles.weights(Doubles.affine(rows(q), w, b, 0, 4), Doubles.affine(rows(q), w, b, 4, 4), 0.5, OPEN),
                1e-12);
    }

    @Test
    void stepsGiveTheNumbersOfTheWholeSequence() {
        var whole = layer.forward(x, Mask.causal());
        var cache = KvCache.empty();
        for (int t = 0; t < 4; t++) {
            var step = layer.step(x.narrow(1, t, 1), cache).evaluated();
            assertThat(step.output().toDoubleArray())
                    .containsExactly(whole.narrow(1, t, 1).toDoubleArray(), within(1e-12));
            cache = step.cache();
            assertThat(cache.length()).isEqualTo(t + 1);
            assertThat(cache.key().isEvaluated()).isTrue();
        }
        var start = layer.step(x.narrow(1, 0, 1), KvCache.empty()).cache();
        assertThat(layer.step(x.narrow(1, 1, 3), start).output().toDoubleArray())
                .containsExactly(whole.narrow(1, 1, 3).toDoubleArray(), within(1e-12));
    }

    @Test
    void gradients() {
        var c = draw(25, 2, 4, 6);
        Differences.check(t -> layer.forward(t, Mask.causal()).mul(c).sum(), x, 1e-6);
        Differences.check(t -> layer.forward(x, t, values, Mask.none()).mul(c).sum(), memory, 1e-6);
        Doubles.checkGradients(
                layer, () -> layer.forward(x, Mask.causal()).mul(c).sum(), 1e-6);
        Doubles.checkGradients(
                layer,
                () -> layer.forward(x, memory, memory, Mask.none()).mul(c).sum(),
                1e-6);
    }

    @Test
    void namesFirstNumbersAndText() {
        var fresh = new MultiheadAttention(64, 8);
        assertThat(fresh.params().keySet())
                .containsExactly("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias");
        fresh.init(Rng.seed(1));
        assertThat(fresh.inProjWeight().shape()).isEqualTo(Shape.of(192, 64));
        // Glorot for the three projections as one matrix: sqrt(6 / (192 + 64)).
        assertThat(fresh.inProjWeight().value().abs().max().item()).isCloseTo(Math.sqrt(6 / 256.0), within(1e-3));
        assertThat(fresh.inProjBias().orElseThrow().value().abs().max().item()).isZero();
        assertThat(fresh.outProj().weight().value().abs().max().item()).isCloseTo(1 / 8.0, within(1e-3));
        assertThat(fresh.outProj().bias().orElseThrow().value().abs().max().item())
                .isZero();
        assertThat(fresh).hasToString("MultiheadAttention(64, heads 8)");
        assertThat(fresh.withoutBias().dropout(0.1).params().keySet())
                .containsExactly("in_proj_weight", "out_proj.weight");
        assertThat(fresh.withoutBias().dropout(0.1))
                .hasToString("MultiheadAttention(64, heads 8, dropout 0.1, no bias)");
        assertThat(fresh.withoutBias().forward(Tensor.ones(2, 3, 64)).shape()).isEqualTo(Shape.of(2, 3, 64));
        var other = new MultiheadAttention(64, 8);
        other.load(fresh.stateDict());
        assertThat(other.forward(Tensor.ones(1, 2, 64)).toFloatArray())
                .isEqualTo(fresh.forward(Tensor.ones(1, 2, 64)).toFloatArray());
    }

    @Test
    void dropoutActsInTrainingOnly() {
        var dropping = layer.dropout(0.5);
        assertThat(dropping.forward(x).toDoubleArray())
                .isEqualTo(layer.forward(x).toDoubleArray());
        var weights = Soma.training(
                Rng.seed(1), () -> dropping.weighted(x, x, x, Mask.none()).weights());
        var kept = layer.weighted(x, x, x, Mask.none()).weights();
        assertThat(weights.toDoubleArray()).isNotEqualTo(kept.toDoubleArray());
        assertThatThrownBy(() -> layer.dropout(1.5))
                .hasMessage("Dropout: probability 1.5, expected a number from 0 to 1");
    }

    record Net(MultiheadAttention attn) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return attn.forward(x);
        }
    }

    @Test
    void errorsSayWhatFits() {
        var net = new Net(new MultiheadAttention(64, 8));
        net.init(Rng.seed(1));
        assertThatThrownBy(() -> net.forward(Tensor.zeros(2, 5, 32)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("MultiheadAttention attn: query (2, 5, 32), key (2, 5, 32), value (2, 5, 32); expected"
                        + " (N, L, 64), (N, S, 64) and (N, S, 64), or all without the batch axis N");
        assertThatThrownBy(() -> layer.forward(x, memory, memory.narrow(1, 0, 3), Mask.none()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("MultiheadAttention: query (2, 4, 6), key (2, 5, 6), value (2, 3, 6); expected the same"
                        + " batch size in all three, and as many values as keys");
        assertThatThrownBy(() -> new MultiheadAttention(10, 3))
                .isInstanceOf(ShapeException.class)
                .hasMessage("MultiheadAttention: width 10 does not divide into 3 heads; choose a width that is a"
                        + " multiple of the number of heads");
        assertThatThrownBy(() ->
                        new MultiheadAttention(1, 0, Param.of(Tensor.ones(4, 4)), Optional.empty(), new Linear(4, 4)))
                .hasMessage("MultiheadAttention: in_proj_weight (4, 4), expected (3D, D) for width D");
        var cache = layer.step(x, KvCache.empty()).cache();
        assertThatThrownBy(() -> layer.step(draw(1, 3, 1, 6), cache))
                .isInstanceOf(ShapeException.class)
                .hasMessage("KvCache: the cache holds keys (2, 4, 6), the new ones are (3, 1, 6); expected the"
                        + " same batch size and width. Was the cache made by another model or batch?");
        assertThatThrownBy(() -> new MultiheadAttention(6, 3)
                        .load(Map.of("in_proj_weight", Tensor.zeros(DType.FLOAT32, Shape.of(18, 6)))))
                .hasMessageStartingWith("load: the names do not match. Missing: in_proj_bias, out_proj.weight");
    }
}
