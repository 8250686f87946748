package soma.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;
import soma.nn.KvCache;

class GptTest {

    private static Gpt small() {
        var gpt = Gpt.of(11, 12, 16, 2, 4);
        gpt.init(Rng.seed(5));
        // Larger than a new model's, so that its answers depend on what it sees.
        gpt.params().values().forEach(p -> p.load(p.value().mul(p.shape().rank() == 2 ? 10 : 1)));
        return gpt;
    }

    @Test
    void asManyParametersAsPublished() {
        assertThat(Gpt.gpt2().parameterCount()).isEqualTo(124_439_808);
    }

    @Test
    void nanoGptsNames() {
        assertThat(small().params().keySet())
                .startsWith(
                        "transformer.wte.weight",
                        "transformer.wpe.weight",
                        "transformer.h.0.attn.c_attn.weight",
                        "transformer.h.0.attn.c_attn.bias",
                        "transformer.h.0.attn.c_proj.weight")
                .contains(
                        "transformer.h.1.mlp.c_fc.weight",
                        "transformer.h.1.mlp.c_proj.bias",
                        "transformer.h.1.ln_1.weight",
                        "transformer.h.1.ln_2.bias")
                .endsWith("transformer.ln_f.weight", "transformer.ln_f.bias");
    }

    @Test
    void earlierPositionsDoNotSeeLaterOnes() {
        var gpt = small();
        var a = gpt.forward(Tensor.of(new int[] {1, 2, 3, 4}, 1, 4)).toFloatArray();
        var b = gpt.forward(Tensor.of(new int[] {1, 2, 3, 9}, 1, 4)).toFloatArray();
        assertThat(Arrays.copyOf(a, 33)).containsExactly(Arrays.copyOf(b, 33));
        assertThat(Arrays.copyOfRange(a, 33, 44)).isNotEqualTo(Arrays.copyOfRange(b, 33, 44));
    }

    @Test
    void withTheCacheTheSameAsWithout() {
        var gpt = small();
        var ids = new int[] {3, 1, 4, 1, 5, 9, 2, 6};
        var all = gpt.forward(Tensor.of(ids, 1, 8)).toFloatArray();
        var first = gpt.step(Tensor.of(Arrays.copyOf(ids, 5), 1, 5), KvCache.empty())
                .evaluated();
        var second = gpt.step(Tensor.of(Arrays.copyOfRange(ids, 5, 8), 1, 3), first.cache())
                .evaluated();
        assertThat(second.cache().length()).isEqualTo(8);
        assertThat(second.output().toFloatArray()).containsExactly(Arrays.copyOfRange(all, 55, 88), within(1e-4f));
    }

    @Test
    void generationIsTheLikeliestAgainAndAgain() {
        var gpt = small();
        var generated = gpt.generate(new int[] {1, 2}, 10, Sampling.greedy(), Rng.seed(1));
        var ids = new int[] {1, 2};
        for (int k = 0; k < 10; k++) {
            var logits = gpt.forward(Tensor.of(ids, 1, ids.length)).toFloatArray();
            int next = Sampling.greedy()
                    .choose(Arrays.copyOfRange(logits, logits.length - 11, logits.length), Rng.seed(1));
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = next;
        }
        assertThat(generated).containsExactly(Arrays.copyOfRange(ids, 2, 12));
        assertThat(Arrays.stream(generated).distinct().count()).isGreaterThan(1);
    }

    @Test
    void generationDoesNotDependOnThreads() {
        var gpt = Gpt.of(11, 160, 256, 2, 4);
        gpt.init(Rng.seed(5));
        var ids = new int[] {3, 1, 4, 1, 5, 9, 2, 6};
        var alone = Soma.withThreads(1, () -> decoded(gpt, ids, 70));
        for (int threads : new int[] {2, 3, 8}) {
            assertThat(Soma.withThreads(threads, () -> decoded(gpt, ids, 70))).isEqualTo(alone);
        }
    }

    /** The logits of {@code count} steps with the same symbol. */
    private static float[] decoded(Gpt gpt, int[] ids, int count) {
        var all = new float[11 * count];
        var cache = KvCache.empty();
        for (int i = 0; i < count; i++) {
            var step = gpt.step(i == 0 ? Tensor.of(ids, 1, ids.length) : Tensor.of(new int[] {7}, 1, 1), cache)
                    .evaluated();
            cache = step.cache();
            var logits = step.output().toFloatArray();
            System.arraycopy(logits, logits.length - 11, all, 11 * i, 11);
        }
        return all;
    }

    @Test
    void beyondTheContextGenerationGoesOn() {
        var gpt = small();
        var sampling = Sampling.at(1).topK(5);
        var a = gpt.generate(new int[] {1}, 40, sampling, Rng.seed(3));
        assertThat(a).hasSize(40).isEqualTo(gpt.generate(new int[] {1}, 40, sampling, Rng.seed(3)));
        var longPrompt = new int[30];
        assertThat(gpt.generate(longPrompt, 3, sampling, Rng.seed(3))).hasSize(3);
        assertThatThrownBy(() -> gpt.generate(new int[0], 1, sampling, Rng.seed(3)))
                .isInstanceOf(SomaException.class)
                .hasMessageContaining("the prompt is empty");
    }

    @Test
    void takesNanoGptsAndHuggingFacesWeights() {
        var gpt = small();
        var ids = Tensor.of(new int[] {3, 1, 4}, 1, 3);
        var expected = gpt.forward(ids).toFloatArray();

        var nano = new LinkedHashMap<>(gpt.stateDict());
        nano.put("lm_head.weight", nano.get("transformer.wte.weight"));
        var fromNano = Gpt.of(11, 12, 16, 2, 4);
        fromNano.load(nano);
        assertThat(fromNano.forward(ids).toFloatArray()).containsExactly(expected);

        var hugging = new LinkedHashMap<String, Tensor>();
        gpt.stateDict().forEach((name, value) -> {
            boolean conv1d = name.contains(".c_") && name.endsWith(".weight");
            hugging.put(
                    name.substring("transformer.".length()),
                    conv1d ? Tensor.evaluated(value.t()).getFirst() : value);
        });
        hugging.put("h.0.attn.bias", Tensor.ones(1, 1, 12, 12));
        var fromHugging = Gpt.of(11, 12, 16, 2, 4);
        fromHugging.load(hugging);
        assertThat(fromHugging.forward(ids).toFloatArray()).containsExactly(expected);
    }

    @Test
    void tooManyPositions() {
        assertThat(small().forward(Tensor.of(new int[24], 2, 12)).shape()).isEqualTo(Shape.of(2, 12, 11));
        assertThatThrownBy(() -> small().forward(Tensor.of(new int[13], 1, 13)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Gpt: ids (1, 13), expected (N, T) with at most 12 positions");
    }
}
