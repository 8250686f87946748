package soma.kernel;

import static soma.kernel.VectorAttention.padded;
import static soma.kernel.VectorAttention.panelFloats;
import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link AttentionLoops#backward} with vectors: for a block of queries the weights p again and their gradients, from
 * which ds = p (dp - sum p dp) scale; then dq = ds k, and dk = ds^T q and dv = p^T dy added to those of the blocks
 * before. A task is a head, so that all of it is added in one order. Of a causal mask only the tiles on the diagonal are
 * computed in vain.
 */
final class VectorAttentionBack {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    /** Floats of weights of a block of queries, half a megabyte: they and their gradients stay in L2. */
    private static final int WEIGHTS = 1 << 17;

    private static final int KEY_ROWS = 48;
    private static final int SLOPES = 49;
    private static final int QUERY_ROWS = 50;
    private static final int DY_ROWS = 51;

    private VectorAttentionBack() {}

    static void run(
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
        workers.run(
                shape.batch() * shape.heads(),
                (task, scratch) -> head(shape, task, q, k, v, mask, lse, lo, dy, dq, dk, dv, scratch));
    }

    private static void head(
            AttentionShape shape,
            int task,
            HeadRows<float[]> q,
            HeadRows<float[]> k,
            HeadRows<float[]> v,
            ScoreMask<float[]> mask,
            float[] lse,
            int lo,
            HeadRows<float[]> dy,
            HeadRows<float[]> dq,
            HeadRows<float[]> dk,
            HeadRows<float[]> dv,
            Scratch scratch) {
        int n = task / shape.heads();
        int h = task % shape.heads();
        int width = shape.width();
        int valueWidth = shape.valueWidth();
        int most = shape.queries() == 0 ? 0 : shape.seen(shape.queries() - 1);
        int stride = padded(most) + 16;
        int block = ROWS * Math.clamp(WEIGHTS / stride / ROWS, 1, Math.ceilDiv(Math.max(1, shape.queries()), ROWS));
        int keyAt = k.at(n, h, width);
        int valueAt = v.at(n, h, valueWidth);
        var keys =
                VectorAttention.packTransposed(k.array(), keyAt, k.row(), most, width, scratch, VectorAttention.KEYS);
        var values = VectorAttention.packTransposed(
                v.array(), valueAt, v.row(), most, valueWidth, scratch, VectorAttention.VALUES);
        var keyRows = VectorAttention.packRows(k.array(), keyAt, k.row(), most, width, scratch, KEY_ROWS);
        var weights = scratch.floats(VectorAttention.SCORES, block * stride + 16);
        var slopes = scratch.floats(SLOPES, block * stride + 16);
        var left = scratch.floats(VectorAttention.LEFT, block * (Math.max(width, valueWidth) + 16));
        var edge = scratch.floats(VectorAttention.EDGE, ROWS * PANEL);
        var lanes = scratch.floats(VectorAttention.LANES, VL);
        int dkAt = dk.at(n, h, width);
        int dvAt = dv.at(n, h, valueWidth);
        VectorAttention.clear(dk.array(), dkAt, dk.row(), shape.keys(), width);
        VectorAttention.clear(dv.array(), dvAt, dv.row(), shape.keys(), valueWidth);
        for (int i = 0; i < shape.queries(); i += block) {
            int high = Math.min(block, shape.queries() - i);
            int deep = shape.seen(i + high - 1);
            int queryAt = q.at(n, h, width) + i * q.row();
            int dyAt = dy.at(n, h, valueWidth) + i * dy.row();
            VectorAttention.products(shape, q.array(), queryAt, q.row(), width, i, high, keys, weights, stride, left);
            VectorAttention.products(
                    shape, dy.array(), dyAt, dy.row(), valueWidth, i, high, values, slopes, stride, left);
            for (int r = 0; r < high; r++) {
                int line = mask.array().length == 0 ? 0 : mask.at(n, h, i + r);
                slopes(
                        weights,
                        slopes,
                        r * stride,
                        shape.seen(i + r),
                        Math.min(padded(deep), padded(shape.seen(i + r) + ROWS)),
                        (float) shape.scale(),
                        mask.array(),
                        line,
                        lse[lo + task * shape.queries() + i + r],
                        lanes);
            }
            for (int t = 0; t < high; t += ROWS) {
                int tall = Math.min(ROWS, high - t);
                int seen = VectorAttention.seen(shape, i, t, high);
                int at = dq.at(n, h, width) + (i + t) * dq.row();
                if (seen == 0) {
                    VectorAttention.clear(dq.array(), at, dq.row(), tall, width);
                }
                VectorAttention.weighted(
                        slopes, t * stride, stride, tall, seen, keyRows, most, width, dq.array(), at, dq.row(), edge);
            }
            var queryRows = VectorAttention.packRows(q.array(), queryAt, q.row(), high, width, scratch, QUERY_ROWS);
            transposed(shape, slopes, stride, i, high, deep, queryRows, width, dk.array(), dkAt, dk.row(), left, edge);
            var dyRows = VectorAttention.packRows(dy.array(), dyAt, dy.row(), high, valueWidth, scratch, DY_ROWS);
            transposed(
                    shape, weights, stride, i, high, deep, dyRows, valueWidth, dv.array(), dvAt, dv.row(), left, edge);
        }
    }

