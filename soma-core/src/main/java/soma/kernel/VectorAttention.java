package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link AttentionLoops#forward} with vectors. A task packs the keys and values of a head once, then takes {@value
 * #TILES} tiles of queries at a time: scores to L2, their exponentials in place, and the product with the values, whose
 * rows are divided by the sums at the end. Of a causal mask only the tiles on the diagonal are computed in vain.
 */
final class VectorAttention {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    /** Tiles of queries whose scores are in L2 at the same time. */
    static final int TILES = 4;

    static final int BLOCK = TILES * ROWS;

    /** Up to so many queries keys and values are read where they lie. */
    private static final int FEW_ROWS = 4;

    /** With fewer heads in all, the queries of a head are shared out too, in parts of so many. */
    private static final int FEW_HEADS = 8;

    private static final int PART = 2 * BLOCK;

    /** Multiply-adds that are worth a second thread. */
    private static final long SPLIT = 100_000;

    /** The same for few queries, where each or some read a float of their own. */
    private static final long SPLIT_READING = 16_000;

    /** Rows of a multiple of so many floats crowd one set of the L1 cache. */
    private static final int CROWDED = 1024;

    /** Keys whose values are taken at a time. */
    private static final int DEPTH = 1024;

    static final int KEYS = 42;
    static final int VALUES = 43;
    static final int SCORES = 44;
    static final int LEFT = 45;
    static final int EDGE = 46;
    static final int SUMS = 47;
    static final int LANES = 52;

    private VectorAttention() {}

    static void forward(
            Workers workers,
            AttentionShape shape,
            HeadRows<float[]> q,
            HeadRows<float[]> k,
            HeadRows<float[]> v,
            ScoreMask<float[]> mask,
            float[] y,
            float[] lse) {
        int all = shape.batch() * shape.heads();
        int parts = all >= FEW_HEADS ? 1 : Math.ceilDiv(shape.queries(), PART);
        int each = Math.ceilDiv(Math.ceilDiv(shape.queries(), parts), ROWS) * ROWS;
        Workers.Task body = (task, scratch) -> {
            int r0 = task % parts * each;
            int r1 = Math.min(shape.queries(), r0 + each);
            if (shape.queries() <= FEW_ROWS) {
                few(shape, task / parts, q, k, v, mask, y, lse, scratch);
            } else if (r0 < r1) {
                head(shape, task / parts, r0, r1, q, k, v, mask, y, lse, scratch);
            }
        };
        int seen = shape.seen(shape.queries() - 1);
        long work = (long) all * shape.queries() * seen * (shape.width() + shape.valueWidth());
        if (work < (shape.queries() <= FEW_ROWS ? SPLIT_READING : SPLIT)) {
            workers.run(1, (i, scratch) -> {
                for (int task = 0; task < all * parts; task++) {
                    body.run(task, scratch);
                }
            });
        } else {
            workers.run(all * parts, body);
        }
    }

    private static void head(
            AttentionShape shape,
            int task,
            int r0,
            int r1,
            HeadRows<float[]> q,
            HeadRows<float[]> k,
            HeadRows<float[]> v,
            ScoreMask<float[]> mask,
            float[] y,
            float[] lse,
            Scratch scratch) {
        int n = task / shape.heads();
        int h = task % shape.heads();
        int width = shape.width();
        int valueWidth = shape.valueWidth();
        int row = shape.heads() * valueWidth;
        int to = n * shape.queries() * row + h * valueWidth;
        int most = shape.seen(r1 - 1);
        int stride = padded(most) + 16;
        var keys = packTransposed(k.array(), k.at(n, h, width), k.row(), most, width, scratch, KEYS);
        var values = packRows(v.array(), v.at(n, h, valueWidth), v.row(), most, valueWidth, scratch, VALUES);
        var scores = scratch.floats(SCORES, BLOCK * stride);
        var left = scratch.floats(LEFT, BLOCK * (width + 16));
        var edge = scratch.floats(EDGE, ROWS * PANEL);
        var sums = scratch.floats(SUMS, BLOCK);
        var lanes = scratch.floats(LANES, VectorGemv.LANES);
        for (int i = r0; i < r1; i += BLOCK) {
            int high = Math.min(BLOCK, r1 - i);
            products(
                    shape,
                    q.array(),
                    q.at(n, h, width) + i * q.row(),
                    q.row(),
                    width,
                    i,
                    high,
                    keys,
                    scores,
                    stride,
                    left);
            for (int r = 0; r < high; r++) {
                int seen = shape.seen(i + r);
                int pad = padded(seen(shape, i, r / ROWS * ROWS, high));
                int line = mask.array().length == 0 ? 0 : mask.at(n, h, i + r);
                float max = scale(scores, r * stride, seen, pad, (float) shape.scale(), mask.array(), line);
                float sum = max == Float.NEGATIVE_INFINITY ? 0 : exponentials(scores, r * stride, pad, max, lanes);
                if (sum == 0) {
                    Arrays.fill(scores, r * stride, r * stride + pad, 0);
                }
                sums[r] = sum == 0 ? 0 : 1 / sum;
                lse[task * shape.queries() + i + r] = sum == 0 ? Float.POSITIVE_INFINITY : max + (float) Math.log(sum);
            }
            for (int t = 0; t < high; t += ROWS) {
                int tall = Math.min(ROWS, high - t);
                int deep = seen(shape, i, t, high);
                int at = to + (i + t) * row;
                if (deep == 0) {
                    clear(y, at, row, tall, valueWidth);
                }
                weighted(scores, t * stride, stride, tall, deep, values, most, valueWidth, y, at, row, edge);
                for (int r = 0; r < tall; r++) {
                    times(y, at + r * row, valueWidth, sums[t + r]);
                }
            }
        }
    }

