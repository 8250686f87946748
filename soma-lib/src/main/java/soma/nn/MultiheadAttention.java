package soma.nn;

import java.util.List;
import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

/**
 * Attention with several heads, each in its own slice of the features. Vaswani et al. 2017, arXiv 1706.03762, section
 * 3.2.2.
 * <p>query: (N, L, D), key, value: (N, S, D) -> (N, L, D); batch first, or all without N. inProjWeight: (3D, D), the
 * projections of query, key and value one below the other, uniform after Glorot at first; inProjBias: (3D), zeros;
 * outProj: (D, D). As in PyTorch's nn.MultiheadAttention with batch_first=True, except that masks name their sense
 * ({@link Mask}) and that a query which may look at no key gives the output's bias, not NaN.
 * {@snippet :
 * new MultiheadAttention(64, 8).forward(x);                                 // self-attention
 * new MultiheadAttention(64, 8).forward(x, memory, memory, Mask.none());    // cross-attention
 * }
 */
public record MultiheadAttention(
        int heads, double dropout, Param inProjWeight, Optional<Param> inProjBias, Linear outProj) implements Layer {

    /** The output (N, L, D), and the weights (N, L, S) averaged over the heads. */
    public record Weighted(Tensor output, Tensor weights) {}

    public MultiheadAttention {
        if (inProjWeight.shape().rank() != 2
                || inProjWeight.shape().dim(0) != 3 * inProjWeight.shape().dim(1)) {
            throw new ShapeException(
                    "MultiheadAttention: in_proj_weight " + inProjWeight.shape() + ", expected (3D, D) for width D");
        }
        int width = inProjWeight.shape().dim(1);
        if (heads < 1 || width % heads != 0) {
            throw new ShapeException("MultiheadAttention: width " + width + " does not divide into " + heads
                    + " heads; choose a width that is a multiple of the number of heads");
        }
        new Dropout(dropout);
    }

    public MultiheadAttention(int width, int heads) {
        this(
                heads,
                0,
                Param.lazy(Shape.of(3 * width, width), Init.xavierUniform()::draw),
                Optional.of(Param.lazy(Shape.of(3 * width), Init.zeros()::draw)),
                new Linear(width, width).init(Init.pytorchWeight()));
    }

    /** Dropout of the attention weights in training. */
    public MultiheadAttention dropout(double p) {
        return new MultiheadAttention(heads, p, inProjWeight, inProjBias, outProj);
    }

    /** Projections without bias. */
    public MultiheadAttention withoutBias() {
        return new MultiheadAttention(heads, dropout, inProjWeight, Optional.empty(), outProj.withoutBias());
    }

    /** The number of features D. */
    public int width() {
        return inProjWeight.shape().dim(1);
    }

    /** Self-attention: every position looks at every position. */
    @Override
    public Tensor forward(Tensor x) {
        return forward(x, Mask.none());
    }

    /** Self-attention with a mask. */
    public Tensor forward(Tensor x, Mask mask) {
        return forward(x, x, x, mask);
    }

    /** Attention of queries to keys with values; two or three of them may be the same. */
    public Tensor forward(Tensor query, Tensor key, Tensor value, Mask mask) {
        check(query, key, value);
        if (query.rank() == 2) {
            return unbatched(query, key, value, (q, k, v) -> forward(q, k, v, mask))
                    .squeeze(0);
        }
        if (!isFused(mask)) {
            return weighted(query, key, value, mask).output;
        }
        var in = query == key && key == value
                ? List.of(project(query, 0, 3))
                : key == value
                        ? List.of(project(query, 0, 1), project(key, 1, 2))
                        : List.of(project(query, 0, 1), project(key, 1, 1), project(value, 2, 1));
        return fused(in, mask, key.size(1));
    }

    /** {@link #forward(Tensor, Tensor, Tensor, Mask)}, and where it looked (after dropout, as in PyTorch). */
    public Weighted weighted(Tensor query, Tensor key, Tensor value, Mask mask) {
        check(query, key, value);
        if (query.rank() == 2) {
            var batch = unbatched(query, key, value, (q, k, v) -> weighted(q, k, v, mask));
            return new Weighted(batch.output.squeeze(0), batch.weights.squeeze(0));
        }
        var in = project(query, key, value); // (N, L, D), (N, S, D), (N, S, D)
        var attended = plain(in.get(0), in.get(1), in.get(2), mask, 0);
        return new Weighted(output(attended), attended.weights().mean(1));
    }

    private interface Attending<R> {
        R of(Tensor query, Tensor key, Tensor value);
    }

    /** With a batch of one; what was the same tensor stays so. */
    private static <R> R unbatched(Tensor query, Tensor key, Tensor value, Attending<R> f) {
        var q = query.unsqueeze(0);
        var k = key == query ? q : key.unsqueeze(0);
        return f.of(q, k, value == key ? k : value.unsqueeze(0));
    }

    /**
     * Causal self-attention of new positions x (N, L, D) to those in the cache and themselves: the same numbers as the
     * last L positions of the whole sequence.
     */
    public KvCache.Step step(Tensor x, KvCache past) {
        check(x, x, x);
        if (x.rank() == 2) {
            var step = step(x.unsqueeze(0), past);
            return new KvCache.Step(step.output().squeeze(0), step.cache());
        }
        var in = project(x, x, x);
        var q = in.get(0);
        var all = past.append(in.get(1), in.get(2));
        var k = all.key(); // (N, C, D), room for C positions
        var v = all.value();
        if (isFused(Mask.none())) {
            var seen = past.position();
            var y = Attention.fused(List.of(q, k, v), options(true), Optional.empty(), Optional.of(seen));
            return new KvCache.Step(outProj.forward(y), all);
        }
        int length = all.length();
        var attended = plain(q, k.narrow(1, 0, length), v.narrow(1, 0, length), Mask.causal(), past.length());
        return new KvCache.Step(output(attended), all);
    }

    /** Memory (N, S, D) projected to keys and values beside each other (N, S, 2D), for {@link #attend}. */
    Tensor remember(Tensor memory) {
        return project(memory, 1, 2);
    }

    /** Attention of queries (N, L, D) to what {@link #remember} gave. */
    Tensor attend(Tensor query, Tensor remembered, Mask mask) {
        var q = project(query, 0, 1);
        if (isFused(mask)) {
            return fused(List.of(q, remembered), mask, remembered.size(1));
        }
        var kv = remembered.chunk(2, -1);
        return output(plain(q, kv.get(0), kv.get(1), mask, 0));
    }

    /** Whether attention runs as one op: it neither shows its weights, nor drops some, nor learns a mask. */
    private boolean isFused(Mask mask) {
        return mask.isPlain() && !(dropout > 0 && Soma.isTraining()) && width() / heads <= soma.op.Attention.MOST_WIDTH;
    }

    /** {@code in}: query, key and value projected, in one tensor, in two or apart. */
    private Tensor fused(List<Tensor> in, Mask mask, int keys) {
        var q = in.get(0);
        var closed = byHead(mask, q).closed(Shape.of(q.size(0), heads, q.size(1), keys), q.dtype());
        return outProj.forward(Attention.fused(in, options(mask.isCausal()), closed, Optional.empty()));
    }

    private soma.op.Attention.Options options(boolean causal) {
        return new soma.op.Attention.Options(heads, 1 / Math.sqrt(width() / heads), causal, 0);
    }

    /** The weights before the values are taken, for all heads; the first query stands at key {@code offset}. */
    private Attention.Attended plain(Tensor q, Tensor k, Tensor v, Mask mask, int offset) {
        return Attention.attend(
                split(q),
                split(k),
                split(v),
                byHead(mask, q),
                1 / Math.sqrt(width() / heads),
                offset,
                new Dropout(dropout)::forward);
    }

    private Tensor output(Attention.Attended attended) {
        return outProj.forward(attended.output().transpose(1, 2).flatten(2)); // (N, L, D)
    }

    /** Query, key and value projected, in one product where they are the same tensor. */
    private List<Tensor> project(Tensor query, Tensor key, Tensor value) {
        if (query == key && key == value) {
            return project(query, 0, 3).chunk(3, -1);
        }
        var q = project(query, 0, 1);
        if (key == value) {
            var kv = project(key, 1, 2).chunk(2, -1);
            return List.of(q, kv.get(0), kv.get(1));
        }
        return List.of(q, project(key, 1, 1), project(value, 2, 1));
    }

    /** x times {@code parts} of the three blocks of the weight, from block {@code from}. */
    private Tensor project(Tensor x, int from, int parts) {
        int d = width();
        var w = inProjWeight.value();
        var y = x.matmul((parts == 3 ? w : w.narrow(0, from * d, parts * d)).t());
        return inProjBias
                .map(b -> y.add(parts == 3 ? b.value() : b.value().narrow(0, from * d, parts * d)))
                .orElse(y);
    }

    /** (N, T, D) -> (N, H, T, D/H). */
    private Tensor split(Tensor x) {
        return x.unflatten(-1, heads, width() / heads).transpose(1, 2);
    }

    /** A mask of three axes is (N, L, S), one for all heads of an example, or PyTorch's (N H, L, S). */
    private Mask byHead(Mask mask, Tensor q) {
        return new Mask(
                mask.keep().map(m -> byHead(m, q)),
                mask.added().map(m -> byHead(m, q)),
                mask.padded(),
                mask.isCausal());
    }

    private Tensor byHead(Tensor m, Tensor q) {
        int n = q.size(0);
        if (m.rank() != 3) {
            return m;
        }
        if (heads > 1 && m.size(0) == n * heads) {
            return m.unflatten(0, n, heads);
        }
        return m.unsqueeze(1);
    }

    private void check(Tensor query, Tensor key, Tensor value) {
        int d = width();
        int rank = query.rank();
        boolean ranks = (rank == 2 || rank == 3) && key.rank() == rank && value.rank() == rank;
        if (!ranks || query.size(-1) != d || key.size(-1) != d || value.size(-1) != d) {
            throw new ShapeException(name() + ": query " + query.shape() + ", key " + key.shape() + ", value "
                    + value.shape() + "; expected (N, L, " + d + "), (N, S, " + d + ") and (N, S, " + d
                    + "), or all without the batch axis N");
        }
        boolean batch = rank == 2 || query.size(0) == key.size(0) && key.size(0) == value.size(0);
        if (!batch || key.size(-2) != value.size(-2)) {
            throw new ShapeException(name() + ": query " + query.shape() + ", key " + key.shape() + ", value "
                    + value.shape() + "; expected the same batch size in all three, and as many values as keys");
        }
    }

    private String name() {
        return ParamTree.name("MultiheadAttention", inProjWeight);
    }

    @Override
    public String toString() {
        return "MultiheadAttention(" + width() + ", heads " + heads + (dropout > 0 ? ", dropout " + dropout : "")
                + (inProjBias.isEmpty() ? ", no bias" : "") + ")";
    }
}