    /**
     * Adds the transposed weights (deep, high) of the queries from i on times their packed rows; for each tile of keys only
     * of those that see it.
     */
    private static void transposed(
            AttentionShape shape,
            float[] weights,
            int stride,
            int i,
            int high,
            int deep,
            float[] panels,
            int width,
            float[] out,
            int to,
            int row,
            float[] left,
            float[] edge) {
        for (int j = 0; j < deep; j += ROWS) {
            int tall = Math.min(ROWS, deep - j);
            int blind = Math.max(0, shape.firstToSee(j) - i);
            int depth = high - blind;
            VectorPack.tile(weights, blind * stride + j, stride, tall, depth, left, 0, ROWS);
            for (int p = 0; p * PANEL < width; p++) {
                int wide = Math.min(PANEL, width - p * PANEL);
                int at = Scratch.LINE + p * panelFloats(high) + blind * (wide > VL ? PANEL : VL);
                int c = to + j * row + p * PANEL;
                VectorBlocks.packedTile(tall, wide, left, 0, panels, at, out, c, row, depth, true, edge);
            }
        }
    }

    /**
     * Scores to weights, and the weights' gradients to those of the products of queries and keys; zeros behind the n
     * that count.
     */
    private static void slopes(
            float[] p, float[] d, int at, int n, int pad, float scale, float[] mask, int mo, float lse, float[] lanes) {
        int end = Math.min(pad, Math.ceilDiv(n, VL) * VL);
        VectorAttention.scale(p, at, n, end, scale, mask, mo);
        Arrays.fill(d, at + Math.min(n, end), at + end, 0); // numbers of no key, which may be anything
        if (WarmAttention.SLOPES.isCold(end)) {
            WarmAttention.slopes(p, d, at, end, scale, lse);
        } else {
            slopesOfRow(p, d, at, end, scale, lse, lanes);
        }
        Arrays.fill(p, at + end, at + pad, 0);
        Arrays.fill(d, at + end, at + pad, 0);
    }

    /** The same of n scores that are scaled, n a multiple of the vector. */
    static void slopesOfRow(float[] p, float[] d, int at, int n, float scale, float lse, float[] lanes) {
        var total = FloatVector.zero(S);
        for (int j = 0; j < n; j += VL) {
            var e = VectorNonPositiveExp.of(FloatVector.fromArray(S, p, at + j).sub(lse));
            e.intoArray(p, at + j);
            total = e.fma(FloatVector.fromArray(S, d, at + j), total);
        }
        total.intoArray(lanes, 0);
        float mean = VectorFold.sum(lanes);
        for (int j = 0; j < n; j += VL) {
            FloatVector.fromArray(S, d, at + j)
                    .sub(mean)
                    .mul(FloatVector.fromArray(S, p, at + j))
                    .mul(scale)
                    .intoArray(d, at + j);
        }
    }
}