    /** How many keys the tile of queries from i + t on, of a block of {@code high}, sees in all. */
    static int seen(AttentionShape shape, int i, int t, int high) {
        return shape.seen(i + Math.min(high, t + ROWS) - 1);
    }

    static int padded(int n) {
        return Math.ceilDiv(n, PANEL) * PANEL;
    }

    /** Rows as columns: panels of {@code width} rows. */
    static float[] packTransposed(float[] x, int from, int row, int rows, int width, Scratch scratch, int slot) {
        int panels = Math.ceilDiv(rows, PANEL);
        var out = scratch.lines(slot, panels * width * PANEL);
        for (int j = 0; j < panels; j++) {
            int high = Math.min(PANEL, rows - j * PANEL);
            int to = Scratch.LINE + j * width * PANEL;
            VectorPack.transpose(x, from + j * PANEL * row, row, high, width, out, to, PANEL);
        }
        return out;
    }

    /** Floats from one panel of {@code rows} rows to the next. */
    static int panelFloats(int rows) {
        return rows * PANEL + 16;
    }

    /** Rows in panels of columns, the last one as {@link VectorBlocks#tile} wants it. */
    static float[] packRows(float[] x, int from, int row, int rows, int width, Scratch scratch, int slot) {
        var out = scratch.lines(slot, Math.ceilDiv(width, PANEL) * panelFloats(rows) + PANEL);
        VectorPack.panels(x, from, row, width, rows, out, Scratch.LINE, panelFloats(rows));
        return out;
    }

    /** A block's products with what {@link #packTransposed} packed: for each query with the keys that its tile sees. */
    static void products(
            AttentionShape shape,
            float[] x,
            int from,
            int row,
            int width,
            int i,
            int high,
            float[] panels,
            float[] out,
            int stride,
            float[] left) {
        var a = x;
        int at = from;
        int lda = row;
        if (row % CROWDED == 0) {
            a = left;
            at = 0;
            lda = width + 16;
            for (int r = 0; r < high; r++) {
                System.arraycopy(x, from + r * row, left, r * lda, width);
            }
        }
        int most = shape.seen(i + high - 1);
        for (int j = 0; j < most; j += PANEL) {
            for (int t = 0; t < high; t += ROWS) {
                if (j < seen(shape, i, t, high)) {
                    VectorBlocks.tile(
                            Math.min(ROWS, high - t),
                            PANEL,
                            a,
                            at + t * lda,
                            lda,
                            panels,
                            Scratch.LINE + j * width,
                            out,
                            t * stride + j,
                            stride,
                            width,
                            false);
                }
            }
        }
    }

    /** A tile of weights (tall, deep) times what {@link #packRows} packed of {@code rows} rows. */
    static void weighted(
            float[] weights,
            int from,
            int stride,
            int tall,
            int deep,
            float[] panels,
            int rows,
            int width,
            float[] out,
            int to,
            int row,
            float[] edge) {
        for (int d = 0; d < deep; d += DEPTH) {
            int depth = Math.min(DEPTH, deep - d);
            for (int p = 0; p * PANEL < width; p++) {
                int wide = Math.min(PANEL, width - p * PANEL);
                int at = Scratch.LINE + p * panelFloats(rows) + d * (wide > VL ? PANEL : VL);
                int c = to + p * PANEL;
                VectorBlocks.tile(tall, wide, weights, from + d, stride, panels, at, out, c, row, depth, d > 0, edge);
            }
        }
    }

