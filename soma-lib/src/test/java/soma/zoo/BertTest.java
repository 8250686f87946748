package soma.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;
import soma.nn.Mask;

class BertTest {

    private static Bert small() {
        return Bert.of(20, 10, 16, 2, 4, 32);
    }

    @Test
    void asManyParametersAsPublished() {
        assertThat(Bert.base().parameterCount()).isEqualTo(109_482_240);
        assertThat(Bert.of(30_522, 512, 384, 6, 12, 1536).parameterCount()).isEqualTo(22_713_216);
    }

    @Test
    void huggingFacesNames() {
        assertThat(small().stateDict().keySet())
                .startsWith(
                        "embeddings.word_embeddings.weight",
                        "embeddings.position_embeddings.weight",
                        "embeddings.token_type_embeddings.weight",
                        "embeddings.LayerNorm.weight",
                        "embeddings.LayerNorm.bias",
                        "encoder.layer.0.attention.self.query.weight",
                        "encoder.layer.0.attention.self.key.weight",
                        "encoder.layer.0.attention.self.value.weight")
                .contains(
                        "encoder.layer.1.attention.self.value.bias",
                        "encoder.layer.1.attention.output.dense.weight",
                        "encoder.layer.1.attention.output.LayerNorm.weight",
                        "encoder.layer.1.intermediate.dense.weight",
                        "encoder.layer.1.output.dense.bias",
                        "encoder.layer.1.output.LayerNorm.bias")
                .endsWith("pooler.dense.weight", "pooler.dense.bias");
        assertThat(small().stateDict()
                        .get("encoder.layer.0.attention.self.key.weight")
                        .shape())
                .isEqualTo(Shape.of(16, 16));
    }

    @Test
    void weightsRoundTrip() {
        var bert = small();
        bert.init(Rng.seed(1));
        var ids = Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
        var state = new LinkedHashMap<String, Tensor>();
        bert.stateDict().forEach((name, value) -> state.put("bert." + name, value));
        state.put("bert.embeddings.position_ids", Tensor.arange(10));
        var other = small();
        other.load(state);
        assertThat(other.forward(ids).toFloatArray())
                .containsExactly(bert.forward(ids).toFloatArray());
    }

    @Test
    void paddingIsNotSeen() {
        var bert = small();
        bert.init(Rng.seed(1));
        var padded = Tensor.of(new int[] {5, 6, 0, 0}, 1, 4);
        var output = bert.forward(padded, Tensor.zeros(DType.INT64, padded.shape()), Mask.padding(padded.eq(0)));
        var alone = bert.forward(Tensor.of(new int[] {5, 6}, 1, 2));
        assertThat(Arrays.copyOf(output.toFloatArray(), 32)).containsExactly(alone.toFloatArray(), within(1e-5f));
        assertThat(bert.pooled(output).shape()).isEqualTo(Shape.of(1, 16));
    }

    @Test
    void tooManyPositions() {
        assertThatThrownBy(() -> small().forward(Tensor.of(new int[11], 1, 11)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("at most 10 positions");
    }
}
