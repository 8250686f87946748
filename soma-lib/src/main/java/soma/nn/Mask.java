package soma.nn;

import java.util.Optional;
import java.util.function.BinaryOperator;
import soma.DType;
import soma.DTypeException;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * Which keys each query of an attention may look at. Masks are values; {@link #and} joins them.
 * <p>The scores have shape (..., L, S): L queries, S keys, before them the batch and, in {@link MultiheadAttention}, the
 * heads. PyTorch writes masks in two opposite ways, so each has a name of its own here:
 * <ul>
 * <li>{@link #of}: attn_mask of scaled_dot_product_attention; true takes part, a float mask is added to the scores;
 * <li>{@link #hiding}: attn_mask of nn.MultiheadAttention and its kin; true is left out;
 * <li>{@link #padding}: key_padding_mask; true is left out, for all queries of an example;
 * <li>{@link #causal}: is_causal; query i sees the keys 0 to i.
 * </ul>
 * A query that may look at no key at all gives 0, and no gradient, as in PyTorch's scaled_dot_product_attention since
 * 2.5.
 * {@snippet :
 * Mask.causal().and(Mask.padding(ids.eq(0)));   // ids: (N, T), 0 fills up short sequences
 * }
 */
public record Mask(Optional<Tensor> keep, Optional<Tensor> added, Optional<Tensor> padded, boolean isCausal) {
    private static final Mask NONE = new Mask(Optional.empty(), Optional.empty(), Optional.empty(), false);
    private static final Mask CAUSAL = new Mask(Optional.empty(), Optional.empty(), Optional.empty(), true);

    /** Every query sees every key. */
    public static Mask none() {
        return NONE;
    }

    /** Query i sees the keys 0 to i. With a {@link KvCache}, the keys before it and its own. */
    public static Mask causal() {
        return CAUSAL;
    }

    /** Bool: true takes part. Float: added to the scores. (L, S), or anything that broadcasts to (..., L, S). */
    public static Mask of(Tensor mask) {
        if (mask.dtype() == DType.BOOL) {
            return new Mask(Optional.of(mask), Optional.empty(), Optional.empty(), false);
        }
        if (mask.dtype().isFloating()) {
            return new Mask(Optional.empty(), Optional.of(mask), Optional.empty(), false);
        }
        throw new DTypeException("Mask: the mask is " + mask.dtype()
                + ", expected bool (true takes part) or a floating dtype (added to the scores); compare it first, as in"
                + " x.ne(0)");
    }

    /** Bool: true is left out. Float: added to the scores. */
    public static Mask hiding(Tensor mask) {
        return of(mask.dtype() == DType.BOOL ? mask.logicalNot() : mask);
    }

    /** True at the keys that only fill up a sequence. (N, S); (S) for an input without a batch axis. */
    public static Mask padding(Tensor mask) {
        if (mask.dtype() != DType.BOOL || mask.rank() < 1 || mask.rank() > 2) {
            throw new DTypeException("Mask.padding: the mask is " + mask.dtype() + " of shape " + mask.shape()
                    + ", expected bool (N, S), true where a key is padding; compare it first, as in ids.eq(0)");
        }
        return new Mask(Optional.empty(), Optional.empty(), Optional.of(mask), false);
    }

    /** What both masks let through. */
    public Mask and(Mask other) {
        return new Mask(
                joined(keep, other.keep, Tensor::logicalAnd),
                joined(added, other.added, Tensor::add),
                joined(padded, other.padded, Tensor::logicalOr),
                isCausal || other.isCausal);
    }

    private static Optional<Tensor> joined(Optional<Tensor> a, Optional<Tensor> b, BinaryOperator<Tensor> join) {
        return a.isPresent() && b.isPresent() ? Optional.of(join.apply(a.get(), b.get())) : a.isPresent() ? a : b;
    }

    /** The weights of scores (..., L, S), the first query standing at key {@code offset}. */
    Tensor softmax(Tensor scores, int offset) {
        var open = visible(scores.shape(), offset, isCausal);
        var bias = added.map(m -> m.to(scores.dtype()));
        bias.ifPresent(m -> checkBroadcast(m, scores.shape()));
        if (open.isEmpty() && bias.isEmpty()) {
            return scores.softmax(-1);
        }
        // A row with no key would be 0/0. Such rows are left open for the softmax and set to 0 after it: then their
        // gradients are 0 too, not NaN. A causal mask alone leaves each query its first key.
        if (isCausal && keep.isEmpty() && padded.isEmpty() && bias.isEmpty() && offset >= 0) {
            return scores.maskedFill(open.get().logicalNot(), Double.NEGATIVE_INFINITY)
                    .softmax(-1);
        }
        var seen = bias.map(m -> m.gt(Double.NEGATIVE_INFINITY));
        var key = joined(open, seen, Tensor::logicalAnd).orElseThrow();
        var alive = key.keepdim(m -> m.any(-1), -1);
        var masked = bias.map(m -> scores.add(Tensor.where(alive, m, 0))).orElse(scores);
        if (open.isPresent()) {
            masked = Tensor.where(open.get().logicalOr(alive.logicalNot()), masked, Double.NEGATIVE_INFINITY);
        }
        return Tensor.where(alive, masked.softmax(-1), 0);
    }

    /** Whether it says no more than which keys a query sees: then attention needs no gradient for it. */
    boolean isPlain() {
        return added.isEmpty();
    }

    /**
     * All of it but the causal part as numbers to add to scores (..., heads, L, S): 0, or -infinity for what is left
     * out. (N or 1, heads or 1, L or 1, S), of scores (heads, L, S) with one more axis in front.
     */
    Optional<Tensor> closed(Shape scores, DType dtype) {
        return visible(scores, 0, false).map(open -> {
            var m = Tensor.where(open, Tensor.scalar(0, dtype), Double.NEGATIVE_INFINITY);
            while (m.rank() < 4) {
                m = m.unsqueeze(0);
            }
            return m.size(3) == scores.dim(-1) ? m : m.expand(m.shape().with(3, scores.dim(-1)));
        });
    }

    /** True where a query may look; broadcasts to the scores. */
    private Optional<Tensor> visible(Shape scores, int offset, boolean causal) {
        keep.ifPresent(m -> checkBroadcast(m, scores));
        var all = keep;
        if (padded.isPresent()) {
            all = joined(all, Optional.of(keys(padded.get(), scores).logicalNot()), Tensor::logicalAnd);
        }
        if (causal) {
            var query = Tensor.arange(scores.dim(-2)).unsqueeze(1).add(offset);
            all = joined(all, Optional.of(Tensor.arange(scores.dim(-1)).le(query)), Tensor::logicalAnd);
        }
        return all;
    }

    /** A padding mask (N, S) as (N, 1, ..., 1, S). */
    private static Tensor keys(Tensor mask, Shape scores) {
        int s = scores.dim(-1);
        boolean fits = mask.size(-1) == s
                && (mask.rank() == 1 || scores.rank() > 2 && (mask.size(0) == 1 || mask.size(0) == scores.dim(0)));
        if (!fits) {
            throw new ShapeException("Mask.padding: mask " + mask.shape() + " for scores " + scores
                    + "; expected (N, S) = ("
                    + (scores.rank() > 2 ? scores.dim(0) + ", " : "") + s + "), true where a key is padding");
        }
        if (mask.rank() == 1) {
            return mask;
        }
        var shape = Shape.of(mask.size(0), s);
        for (int i = 2; i < scores.rank(); i++) {
            shape = shape.insert(1, 1);
        }
        return mask.reshape(shape);
    }

    private static void checkBroadcast(Tensor mask, Shape scores) {
        if (!mask.shape().broadcastsTo(scores)) {
            throw new ShapeException("Mask: mask " + mask.shape() + " does not broadcast to the scores "
                    + scores + "; expected (L, S) = (" + scores.dim(-2) + ", " + scores.dim(-1)
                    + ") for L queries and S keys, or leading axes that broadcast");
        }
    }
}
