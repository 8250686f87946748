package soma.kernel;

import static soma.kernel.VectorConvDots.ROWS;
import static soma.kernel.VectorConvTiles.VL;

import java.util.Arrays;

/**
 * The running sums of a task of {@link VectorConvWeight}: for each tile of output channels whole vectors, a few taps of
 * all its channels at a time.
 */
final class VectorConvTotals {

    /** Tiles of output channels. */
    final int tiles;

    private final ConvPlan plan;
    private final Scratch scratch;
    private final float[] lanes;
    private float[] totals;
    private int firstTap;
    private int tapCount;

    VectorConvTotals(ConvPlan plan, Scratch scratch) {
        this.plan = plan;
        this.scratch = scratch;
        tiles = (plan.rows + ROWS - 1) / ROWS;
        lanes = scratch.floats(27, 32 * VL);
        totals = scratch.floats(28, 0);
    }

    /** Zeros for the taps of input channels [c0, c1). */
    void clear(int c0, int c1) {
        firstTap = c0 * plan.kernelSize;
        tapCount = (c1 - c0) * plan.kernelSize;
        int size = at(tiles);
        totals = scratch.floats(28, size);
        Arrays.fill(totals, 0, size, 0f);
    }

    /** The first output channel of a tile. */
    int row(int tile) {
        return plan.rows * tile / tiles;
    }

    /** Output channels of a tile. */
    int rows(int tile) {
        return row(tile + 1) - row(tile);
    }

    private int at(int tile) {
        int all = 0;
        for (int t = 0; t < tile; t++) {
            int taps = VectorConvDots.taps(rows(t));
            all += (tapCount + taps - 1) / taps * VectorConvDots.room(rows(t));
        }
        return all;
    }

    /**
     * Adds the products of a tile's channels, which are in d, with {@code count} taps from number {@code tap} on, whose
     * offsets are in the table from {@code from} on.
     */
    void add(int tile, int tap, float[] d, float[] b, int bo, int[] table, int from, int count, int[] qx) {
        int n = rows(tile);
        int taps = VectorConvDots.taps(n);
        int room = VectorConvDots.room(n);
        int end = from + count;
        for (int k = from, to = at(tile) + tap / taps * room; k < end; k += taps, to += room) {
            VectorConvDots.dot(n, d, 0, b, bo, table, k, end - 1, qx, lanes, totals, to);
        }
    }

    /** To rows of the gradient. */
    void collect(float[] out, int outAt) {
        int depth = plan.channels * plan.kernelSize;
        for (int t = 0; t < tiles; t++) {
            int taps = VectorConvDots.taps(rows(t));
            int room = VectorConvDots.room(rows(t));
            int start = at(t);
            for (int r = 0; r < rows(t); r++) {
                int to = outAt + (row(t) + r) * depth + firstTap;
                int at = start + r * taps;
                for (int k = 0; k < tapCount; k += taps, at += room) {
                    System.arraycopy(totals, at, out, to + k, Math.min(taps, tapCount - k));
                }
            }
        }
    }
}
