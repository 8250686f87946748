package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.nn.Doubles.CAUSAL;
import static soma.nn.Doubles.OPEN;
import static soma.nn.Doubles.assertClose;
import static soma.nn.Doubles.draw;
import static soma.nn.Doubles.rows;
import static soma.nn.Doubles.sum;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;

class TransformerTest {
    private final TransformerEncoderLayer encoder = Doubles.encoderLayer(1, 4, 2, 3);
    private final TransformerDecoderLayer decoder = Doubles.decoderLayer(2, 4, 2, 3);
    private final Tensor x = draw(30, 2, 5, 4); // (N, T, D)
    private final Tensor memory = draw(31, 2, 3, 4); // (N, S, D)

    private static double[][] twin(TransformerEncoderLayer l, double[][] x, Doubles.Scores scores) {
        if (l.isNormFirst()) {
            var n = Doubles.norm(l.norm1(), x);
            var a = sum(x, Doubles.attention(l.selfAttn(), n, n, n, scores));
            return sum(a, Doubles.feedForward(l.linear1(), l.linear2(), Doubles.norm(l.norm2(), a)));
        }
        var a = Doubles.norm(l.norm1(), sum(x, Doubles.attention(l.selfAttn(), x, x, x, scores)));
        return Doubles.norm(l.norm2(), sum(a, Doubles.feedForward(l.linear1(), l.linear2(), a)));
    }

    private static double[][] twin(
            TransformerDecoderLayer l, double[][] x, double[][] m, Doubles.Scores self, Doubles.Scores cross) {
        if (l.isNormFirst()) {
            var n = Doubles.norm(l.norm1(), x);
            var a = sum(x, Doubles.attention(l.selfAttn(), n, n, n, self));
            var b = sum(a, Doubles.attention(l.multiheadAttn(), Doubles.norm(l.norm2(), a), m, m, cross));
            return sum(b, Doubles.feedForward(l.linear1(), l.linear2(), Doubles.norm(l.norm3(), b)));
        }
        var a = Doubles.norm(l.norm1(), sum(x, Doubles.attention(l.selfAttn(), x, x, x, self)));
        var b = Doubles.norm(l.norm2(), sum(a, Doubles.attention(l.multiheadAttn(), a, m, m, cross)));
        return Doubles.norm(l.norm3(), sum(b, Doubles.feedForward(l.linear1(), l.linear2(), b)));
    }

    @Test
    void encoderLayerByLoops() {
        var padding =
                Tensor.of(new boolean[] {false, false, false, true, true, false, false, false, false, false}, 2, 5);
        for (var layer : List.of(encoder, encoder.normFirst())) {
            var open = layer.forward(x);
            var causal = layer.causal().forward(x);
            var padded = layer.forward(x, Mask.padding(padding));
            for (int n = 0; n < 2; n++) {
                int length = n == 0 ? 3 : 5;
                assertClose(open.at(n), twin(layer, rows(x.at(n)), OPEN), 1e-10);
                assertClose(causal.at(n), twin(layer, rows(x.at(n)), CAUSAL), 1e-10);
                assertClose(
                        padded.at(n),
                        twin(layer, rows(x.at(n)), (i, j, s) -> j < length ? s : Double.NEGATIVE_INFINITY),
                        1e-10);
                assertClose(layer.forward(x.at(n)), twin(layer, rows(x.at(n)), OPEN), 1e-10);
            }
            assertThat(layer.forward(x, Mask.causal()).toDoubleArray()).isEqualTo(causal.toDoubleArray());
        }
    }

    @Test
    void decoderLayerByLoops() {
        var hidden = Tensor.of(new boolean[] {false, true, false}).expand(5, 3);
        for (var layer : List.of(decoder, decoder.normFirst())) {
            var open = layer.forward(x, memory);
            var masked = layer.causal().forward(x, memory, Mask.none(), Mask.hiding(hidden));
            for (int n = 0; n < 2; n++) {
                assertClose(open.at(n), twin(layer, rows(x.at(n)), rows(memory.at(n)), OPEN, OPEN), 1e-10);
                assertClose(
                        masked.at(n),
                        twin(
                                layer,
                                rows(x.at(n)),
                                rows(memory.at(n)),
                                CAUSAL,
                                (i, j, s) -> j == 1 ? Double.NEGATIVE_INFINITY : s),
                        1e-10);
            }
        }
    }

