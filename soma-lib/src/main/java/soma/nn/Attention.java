package soma.nn;

import java.util.function.UnaryOperator;
import soma.ShapeException;
import soma.Tensor;

/** Attention as functions of queries, keys and values. */
public final class Attention {
    private Attention() {}

    /**
     * softmax(q k^T / sqrt(E)) v: each query's mean of the values, weighted by how well their keys fit. Vaswani et al.
     * 2017, arXiv 1706.03762, section 3.2.1.
     * <p>q: (..., L, E), k: (..., S, E), v: (..., S, Ev) -> (..., L, Ev); leading axes (batch, heads) broadcast.
     * {@snippet :
     * Attention.scaledDotProductAttention(q, k, v, Mask.causal());
     * }
     */
    public static Tensor scaledDotProductAttention(Tensor q, Tensor k, Tensor v) {
        return scaledDotProductAttention(q, k, v, Mask.none());
    }

    /** {@link #scaledDotProductAttention(Tensor, Tensor, Tensor)}, each query seeing the keys the mask lets through. */
    public static Tensor scaledDotProductAttention(Tensor q, Tensor k, Tensor v, Mask mask) {
        return scaledDotProductAttention(q, k, v, mask, 1 / Math.sqrt(Math.max(1, features(q))));
    }

    /** {@link #scaledDotProductAttention(Tensor, Tensor, Tensor, Mask)} with another factor than 1 / sqrt(E). */
    public static Tensor scaledDotProductAttention(Tensor q, Tensor k, Tensor v, Mask mask, double scale) {
        return attend(q, k, v, mask, scale, 0, UnaryOperator.identity()).output();
    }

    /**
     * softmax(v . tanh(q + k)) over the keys: the weights of additive attention, for queries and keys already taken to a
     * common width. Bahdanau, Cho, Bengio 2015, arXiv 1409.0473, appendix A.1.2.
     * <p>q: (..., L, H), k: (..., S, H), v: (H) -> (..., L, S).
     */
    public static Tensor additiveWeights(Tensor q, Tensor k, Tensor v, Mask mask) {
        if (features(q) != features(k) || v.rank() != 1 || features(v) != features(q)) {
            throw new ShapeException("additiveWeights: queries " + q.shape() + ", keys " + k.shape() + ", vector "
                    + v.shape() + "; expected (..., L, H), (..., S, H) and (H)");
        }
        return mask.softmax(q.unsqueeze(-2).add(k.unsqueeze(-3)).tanh().matmul(v), 0); // (..., L, S)
    }

    /** What attention gives, and the weights (..., L, S) it took the values with. */
    record Attended(Tensor output, Tensor weights) {}

    /** Attention whose first query stands at key {@code offset}; {@code drop} acts on the weights. */
    static Attended attend(
            Tensor q, Tensor k, Tensor v, Mask mask, double scale, int offset, UnaryOperator<Tensor> drop) {
        if (q.rank() < 2 || k.rank() < 2 || v.rank() < 2 || q.size(-1) != k.size(-1) || k.size(-2) != v.size(-2)) {
            throw new ShapeException("scaledDotProductAttention: queries " + q.shape() + ", keys " + k.shape()
                    + ", values " + v.shape() + "; expected (..., L, E), (..., S, E) and (..., S, Ev): queries and keys"
                    + " of the same width, as many values as keys");
        }
        var scores = q.mul(scale).matmul(k.transpose(-2, -1)); // (..., L, S)
        var weights = drop.apply(mask.softmax(scores, offset));
        return new Attended(weights.matmul(v), weights); // (..., L, Ev)
    }

    private static int features(Tensor x) {
        return x.rank() == 0 ? 0 : x.size(-1);
    }
}
