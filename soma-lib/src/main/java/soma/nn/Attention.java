package soma.nn;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import soma.Shape;
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
        check(q, k, v);
        if (!mask.isPlain() || !isFused(q.shape(), k.shape(), v.shape())) {
            return attend(q, k, v, mask, scale, 0, UnaryOperator.identity()).output();
        }
        int last = q.rank() - 2;
        var scores = q.shape().with(last + 1, k.size(-2));
        var options = new soma.op.Attention.Options(1, scale, mask.isCausal(), 0);
        int n = q.shape().product(0, last);
        var in = Stream.of(q, k, v)
                .map(x -> x.reshape(n, x.size(-2), x.size(-1)))
                .toList();
        return fused(in, options, mask.closed(scores, q.dtype()).map(m -> oneHead(m, scores)), Optional.empty())
                .reshape(q.shape().with(last + 1, v.size(-1)));
    }

    /** As one op, which takes heads up to some width and leading axes that are equal. */
    private static boolean isFused(Shape q, Shape k, Shape v) {
        int last = q.rank() - 1;
        return Math.max(q.dim(-1), v.dim(-1)) <= soma.op.Attention.MOST_WIDTH
                && k.rank() == q.rank()
                && v.rank() == q.rank()
                && k.with(last, 0).with(last - 1, 0).equals(q.with(last, 0).with(last - 1, 0))
                && v.with(last, 0).with(last - 1, 0).equals(k.with(last, 0).with(last - 1, 0));
    }

    /** A mask that broadcasts to scores (..., L, S) as (N, 1, L or 1, S), N being all leading axes together. */
    private static Tensor oneHead(Tensor mask, Shape scores) {
        int lines = mask.size(-2);
        int keys = mask.size(-1);
        if (mask.numel() == lines * keys) {
            return mask.reshape(1, 1, lines, keys);
        }
        while (mask.rank() > scores.rank()) {
            mask = mask.squeeze(0);
        }
        return mask.expand(scores.with(scores.rank() - 2, lines))
                .reshape(scores.product(0, scores.rank() - 2), 1, lines, keys);
    }

    /** The op itself: see there what {@code in} may be. */
    static Tensor fused(
            List<Tensor> in, soma.op.Attention.Options options, Optional<Tensor> mask, Optional<Tensor> position) {
        return Tensor.of(new soma.op.Attention(in, options, mask, position)).pick(0);
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
        check(q, k, v);
        var scores = q.mul(scale).matmul(k.transpose(-2, -1)); // (..., L, S)
        var weights = drop.apply(mask.softmax(scores, offset));
        return new Attended(weights.matmul(v), weights); // (..., L, Ev)
    }

    private static void check(Tensor q, Tensor k, Tensor v) {
        if (q.rank() < 2 || k.rank() < 2 || v.rank() < 2 || q.size(-1) != k.size(-1) || k.size(-2) != v.size(-2)) {
            throw new ShapeException("scaledDotProductAttention: queries " + q.shape() + ", keys " + k.shape()
                    + ", values " + v.shape() + "; expected (..., L, E), (..., S, E) and (..., S, Ev): queries and keys"
                    + " of the same width, as many values as keys");
        }
    }

    private static int features(Tensor x) {
        return x.rank() == 0 ? 0 : x.size(-1);
    }
}