    @Test
    void stacksAreTheirLayersInTurn() {
        var second = Doubles.encoderLayer(40, 4, 2, 3);
        var norm = Doubles.norm(41, 4);
        var stack = new TransformerEncoder(List.of(encoder, second), Optional.of(norm));
        assertThat(stack.forward(x, Mask.causal()).toDoubleArray())
                .containsExactly(
                        norm.forward(second.causal().forward(encoder.causal().forward(x)))
                                .toDoubleArray(),
                        within(1e-12));
        var next = Doubles.decoderLayer(42, 4, 2, 3);
        var decoders = new TransformerDecoder(List.of(decoder, next), Optional.of(norm));
        assertThat(decoders.forward(x, memory).toDoubleArray())
                .containsExactly(
                        norm.forward(next.forward(decoder.forward(x, memory), memory))
                                .toDoubleArray(),
                        within(1e-12));
    }

    @Test
    void encoderStepsGiveTheNumbersOfTheWholeSequence() {
        for (var base : List.of(encoder.causal(), encoder.normFirst().causal().activation(Tensor::gelu))) {
            var model = new TransformerEncoder(
                    List.of(base, Doubles.encoderLayer(43, 4, 2, 3).causal()), Optional.of(Doubles.norm(44, 4)));
            var whole = model.forward(x);
            var cache = KvCache.empty();
            // One position, then two at once, then the rest one by one.
            for (int t = 0, n = 1; t < 5; t += n) {
                n = t == 1 ? 2 : 1;
                var step = model.step(x.narrow(1, t, n), cache).evaluated();
                assertThat(step.output().toDoubleArray())
                        .containsExactly(whole.narrow(1, t, n).toDoubleArray(), within(1e-12));
                cache = step.cache();
            }
            assertThat(cache.length()).isEqualTo(5);
            assertThat(cache.keys()).hasSize(2);
        }
    }

    @Test
    void decoderStepsGiveTheNumbersOfTheWholeSequence() {
        var model = new TransformerDecoder(
                List.of(
                        decoder.causal(),
                        Doubles.decoderLayer(45, 4, 2, 3).normFirst().causal()),
                Optional.empty());
        var whole = model.forward(x, memory);
        var cache = KvCache.empty();
        for (int t = 0; t < 5; t++) {
            var step = model.step(x.narrow(1, t, 1), memory, Mask.none(), cache).evaluated();
            assertThat(step.output().toDoubleArray())
                    .containsExactly(whole.narrow(1, t, 1).toDoubleArray(), within(1e-12));
            cache = step.cache();
        }
    }

    @Test
    void gradients() {
        var c = draw(32, 2, 5, 4);
        var smooth = encoder.activation(Tensor::gelu);
        Differences.check(t -> smooth.causal().forward(t).mul(c).sum(), x, 1e-6);
        Doubles.checkGradients(smooth, () -> smooth.causal().forward(x).mul(c).sum(), 1e-6);
        var first = smooth.normFirst();
        Doubles.checkGradients(first, () -> first.forward(x).mul(c).sum(), 1e-6);
        var both = decoder.activation(Tensor::tanh).causal();
        Differences.check(t -> both.forward(x, t).mul(c).sum(), memory, 1e-6);
        Doubles.checkGradients(both, () -> both.forward(x, memory).mul(c).sum(), 1e-6);
    }

