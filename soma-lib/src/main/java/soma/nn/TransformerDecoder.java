package soma.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import soma.Tensor;

/**
 * {@link TransformerDecoderLayer}s one after the other, all looking at one memory, and a layer norm at the end if asked
 * for. Vaswani et al. 2017, arXiv 1706.03762.
 * <p>x: (N, T, D), memory: (N, S, D) -> (N, T, D). Each layer draws first numbers of its own; PyTorch copies those of
 * the first.
 * {@snippet :
 * var decoder = new TransformerDecoder(6, () -> new TransformerDecoderLayer(512, 8).causal());
 * decoder.forward(target, encoder.forward(source));
 * }
 */
public record TransformerDecoder(List<TransformerDecoderLayer> layers, Optional<LayerNorm> norm) implements Layer {

    public TransformerDecoder {
        layers = List.copyOf(layers);
    }

    /** As many layers as asked for, each from a call of {@code layer}. */
    public TransformerDecoder(int count, Supplier<TransformerDecoderLayer> layer) {
        this(Stream.generate(layer).limit(count).toList(), Optional.empty());
    }

    /** With a layer norm at the end, as models whose layers have their norms first need. */
    public TransformerDecoder withNorm() {
        return new TransformerDecoder(
                layers, Optional.of(new LayerNorm(layers.getFirst().selfAttn().width())));
    }

    /** Not defined: a decoder needs a memory too. */
    @Override
    public Tensor forward(Tensor x) {
        throw TransformerDecoderLayer.noMemory("TransformerDecoder");
    }

    /** Positions x that look at each other and at the memory. */
    public Tensor forward(Tensor x, Tensor memory) {
        return forward(x, memory, Mask.none(), Mask.none());
    }

    /** Through one mask among the positions of x (T, T), and one from x to the memory (T, S). */
    public Tensor forward(Tensor x, Tensor memory, Mask mask, Mask memoryMask) {
        for (var layer : layers) {
            x = layer.forward(x, memory, mask, memoryMask);
        }
        return normed(x);
    }

    /** New positions x (N, L, D) after those in the cache; every layer is causal. */
    public KvCache.Step step(Tensor x, Tensor memory, Mask memoryMask, KvCache past) {
        var caches = new ArrayList<KvCache>();
        for (int i = 0; i < layers.size(); i++) {
            var step = layers.get(i).step(x, memory, memoryMask, past.layer(i, layers.size()));
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
        return "TransformerDecoder(" + layers.size() + " x " + (layers.isEmpty() ? "nothing" : layers.getFirst())
                + (norm.isPresent() ? ", norm" : "") + ")";
    }
}
