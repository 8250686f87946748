package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.VectorGemm.ceil;
import static soma.kernel.WinogradPlan.POINTS;

/**
 * The weights of Winograd's convolution at its points: for each a matrix of rows by channels. Forward, neighbouring weights
 * are of neighbouring channels and make rows of the matrix; for backward data they are of neighbouring rows, and make steps
 * of packed tiles. The other way round a vector of them would come from as many pages.
 */
final class WinogradWeights {

    /** Weights worth a task. */
    private static final int GRAIN = 4096;

    private static final int TAPS = 9;

    /** Rows so many floats apart, or a multiple, would meet in a few sets of the cache. */
    private static final int CROWDED = 512;

    private final int rows;
    private final int channels;
    private final int depthTaps;
    private final boolean transposed;

    /** Floats from one row to the next, or from one packed tile to the next. */
    private final int stride;

    /** Floats from one point to the next. */
    private final int pitch;

    private final float[] values;

    /** The first row that {@link #values} hold. */
    private int first;

    /** Room for all rows, or for a tile of them. */
    WinogradWeights(WinogradPlan plan, boolean all, Scratch scratch) {
        rows = plan.rows;
        channels = plan.channels;
        depthTaps = plan.depthTaps;
        transposed = plan.conv.transposed;
        int whole = ceil(channels, VL) * VL;
        stride = transposed ? channels * ROWS + VL : whole % CROWDED == 0 ? whole + VL : whole;
        int held = all ? rows : ROWS;
        pitch = (transposed ? ceil(held, ROWS) : held) * stride + VL;
        values = scratch.floats(22, POINTS * pitch);
    }

    void fill(Workers workers, float[] w, int wo) {
        int each = transposed ? ROWS : Math.max(1, GRAIN / channels);
        workers.run(ceil(rows, each), (task, scratch) -> {
            int r = task * each;
            if (transposed) {
                tile(w, wo + r * depthTaps * TAPS, Math.min(ROWS, rows - r), task * stride, scratch);
            } else {
                for (; r < Math.min(rows, (task + 1) * each); r++) {
                    row(w, wo + r * channels * TAPS, r * stride, scratch);
                }
            }
        });
    }

    /** Turns to the tile of rows that begins with row r. */
    void fill(int r, float[] w, int wo, Scratch scratch) {
        first = r;
        int high = Math.min(ROWS, rows - r);
        if (transposed) {
            tile(w, wo + r * depthTaps * TAPS, high, 0, scratch);
        } else {
            for (int i = 0; i < high; i++) {
                row(w, wo + (r + i) * channels * TAPS, i * stride, scratch);
            }
        }
    }

    /** Where neighbours begin, of which only so many exist; the rest are the last once more. */
    private static int[] neighbours(int count, int apart, Scratch scratch) {
        int lanes = ceil(count, VL) * VL;
        var origin = scratch.ints(24, lanes);
        for (int i = 0; i < lanes; i++) {
            origin[i] = Math.min(i, count - 1) * apart;
        }
        return origin;
    }

    private void row(float[] w, int from, int to, Scratch scratch) {
        var taps = scratch.floats(24, POINTS * VL);
        var origin = neighbours(channels, TAPS, scratch);
        for (int c = 0; c < channels; c += VL) {
            VectorWinograd.gather(w, from, 3, origin, c, 3, 3, taps);
            points(taps, 0, 1, to + c, scratch);
        }
    }

    /** A tile's rows are lanes; what is beyond them is overwritten by the next step. Its taps come in the opposite order. */
    private void tile(float[] w, int from, int high, int to, Scratch scratch) {
        var taps = scratch.floats(24, POINTS * VL);
        var origin = neighbours(high, depthTaps * TAPS, scratch);
        for (int c = 0; c < channels; c++) {
            int depth = depthTaps - 1 - c % depthTaps;
            int first = from + (c / depthTaps * rows * depthTaps + depth) * TAPS;
            VectorWinograd.gather(w, first, 3, origin, 0, 3, 3, taps);
            points(taps, 8 * VL, -1, to + c * ROWS, scratch);
        }
    }

    private void points(float[] taps, int first, int sign, int to, Scratch scratch) {
        var half = scratch.floats(25, POINTS * VL);
        VectorWinograd.square(
                WinogradAxis.WEIGHTS, taps, first, 3 * sign * VL, sign * VL, half, values, to, 6 * pitch, pitch);
    }

    /** Products of point {@code p} for {@code high} rows from r, the first of a tile, with a panel. */
    void multiply(int p, int r, int high, int wide, float[] panel, int at, float[] products, int to) {
        int from = p * pitch + (transposed ? (r - first) / ROWS : r - first) * stride;
        if (transposed) {
            VectorBlocks.packedTile(high, wide, values, from, panel, at, products, to, PANEL, channels, false);
        } else {
            VectorBlocks.tile(high, wide, values, from, stride, panel, at, products, to, PANEL, channels, false);
        }
    }
}