    @Test
    void namesAreThoseOfPyTorchsStateDict() {
        var attention = List.of("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias");
        var rest = List.of(
                "linear1.weight",
                "linear1.bias",
                "linear2.weight",
                "linear2.bias",
                "norm1.weight",
                "norm1.bias",
                "norm2.weight",
                "norm2.bias");
        var one = new java.util.ArrayList<String>();
        attention.forEach(name -> one.add("self_attn." + name));
        one.addAll(rest);
        var layer = new TransformerEncoderLayer(8, 2);
        assertThat(layer.params().keySet()).containsExactlyElementsOf(one);
        assertThat(layer.linear1().weight().shape()).isEqualTo(Shape.of(2048, 8));
        var stack = new TransformerEncoder(2, () -> new TransformerEncoderLayer(8, 2, 16)).withNorm();
        assertThat(stack.params().keySet())
                .hasSize(26)
                .contains("layers.0.self_attn.in_proj_weight", "layers.1.norm2.bias", "norm.weight", "norm.bias");
        var two = new java.util.ArrayList<String>();
        attention.forEach(name -> two.add("self_attn." + name));
        attention.forEach(name -> two.add("multihead_attn." + name));
        two.addAll(rest);
        two.add("norm3.weight");
        two.add("norm3.bias");
        assertThat(new TransformerDecoderLayer(8, 2).params().keySet()).containsExactlyElementsOf(two);
        assertThat(new TransformerDecoder(2, () -> new TransformerDecoderLayer(8, 2, 16))
                        .withNorm()
                        .params()
                        .keySet())
                .hasSize(38)
                .contains("layers.1.multihead_attn.out_proj.bias", "layers.0.norm3.weight", "norm.bias");
        // A parametric activation is a part of the layer.
        assertThat(layer.activation(new Linear(2048, 2048).withoutBias()).params())
                .containsKey("activation.weight");
        stack.init(Rng.seed(1));
        var copy = new TransformerEncoder(2, () -> new TransformerEncoderLayer(8, 2, 16)).withNorm();
        copy.load(stack.stateDict());
        assertThat(copy.forward(Tensor.ones(1, 3, 8)).toFloatArray())
                .isEqualTo(stack.forward(Tensor.ones(1, 3, 8)).toFloatArray());
    }

    @Test
    void textAndOptions() {
        var layer = new TransformerEncoderLayer(8, 2, 16);
        assertThat(layer).hasToString("TransformerEncoderLayer(8, heads 2, feed-forward 16, dropout 0.1)");
        assertThat(layer.dropout(0).normFirst().causal())
                .hasToString("TransformerEncoderLayer(8, heads 2, feed-forward 16, norm first, causal)");
        assertThat(layer.eps(1e-3).norm2().eps()).isEqualTo(1e-3);
        assertThat(layer.dropout(0.3).selfAttn().dropout()).isEqualTo(0.3);
        assertThat(new TransformerDecoderLayer(8, 2, 16)
                        .eps(1e-3)
                        .dropout(0)
                        .normFirst()
                        .causal())
                .hasToString("TransformerDecoderLayer(8, heads 2, feed-forward 16, norm first, causal)");
        assertThat(new TransformerEncoder(3, () -> layer).withNorm())
                .hasToString("TransformerEncoder(3 x TransformerEncoderLayer(8, heads 2, feed-forward 16, dropout 0.1),"
                        + " norm)");
        assertThat(new TransformerDecoder(0, () -> new TransformerDecoderLayer(8, 2)))
                .hasToString("TransformerDecoder(0 x nothing)");
        var input = Tensor.ones(2, 3, 8);
        var dropped = Soma.training(Rng.seed(1), () -> layer.forward(input));
        assertThat(dropped.toFloatArray()).isNotEqualTo(layer.forward(input).toFloatArray());
        assertThat(Soma.training(Rng.seed(1), () -> layer.forward(input)).toFloatArray())
                .isEqualTo(dropped.toFloatArray());
    }

