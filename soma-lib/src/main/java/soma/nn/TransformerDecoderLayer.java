package soma.nn;

import java.util.function.UnaryOperator;
import soma.SomaException;
import soma.Tensor;

/**
 * Self-attention, attention to a memory (the encoder's output), then a small network at each position, each with a
 * residual connection and a layer norm. Vaswani et al. 2017, arXiv 1706.03762, section 3.1.
 * <p>x: (N, T, D), memory: (N, S, D) -> (N, T, D), batch first, or all without N. Defaults are PyTorch's: dropout 0.1,
 * relu, norm last, and no mask: ask for {@link #causal()}.
 * {@snippet :
 * new TransformerDecoderLayer(64, 4, 256).causal().forward(x, memory);
 * }
 */
public record TransformerDecoderLayer(
        MultiheadAttention selfAttn,
        MultiheadAttention multiheadAttn,
        Linear linear1,
        Linear linear2,
        LayerNorm norm1,
        LayerNorm norm2,
        LayerNorm norm3,
        double dropout,
        Layer activation,
        boolean isNormFirst,
        boolean isCausal)
        implements Layer {

    public TransformerDecoderLayer(int width, int heads, int feedForward) {
        this(
                new MultiheadAttention(width, heads).dropout(0.1),
                new MultiheadAttention(width, heads).dropout(0.1),
                new Linear(width, feedForward),
                new Linear(feedForward, width),
                new LayerNorm(width),
                new LayerNorm(width),
                new LayerNorm(width),
                0.1,
                Tensor::relu,
                false,
                false);
    }

    /** With 2048 features inside the small network. */
    public TransformerDecoderLayer(int width, int heads) {
        this(width, heads, 2048);
    }

    /** Dropout of attention weights, inside the small network, and of all three parts' outputs, in training. */
    public TransformerDecoderLayer dropout(double p) {
        return new TransformerDecoderLayer(
                selfAttn.dropout(p),
                multiheadAttn.dropout(p),
                linear1,
                linear2,
                norm1,
                norm2,
                norm3,
                p,
                activation,
                isNormFirst,
                isCausal);
    }

    /** Another function inside the small network. */
    public TransformerDecoderLayer activation(Layer f) {
        return new TransformerDecoderLayer(
                selfAttn, multiheadAttn, linear1, linear2, norm1, norm2, norm3, dropout, f, isNormFirst, isCausal);
    }

    /** Layer norms before each part instead of after its residual connection. */
    public TransformerDecoderLayer normFirst() {
        return new TransformerDecoderLayer(
                selfAttn, multiheadAttn, linear1, linear2, norm1, norm2, norm3, dropout, activation, true, isCausal);
    }

    /** Each position sees itself and those before it, and the whole memory. */
    public TransformerDecoderLayer causal() {
        return new TransformerDecoderLayer(
                selfAttn, multiheadAttn, linear1, linear2, norm1, norm2, norm3, dropout, activation, isNormFirst, true);
    }

    /** What the layer norms add to the variance, 1e-5 at first. */
    public TransformerDecoderLayer eps(double eps) {
        return new TransformerDecoderLayer(
                selfAttn,
                multiheadAttn,
                linear1,
                linear2,
                norm1.eps(eps),
                norm2.eps(eps),
                norm3.eps(eps),
                dropout,
                activation,
                isNormFirst,
                isCausal);
    }

    /** Not defined: a decoder needs a memory too. */
    @Override
    public Tensor forward(Tensor x) {
        throw noMemory("TransformerDecoderLayer");
    }

    static SomaException noMemory(String type) {
        return new SomaException(
                type + ": given one tensor, expected the target and the memory; call forward(x, memory), or write"
                        + " x -> decoder.forward(x, memory) where a layer is wanted");
    }

    /** Positions x that look at each other and at the memory. */
    public Tensor forward(Tensor x, Tensor memory) {
        return forward(x, memory, Mask.none(), Mask.none());
    }

    /** Through one mask among the positions of x (T, T), and one from x to the memory (T, S). */
    public Tensor forward(Tensor x, Tensor memory, Mask mask, Mask memoryMask) {
        var seen = isCausal ? mask.and(Mask.causal()) : mask;
        var attention = selfAttn.forward(isNormFirst ? norm1.forward(x) : x, seen);
        return after(x, attention, q -> multiheadAttn.forward(q, memory, memory, memoryMask));
    }

    /**
     * New positions x (N, L, D) after those in the cache: the same numbers as at the end of the whole sequence. What
     * this layer makes of the memory is kept in the cache; a memory given with a later step is not looked at.
     */
    public KvCache.Step step(Tensor x, Tensor memory, Mask memoryMask, KvCache past) {
        if (!isCausal) {
            throw TransformerEncoderLayer.notCausal("TransformerDecoderLayer", linear1);
        }
        if (x.rank() == 2) {
            var step = step(x.unsqueeze(0), memory.unsqueeze(0), memoryMask, past);
            return new KvCache.Step(step.output().squeeze(0), step.cache());
        }
        var attention = selfAttn.step(isNormFirst ? norm1.forward(x) : x, past);
        var cache = past.memories().isEmpty()
                ? attention.cache().remembering(multiheadAttn.remember(memory))
                : attention.cache();
        var remembered = cache.memories().getFirst();
        var y = after(x, attention.output(), q -> multiheadAttn.attend(q, remembered, memoryMask));
        return new KvCache.Step(y, cache);
    }

    /** What follows the attention among the positions; {@code across} is that to the memory. */
    private Tensor after(Tensor x, Tensor attention, UnaryOperator<Tensor> across) {
        var a = x.add(drop(attention));
        if (isNormFirst) {
            var b = a.add(drop(across.apply(norm2.forward(a))));
            return b.add(drop(feedForward(norm3.forward(b))));
        }
        var h = norm1.forward(a);
        var g = norm2.forward(h.add(drop(across.apply(h))));
        return norm3.forward(g.add(drop(feedForward(g))));
    }

    private Tensor feedForward(Tensor x) {
        return linear2.forward(drop(activation.forward(linear1.forward(x)))); // (N, T, D)
    }

    private Tensor drop(Tensor x) {
        return new Dropout(dropout).forward(x);
    }

    @Override
    public String toString() {
        return TransformerEncoderLayer.text(
                "TransformerDecoderLayer", selfAttn, linear1, dropout, isNormFirst, isCausal);
    }
}
