package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.VectorGemm.ceil;
import static soma.kernel.WinogradPlan.MOST_POINTS;

/**
 * The weights of Winograd's convolution at its points: for each a matrix of rows by channels. Forward, neighbouring weights
 * are of neighbouring channels and make rows of the matrix; for backward data they are of neighbouring rows, and make steps
 * of packed tiles. The other way round a vector of them would come from as many pages.
 */
final class WinogradWeights {

    /** Weights worth a task. */
    private static final int GRAIN = 4096;

    /** Rows so many floats apart, or a multiple, would meet in a few sets of the cache. */
    private static final int CROWDED = 512;

    private final WinogradPlan plan;
    private final int rows;
    private final int channels;
    private final WinogradTransform down;
    private final WinogradTransform across;

    // From one tap of a kernel to the next.
    private final int rowStep;
    private final int columnStep;
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
        this.plan = plan;
        rows = plan.rows;
        channels = plan.channels;
        down = plan.down.weights();
        across = plan.across.weights();
        rowStep = plan.down.step() * plan.kernelWidth;
        columnStep = plan.across.step();
        transposed = plan.conv.transposed;
        int whole = ceil(channels, VL) * VL;
        stride = transposed ? channels * ROWS + VL : whole % CROWDED == 0 ? whole + VL : whole;
        int held = all ? rows : ROWS;
        pitch = (transposed ? ceil(held, ROWS) : held) * stride + VL;
        values = scratch.floats(22, plan.points * pitch);
    }

    void fill(Workers workers, float[] w, int wo) {
        int each = transposed ? ROWS : Math.max(1, GRAIN / channels);
        workers.run(ceil(rows, each), (task, scratch) -> {
            int r = task * each;
            if (transposed) {
                tile(w, wo, r, task * stride, scratch);
            } else {
                for (; r < Math.min(rows, (task + 1) * each); r++) {
                    row(w, wo, r, r * stride, scratch);
                }
            }
        });
    }

    /** Turns to the tile of rows that begins with row r. */
    void fill(int r, float[] w, int wo, Scratch scratch) {
        first = r;
        if (transposed) {
            tile(w, wo, r, 0, scratch);
        } else {
            for (int i = 0; i < Math.min(ROWS, rows - r); i++) {
                row(w, wo, r + i, i * stride, scratch);
            }
        }
    }

    private void row(float[] w, int wo, int r, int to, Scratch scratch) {
        var taps = scratch.floats(24, MOST_POINTS * VL);
        var half = scratch.floats(25, MOST_POINTS * VL);
        int from = wo + r * (channels / plan.groups()) * plan.kernelPlane;
        for (int c = 0; c < channels; c += VL) {
            points(w, from, plan.firstTaps, c, taps, half, to + c);
        }
    }

    /** A tile's rows are lanes; what is beyond them is overwritten by the next step. */
    private void tile(float[] w, int wo, int r, int to, Scratch scratch) {
        var taps = scratch.floats(24, MOST_POINTS * VL);
        var half = scratch.floats(25, MOST_POINTS * VL);
        int apart = plan.depthTaps * plan.kernelPlane;
        int lanes = ceil(ROWS, VL) * VL;
        var origin = scratch.ints(24, lanes);
        for (int i = 0; i < lanes; i++) {
            origin[i] = Math.min(r + i, rows - 1) * apart;
        }
        for (int c = 0; c < channels; c++) {
            int depth = plan.depthTaps - 1 - c / plan.conv.channels; // in the opposite order, as other taps are
            int from = wo + c % plan.conv.channels * rows * apart + depth * plan.kernelPlane + plan.firstTaps[0];
            points(w, from, origin, 0, taps, half, to + c * ROWS);
        }
    }

    private void points(float[] w, int from, int[] origin, int lane, float[] taps, float[] half, int to) {
        int high = down.from();
        int wide = across.from();
        VectorWinograd.gather(w, from, rowStep, columnStep, origin, lane, high, wide, taps);
        VectorWinograd.both(down, across, taps, 0, wide * VL, VL, half, values, to, across.to() * pitch, pitch);
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
