package soma.nn;

import soma.SomaException;
import soma.Tensor;

/**
 * Self-attention, then a small network at each position, each with a residual connection and a layer norm. Vaswani et
 * al. 2017, arXiv 1706.03762, section 3.1; with {@link #normFirst()} after Xiong et al. 2020, arXiv 2002.04745.
 * <p>x: (N, T, D) -> (N, T, D), batch first, or both without N. Defaults are PyTorch's: dropout 0.1, relu, norm last.
 * With {@link #causal()} this is a layer of a decoder-only model, and {@link #step} decodes one position after another.
 * {@snippet :
 * new TransformerEncoderLayer(64, 4, 256).normFirst().causal().activation(Tensor::gelu);   // a layer of GPT-2
 * }
 */
public record TransformerEncoderLayer(
        MultiheadAttention selfAttn,
        Linear linear1,
        Linear linear2,
        LayerNorm norm1,
        LayerNorm norm2,
        double dropout,
        Layer activation,
        boolean isNormFirst,
        boolean isCausal)
        implements Layer {

    public TransformerEncoderLayer(int width, int heads, int feedForward) {
        this(
                new MultiheadAttention(width, heads).dropout(0.1),
                new Linear(width, feedForward),
                new Linear(feedForward, width),
                new LayerNorm(width),
                new LayerNorm(width),
                0.1,
                Tensor::relu,
                false,
                false);
    }

    /** With 2048 features inside the small network. */
    public TransformerEncoderLayer(int width, int heads) {
        this(width, heads, 2048);
    }

    /** Dropout of attention weights, inside the small network, and of both parts' outputs, in training. */
    public TransformerEncoderLayer dropout(double p) {
        return new TransformerEncoderLayer(
                selfAttn.dropout(p), linear1, linear2, norm1, norm2, p, activation, isNormFirst, isCausal);
    }

    /** Another function inside the small network. */
    public TransformerEncoderLayer activation(Layer f) {
        return new TransformerEncoderLayer(selfAttn, linear1, linear2, norm1, norm2, dropout, f, isNormFirst, isCausal);
    }

    /** Layer norms before each part instead of after its residual connection. */
    public TransformerEncoderLayer normFirst() {
        return new TransformerEncoderLayer(
                selfAttn, linear1, linear2, norm1, norm2, dropout, activation, true, isCausal);
    }

    /** Each position sees itself and those before it. */
    public TransformerEncoderLayer causal() {
        return new TransformerEncoderLayer(
                selfAttn, linear1, linear2, norm1, norm2, dropout, activation, isNormFirst, true);
    }

    /** What the layer norms add to the variance, 1e-5 at first. */
    public TransformerEncoderLayer eps(double eps) {
        return new TransformerEncoderLayer(
                selfAttn, linear1, linear2, norm1.eps(eps), norm2.eps(eps), dropout, activation, isNormFirst, isCausal);
    }

    @Override
    public Tensor forward(Tensor x) {
        return forward(x, Mask.none());
    }

    /** Through a mask, and the causal one if this layer is. */
    public Tensor forward(Tensor x, Mask mask) {
        var seen = isCausal ? mask.and(Mask.causal()) : mask;
        return after(x, selfAttn.forward(isNormFirst ? norm1.forward(x) : x, seen));
    }

    /** New positions x (N, L, D) after those in the cache: the same numbers as at the end of the whole sequence. */
    public KvCache.Step step(Tensor x, KvCache past) {
        if (!isCausal) {
            throw notCausal("TransformerEncoderLayer", linear1);
        }
        var attention = selfAttn.step(isNormFirst ? norm1.forward(x) : x, past);
        return new KvCache.Step(after(x, attention.output()), attention.cache());
    }

    /** What follows the attention. */
    private Tensor after(Tensor x, Tensor attention) {
        var a = x.add(drop(attention));
        if (isNormFirst) {
            return a.add(drop(feedForward(norm2.forward(a))));
        }
        var h = norm1.forward(a);
        return norm2.forward(h.add(drop(feedForward(h))));
    }

    private Tensor feedForward(Tensor x) {
        return linear2.forward(drop(activation.forward(linear1.forward(x)))); // (N, T, D)
    }

    private Tensor drop(Tensor x) {
        return new Dropout(dropout).forward(x);
    }

    @Override
    public String toString() {
        return text("TransformerEncoderLayer", selfAttn, linear1, dropout, isNormFirst, isCausal);
    }

    /** The error of a step through a layer without a causal mask; {@code part} tells which layer it is. */
    static SomaException notCausal(String type, Linear part) {
        return new SomaException(ParamTree.name(type, part.weight())
                + ": step takes positions one after another, but in this layer earlier positions see later ones;"
                + " make the layer with causal()");
    }

    static String text(
            String type,
            MultiheadAttention attention,
            Linear first,
            double dropout,
            boolean normFirst,
            boolean causal) {
        return type + "(" + attention.width() + ", heads " + attention.heads() + ", feed-forward " + first.out()
                + (dropout > 0 ? ", dropout " + dropout : "") + (normFirst ? ", norm first" : "")
                + (causal ? ", causal" : "") + ")";
    }
}