    @Test
    void errorsSayWhatToDo() {
        assertThatThrownBy(() -> encoder.step(x, KvCache.empty()))
                .isInstanceOf(SomaException.class)
                .hasMessage("TransformerEncoderLayer: step takes positions one after another, but in this layer earlier"
                        + " positions see later ones; make the layer with causal()");
        assertThatThrownBy(() -> decoder.step(x, memory, Mask.none(), KvCache.empty()))
                .hasMessageStartingWith("TransformerDecoderLayer: step takes positions one after another");
        assertThatThrownBy(() -> decoder.forward(x))
                .hasMessage("TransformerDecoderLayer: given one tensor, expected the target and the memory; call"
                        + " forward(x, memory), or write x -> decoder.forward(x, memory) where a layer is wanted");
        assertThatThrownBy(() -> new TransformerDecoder(List.of(), Optional.empty()).forward(x))
                .hasMessageStartingWith("TransformerDecoder: given one tensor");
        var stack = new TransformerEncoder(List.of(encoder.causal(), encoder.causal()), Optional.empty());
        var cache = new TransformerEncoder(List.of(encoder.causal()), Optional.empty())
                .step(x, KvCache.empty())
                .cache();
        assertThatThrownBy(() -> stack.step(x, cache))
                .hasMessage("KvCache: the cache holds 1 layers, the model has 2; expected the cache that this model's"
                        + " last step returned, or KvCache.empty()");
        assertThatThrownBy(() -> new KvCache(List.of(x), List.of(), 1, List.of()))
                .hasMessage("KvCache: keys of 1 layers and values of 0, expected as many");
        var named = new TransformerEncoder(2, () -> new TransformerEncoderLayer(8, 2, 16));
        named.init(Rng.seed(1));
        assertThatThrownBy(() -> named.forward(Tensor.ones(1, 3, 6)))
                .hasMessageStartingWith("MultiheadAttention layers.0.self_attn: query (1, 3, 6)");
    }

    @Test
    void whatADecoderMakesOfTheMemoryIsKept() {
        var model = new TransformerDecoder(List.of(decoder.causal()), Optional.empty());
        var first = model.step(x.narrow(1, 0, 1), memory, Mask.none(), KvCache.empty())
                .evaluated();
        assertThat(first.cache().memories()).hasSize(1);
        assertThat(first.cache().memories().getFirst().shape()).isEqualTo(Shape.of(2, 3, 8));
        var second = model.step(x.narrow(1, 1, 1), memory, Mask.none(), first.cache());
        assertThat(second.cache().memories()).isEqualTo(first.cache().memories());
    }

    @Test
    void theRoomOfACacheGrowsInLargeSteps() {
        var model = new TransformerEncoder(List.of(encoder.causal()), Optional.empty());
        var sequence = draw(50, 2, 70, 4);
        var cache = model.step(sequence.narrow(1, 0, 63), KvCache.empty())
                .evaluated()
                .cache();
        assertThat(cache.key().shape()).isEqualTo(Shape.of(2, 64, 4));
        var step = model.step(sequence.narrow(1, 63, 1), cache).evaluated();
        assertThat(step.cache().key().shape()).isEqualTo(Shape.of(2, 64, 4));
        var last = model.step(sequence.narrow(1, 64, 6), step.cache()).evaluated();
        assertThat(last.cache().key().shape()).isEqualTo(Shape.of(2, 128, 4));
        assertThat(last.output().toDoubleArray())
                .containsExactly(model.forward(sequence).narrow(1, 64, 6).toDoubleArray(), within(1e-12));
    }

    @Test
    void encoderAndDecoderTogether() {
        var model = new Transformer(8, 2, 1, 2, 16);
        model.init(Rng.seed(3));
        assertThat(model.params().keySet())
                .contains(
                        "encoder.layers.0.self_attn.in_proj_weight",
                        "encoder.norm.weight",
                        "decoder.layers.1.multihead_attn.out_proj.bias",
                        "decoder.layers.1.norm3.weight",
                        "decoder.norm.bias");
        var source = Tensor.randn(Rng.seed(4), 2, 3, 8);
        var target = Tensor.randn(Rng.seed(5), 2, 4, 8);
        assertThat(model.forward(source, target, Mask.none(), Mask.causal(), Mask.none())
                        .toFloatArray())
                .isEqualTo(model.decoder()
                        .forward(target, model.encoder().forward(source), Mask.causal(), Mask.none())
                        .toFloatArray());
        assertThatThrownBy(() -> model.forward(source)).isInstanceOf(SomaException.class);
    }
}
