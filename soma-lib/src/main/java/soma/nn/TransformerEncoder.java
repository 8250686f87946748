package soma.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import soma.Tensor;

/**
 * {@link TransformerEncoderLayer}s one after the other, and a layer norm at the end if asked for. Vaswani et al. 2017,
 * arXiv 1706.03762.
 * <p>x: (N, T, D) -> (N, T, D). Each layer draws first numbers of its own; PyTorch copies those of the first.
 * {@snippet :
 * var gpt = new TransformerEncoder(6, () -> new TransformerEncoderLayer(64, 4, 256).normFirst().causal()).withNorm();
 * }
 */
public record TransformerEncoder(List<TransformerEncoderLayer> layers, Optional<LayerNorm> norm) implements Layer {

    public TransformerEncoder {
        layers = List.copyOf(layers);
    }

    /** As many layers as asked for, each from a call of {@code layer}. */
    public TransformerEncoder(int count, Supplier<TransformerEncoderLayer> layer) {
        this(Stream.generate(layer).limit(count).toList(), Optional.empty());
    }

    /** With a layer norm at the end, as models whose layers have their norms first need. */
    public TransformerEncoder withNorm() {
        return new TransformerEncoder(
                layers, Optional.of(new LayerNorm(layers.getFirst().selfAttn().width())));
    }

    @Override
    public Tensor forward(Tensor x) {
        return forward(x, Mask.none());
    }

    /** Through the same mask in every layer. */
    public Tensor forward(Tensor x, Mask mask) {
        for (var layer : layers) {
            x = layer.forward(x, mask);
        }
        return normed(x);
    }

    /** New positions x (N, L, D) after those in the cache; every layer is causal. */
    public KvCache.Step step(Tensor x, KvCache past) {
        var caches = new ArrayList<KvCache>();
        for (int i = 0; i < layers.size(); i++) {
            var step = layers.get(i).step(x, past.layer(i, layers.size()));
            caches.add(step.cache());
            x = step.output();
        }
        return new KvCache.Step(normed(x), KvCache.join(caches));
    }

    private Tensor normed(Tensor x) {
        return norm.isPresent() ? norm.get().forward(x) : x;
    }

    @Override
    public String toString() {
        return "TransformerEncoder(" + layers.size() + " x " + (layers.isEmpty() ? "nothing" : layers.getFirst())
                + (norm.isPresent() ? ", norm" : "") + ")";
    }
}
