package soma.kernel;

/**
 * Scaled dot-product attention, y = softmax(q k^T scale + mask) v, without the matrix of all scores: a few queries at a
 * time see all their keys, and the backward pass computes the scores again from the logarithm of each row's sum. After
 * Dao, Fu, Ermon, Rudra, Re 2022, FlashAttention, arXiv 2205.14135; rows are taken whole, not in parts with a running
 * maximum, since a core's L2 cache holds the scores of 48 queries for thousands of keys. A query that sees no key gives
 * zeros.
 * <p>Widths are at most {@value #MOST_WIDTH}. The bits of a result do not depend on the number of threads. Working
 * memory: the slots from 42 to 55.
 */
public final class AttentionLoops {
    /** The widest head. */
    public static final int MOST_WIDTH = 512;

    private AttentionLoops() {}

    /** y: (N, L, heads valueWidth), and for the backward pass lse (N, heads, L), the logarithms of the sums. */
    public static void forward(
            Workers workers,
            AttentionShape shape,
            HeadRows<float[]> q,
            HeadRows<float[]> k,
            HeadRows<float[]> v,
            ScoreMask<float[]> mask,
            float[] y,
            float[] lse) {
        if (Cpu.VECTORS) {
            VectorAttention.forward(workers, shape, q, k, v, mask, y, lse);
            return;
        }
        var wideY = new double[y.length];
        var wideLse = new double[lse.length];
        ScalarAttention.forward(workers, shape, wide(q), wide(k), wide(v), wide(mask), wideY, wideLse);
        Convert.narrow(wideY, y);
        Convert.narrow(wideLse, lse);
    }

    /** The gradients of q, k and v; dy is laid out as y. */
    public static void backward(
            Workers workers,
            AttentionShape shape,
            HeadRows<float[]> q,
            HeadRows<float[]> k,
            HeadRows<float[]> v,
            ScoreMask<float[]> mask,
            float[] lse,
            int lo,
            HeadRows<float[]> dy,
            HeadRows<float[]> dq,
            HeadRows<float[]> dk,
            HeadRows<float[]> dv) {
        if (Cpu.VECTORS) {
            VectorAttentionBack.run(workers, shape, q, k, v, mask, lse, lo, dy, dq, dk, dv);
            return;
        }
        var wideQ = wide(dq);
        var wideK = dk.array() == dq.array() ? sharing(wideQ, dk) : wide(dk);
        var wideV = dv.array() == dq.array()
                ? sharing(wideQ, dv)
                : dv.array() == dk.array() ? sharing(wideK, dv) : wide(dv);
        ScalarAttention.backward(
                workers,
                shape,
                wide(q),
                wide(k),
                wide(v),
                wide(mask),
                Convert.wide(lse),
                lo,
                wide(dy),
                wideQ,
                wideK,
                wideV);
        Convert.narrow(wideQ.array(), dq.array());
        Convert.narrow(wideK.array(), dk.array());
        Convert.narrow(wideV.array(), dv.array());
    }

    /** {@link #forward}, of doubles. */
    public static void forwardDouble(
            Workers workers,
            AttentionShape shape,
            HeadRows<double[]> q,
            HeadRows<double[]> k,
            HeadRows<double[]> v,
            ScoreMask<double[]> mask,
            double[] y,
            double[] lse) {
        ScalarAttention.forward(workers, shape, q, k, v, mask, y, lse);
    }

    /** {@link #backward}, of doubles. */
    public static void backwardDouble(
            Workers workers,
            AttentionShape shape,
            HeadRows<double[]> q,
            HeadRows<double[]> k,
            HeadRows<double[]> v,
            ScoreMask<double[]> mask,
            double[] lse,
            int lo,
            HeadRows<double[]> dy,
            HeadRows<double[]> dq,
            HeadRows<double[]> dk,
            HeadRows<double[]> dv) {
        ScalarAttention.backward(workers, shape, q, k, v, mask, lse, lo, dy, dq, dk, dv);
    }

    private static HeadRows<double[]> wide(HeadRows<float[]> x) {
        return sharing(new HeadRows<>(Convert.wide(x.array()), 0, 0, 0), x);
    }

    private static HeadRows<double[]> sharing(HeadRows<double[]> array, HeadRows<float[]> x) {
        return new HeadRows<>(array.array(), x.from(), x.batch(), x.row());
    }

    private static ScoreMask<double[]> wide(ScoreMask<float[]> x) {
        return new ScoreMask<>(Convert.wide(x.array()), x.from(), x.batch(), x.head(), x.row());
    }
}
