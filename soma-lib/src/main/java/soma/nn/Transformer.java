package soma.nn;

import soma.Tensor;

/**
 * Encoder and decoder, as in Vaswani et al. 2017, arXiv 1706.03762: the decoder's positions look at each other and at
 * what the encoder makes of the source. PyTorch's nn.Transformer with batch_first=True, and its keys.
 * <p>source: (N, S, D), target: (N, T, D) -> (N, T, D), or all without N. Defaults are PyTorch's: 512 features, 8
 * heads, 6 layers each, 2048 features inside the small networks, dropout 0.1, relu, norms last, and no mask: give {@link
 * Mask#causal()} for the target.
 * {@snippet :
 * var model = new Transformer(64, 4, 2, 2, 256);
 * model.forward(source, target, Mask.none(), Mask.causal(), Mask.none());
 * }
 */
public record Transformer(TransformerEncoder encoder, TransformerDecoder decoder) implements Layer {

    public Transformer(int width, int heads, int encoderLayers, int decoderLayers, int feedForward) {
        this(
                new TransformerEncoder(encoderLayers, () -> new TransformerEncoderLayer(width, heads, feedForward))
                        .withNorm(),
                new TransformerDecoder(decoderLayers, () -> new TransformerDecoderLayer(width, heads, feedForward))
                        .withNorm());
    }

    /** The sizes of the paper's base model. */
    public Transformer() {
        this(512, 8, 6, 6, 2048);
    }

    /** Not defined: there are a source and a target. */
    @Override
    public Tensor forward(Tensor x) {
        throw TransformerDecoderLayer.noMemory("Transformer");
    }

    /** Without masks. */
    public Tensor forward(Tensor source, Tensor target) {
        return forward(source, target, Mask.none(), Mask.none(), Mask.none());
    }

    /** Through masks among the positions of the source, among those of the target, and from the target to the source. */
    public Tensor forward(Tensor source, Tensor target, Mask sourceMask, Mask targetMask, Mask memoryMask) {
        return decoder.forward(target, encoder.forward(source, sourceMask), targetMask, memoryMask);
    }

    @Override
    public String toString() {
        return "Transformer(" + encoder + ", " + decoder + ")";
    }
}
