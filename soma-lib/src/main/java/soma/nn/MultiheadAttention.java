package soma.nn;

import java.util.List;
import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.ShapeException;
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
        return run(query, key, value, mask, KvCache.empty()).output;
    }

    /** {@link #forward(Tensor, Tensor, Tensor, Mask)}, and where it looked (after dropout, as in PyTorch). */
    public Weighted weighted(Tensor query, Tensor key, Tensor value, Mask mask) {
        var run = run(query, key, value, mask, KvCache.empty());
        var weights = run.weights.mean(1);
        return new Weighted(run.output, query.rank() == 2 ? weights.squeeze(0) : weights);
    }

    /**
     * Causal self-attention of new positions x (N, L, D) to those in the cache and themselves: the same numbers as the
     * last L positions of the whole sequence.
     */
    public KvCache.Step step(Tensor x, KvCache past) {
        return step(x, Mask.causal(), past);
    }

    /** {@link #step(Tensor, KvCache)} with a mask (L, S), S counting the positions in the cache too. */
    KvCache.Step step(Tensor x, Mask mask, KvCache past) {
        var run = run(x, x, x, mask, past);
        return new KvCache.Step(run.output, run.cache);
    }

    private record Run(Tensor output, Tensor weights, KvCache cache) {}

    private Run run(Tensor query, Tensor key, Tensor value, Mask mask, KvCache past) {
        check(query, key, value);
        if (query.rank() == 2) {
            boolean self = query == key;
            var q = query.unsqueeze(0);
            var k = self ? q : key.unsqueeze(0);
            var run = run(q, k, value == key ? k : value.unsqueeze(0), mask, past);
            return new Run(run.output.squeeze(0), run.weights, run.cache);
        }
        var in = project(query, key, value); // (N, L, D), (N, S, D), (N, S, D)
        var q = split(in.get(0)); // (N, H, L, D/H)
        var all = past.append(split(in.get(1)), split(in.get(2))); // (N, H, S, D/H)
        var attended = Attention.attend(
                q,
                all.keys().getFirst(),
                all.values().getFirst(),
                byHead(mask, q),
                1 / Math.sqrt(q.size(-1)),
                past.length(),
                new Dropout(dropout)::forward);
        var joined = attended.output().transpose(1, 2).flatten(2); // (N, L, D)
        return new Run(outProj.forward(joined), attended.weights(), all);
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