    /**
     * n scores times {@code scale}, plus the mask if there is one; -infinity behind them up to {@code pad}. Returns the
     * largest.
     */
    static float scale(float[] s, int at, int n, int pad, float scale, float[] mask, int mo) {
        float most = WarmAttention.SCALE.isCold(n)
                ? WarmAttention.scale(s, at, n, scale, mask, mo)
                : scaleRow(s, at, n, scale, mask, mo);
        Arrays.fill(s, at + n, at + pad, Float.NEGATIVE_INFINITY);
        return most;
    }

    /** May write beyond n, to the end of a vector. */
    static float scaleRow(float[] s, int at, int n, float scale, float[] mask, int mo) {
        boolean masked = mask.length > 0;
        var most = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int whole = n & -VL;
        for (int j = 0; j < whole; j += VL) {
            var x = FloatVector.fromArray(S, s, at + j).mul(scale);
            if (masked) {
                x = x.add(FloatVector.fromArray(S, mask, mo + j));
            }
            most = most.max(x);
            x.intoArray(s, at + j);
        }
        if (whole < n) {
            var rest = VectorMask.fromLong(S, (1L << n - whole) - 1);
            var x = FloatVector.fromArray(S, s, at + whole).mul(scale);
            if (masked) {
                x = x.add(FloatVector.fromArray(S, mask, mo + whole, rest));
            }
            x.intoArray(s, at + whole);
            most = most.max(FloatVector.broadcast(S, Float.NEGATIVE_INFINITY).blend(x, rest));
        }
        return most.reduceLanes(VectorOperators.MAX);
    }

    /** exp(s - max) in place, n a multiple of the vector; returns the sum. */
    private static float exponentials(float[] s, int at, int n, float max, float[] lanes) {
        return WarmAttention.EXPONENTIALS.isCold(n)
                ? WarmAttention.exponentials(s, at, n, max)
                : exponentialsOfRow(s, at, n, max, lanes);
    }

    static float exponentialsOfRow(float[] s, int at, int n, float max, float[] lanes) {
        var sum = FloatVector.zero(S);
        for (int j = 0; j < n; j += VL) {
            var e = VectorNonPositiveExp.of(FloatVector.fromArray(S, s, at + j).sub(max));
            e.intoArray(s, at + j);
            sum = sum.add(e);
        }
        sum.intoArray(lanes, 0);
        return VectorFold.sum(lanes);
    }

    private static void times(float[] x, int at, int n, float factor) {
        for (int j = at; j < at + n; j++) {
            x[j] *= factor;
        }
    }

    static void clear(float[] x, int at, int row, int rows, int width) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(x, at + r * row, at + r * row + width, 0);
        }
    }

    /** The decoding of a position or a few: dot products, and a sum of scaled rows. */
    private static void few(
            AttentionShape shape,
            int task,
            HeadRows<float[]> q,
            HeadRows<float[]> k,
            HeadRows<float[]> v,
            ScoreMask<float[]> mask,
            float[] y,
            float[] lse,
            Scratch scratch) {
        int n = task / shape.heads();
        int h = task % shape.heads();
        int width = shape.width();
        int valueWidth = shape.valueWidth();
        int row = shape.heads() * valueWidth;
        var scores = scratch.floats(SCORES, padded(shape.keys()));
        var lanes = scratch.floats(LANES, VectorGemv.LANES);
        for (int i = 0; i < shape.queries(); i++) {
            int seen = shape.seen(i);
            int from = q.at(n, h, width) + i * q.row();
            int with = k.at(n, h, width);
            if (width >= VL) {
                VectorGemv.dots(
                        q.array(), from, 0, 1, k.array(), with, k.row(), seen, width, scores, 0, 1, 1, false, lanes);
            } else {
                for (int j = 0; j < seen; j++) {
                    float dot = 0;
                    for (int e = 0; e < width; e++) {
                        dot += q.array()[from + e] * k.array()[with + j * k.row() + e];
                    }
                    scores[j] = dot;
                }
            }
            int pad = padded(seen);
            int line = mask.array().length == 0 ? 0 : mask.at(n, h, i);
            float max = scale(scores, 0, seen, pad, (float) shape.scale(), mask.array(), line);
            float sum = max == Float.NEGATIVE_INFINITY ? 0 : exponentials(scores, 0, pad, max, lanes);
            int at = (n * shape.queries() + i) * row + h * valueWidth;
            Arrays.fill(y, at, at + valueWidth, 0);
            lse[task * shape.queries() + i] = Float.POSITIVE_INFINITY;
            if (sum != 0) {
                lse[task * shape.queries() + i] = max + (float) Math.log(sum);
                VectorGemv.rows(scores, 0, 1, v.array(), v.at(n, h, valueWidth), v.row(), valueWidth, seen, y, at);
                times(y, at, valueWidth, 1 / sum);
            }
        }
    }
}
