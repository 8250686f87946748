package soma.zoo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import soma.DType;
import soma.Param;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;
import soma.nn.Dropout;
import soma.nn.Embedding;
import soma.nn.Init;
import soma.nn.Layer;
import soma.nn.LayerNorm;
import soma.nn.Linear;
import soma.nn.Mask;
import soma.nn.TransformerEncoder;
import soma.nn.TransformerEncoderLayer;

/**
 * A bidirectional encoder of text. Devlin et al. 2019, BERT, arXiv 1810.04805; of this shape are RoBERTa's and MiniLM's
 * kin too.
 * <p>ids: integers (N, T) -> (N, T, D). {@link #stateDict} and {@link #load} use the names of Hugging Face's BertModel,
 * where query, key and value have a matrix each; here they lie below one another in one.
 * {@snippet :
 * var miniLm = Bert.of(30_522, 512, 384, 6, 12, 1536);     // vocabulary, positions, width, layers, heads, inner width
 * miniLm.forward(ids);                                     // (N, T, 384)
 * miniLm.forward(ids, ids.zerosLike(), Mask.padding(ids.eq(0)));
 * }
 */
public record Bert(Embeddings embeddings, TransformerEncoder encoder, Optional<Linear> pooler) implements Layer {
    private static final List<String> PARTS = List.of("query", "key", "value");

    /** The sum of three tables, of symbols, positions and kinds, normalised. */
    public record Embeddings(
            Embedding wordEmbeddings,
            Embedding positionEmbeddings,
            Embedding tokenTypeEmbeddings,
            LayerNorm layerNorm,
            double dropout)
            implements Layer {

        @Override
        public Tensor forward(Tensor ids) {
            return forward(ids, Tensor.zeros(DType.INT64, ids.shape()));
        }

        /** Kinds of symbols, 0 or 1, are the first or the second of two texts. */
        public Tensor forward(Tensor ids, Tensor types) {
            int context = positionEmbeddings.weight().shape().dim(0);
            if (ids.rank() != 2 || ids.size(1) > context || !types.shape().equals(ids.shape())) {
                throw new ShapeException("Bert: ids " + ids.shape() + " and types " + types.shape()
                        + ", expected (N, T) for both, with at most " + context + " positions");
            }
            var positions = positionEmbeddings.weight().value().narrow(0, 0, ids.size(1)); // (T, D)
            var sum = wordEmbeddings
                    .forward(ids)
                    .add(tokenTypeEmbeddings.forward(types))
                    .add(positions);
            return new Dropout(dropout).forward(layerNorm.forward(sum)); // (N, T, D)
        }
    }

    /** A new model with two kinds of symbols, a pooler, and dropout 0.1. */
    public static Bert of(int vocabulary, int positions, int width, int layers, int heads, int inner) {
        var law = Init.normal(0, 0.02);
        var embeddings = new Embeddings(
                new Embedding(vocabulary, width).init(law),
                new Embedding(positions, width).init(law),
                new Embedding(2, width).init(law),
                new LayerNorm(width).eps(1e-12),
                0.1);
        var encoder = new TransformerEncoder(
                layers,
                () -> new TransformerEncoderLayer(width, heads, inner)
                        .activation(Tensor::gelu)
                        .eps(1e-12));
        return new Bert(embeddings, encoder, Optional.of(new Linear(width, width).init(law)));
    }

    /** BERT base, uncased: 109,482,240 parameters. */
    public static Bert base() {
        return of(30_522, 512, 768, 12, 12, 3072);
    }

    /** The last layer's output at every position. */
    @Override
    public Tensor forward(Tensor ids) {
        return encoder.forward(embeddings.forward(ids));
    }

    /** With the kind of each symbol, and a mask such as {@code Mask.padding(ids.eq(0))}. */
    public Tensor forward(Tensor ids, Tensor types, Mask mask) {
        return encoder.forward(embeddings.forward(ids, types), mask);
    }

    /** What stands for a whole text: tanh of a projection of the first position. (N, T, D) -> (N, D). */
    public Tensor pooled(Tensor output) {
        var first = output.select(1, 0);
        return pooler.map(p -> p.forward(first).tanh()).orElse(first);
    }

    // ---- names

    private static String name(String own) {
        return own.replace("embeddings.layer_norm", "embeddings.LayerNorm")
                .replace("encoder.layers", "encoder.layer")
                .replace("self_attn.in_proj", "attention.self.in_proj")
                .replace("self_attn.out_proj", "attention.output.dense")
                .replace("linear1", "intermediate.dense")
                .replace("linear2", "output.dense")
                .replace("norm1", "attention.output.LayerNorm")
                .replace("norm2", "output.LayerNorm")
                .replace("pooler", "pooler.dense");
    }

    @Override
    public Map<String, Param> params() {
        var out = new LinkedHashMap<String, Param>();
        Layer.super.params().forEach((name, p) -> out.put(name(name), p));
        return out;
    }

    @Override
    public Map<String, Tensor> stateDict() {
        var out = new LinkedHashMap<String, Tensor>();
        Layer.super.stateDict().forEach((name, value) -> {
            if (name.contains(".in_proj_")) {
                var parts = value.chunk(3, 0);
                Soma.eval(parts);
                for (int i = 0; i < 3; i++) {
                    out.put(name.replace("in_proj_", PARTS.get(i) + "."), parts.get(i));
                }
            } else {
                out.put(name, value);
            }
        });
        return out;
    }

    /** Takes Hugging Face's names, with or without the prefix {@code bert}. */
    @Override
    public void load(Map<String, Tensor> state) {
        var own = new LinkedHashMap<String, Tensor>();
        state.forEach((full, value) -> {
            var name = full.startsWith("bert.") ? full.substring(5) : full;
            if (name.contains(".attention.self.query.")) {
                var parts = PARTS.stream()
                        .map(part -> full.replace(".query.", "." + part + "."))
                        .map(state::get)
                        .toArray(Tensor[]::new);
                own.put(
                        name.replace("query.", "in_proj_"),
                        Tensor.evaluated(Tensor.cat(0, parts)).getFirst());
            } else if (!name.contains(".attention.self.") && !name.endsWith("position_ids")) {
                own.put(name, value);
            }
        });
        Layer.super.load(own);
    }

    @Override
    public String toString() {
        return "Bert(vocabulary " + embeddings.wordEmbeddings().weight().shape().dim(0) + ", " + encoder + ")";
    }
}
