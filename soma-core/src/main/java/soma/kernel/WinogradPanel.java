package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.WinogradPlan.TILE;

import java.util.Arrays;

/**
 * The tiles of one panel: a copy of the pixels around them, a channel at a time, with zeros beyond the image; and the runs
 * of tiles that are neighbours, where their results go.
 */
final class WinogradPanel {

    private final WinogradPlan plan;
    private final WinogradPlan.Side side;
    private final int reach;
    private final Scratch scratch;

    /** Floats from one row of the copy to the next. */
    private final int pitch;

    /** Where the first pixel of each tile lies in the copy; tiles that a panel lacks are zeros. */
    private final int[] origin = new int[PANEL];

    private float[] copy = {};

    // Rows of tiles of one image are a stretch of the copy.
    private final int[] image = new int[PANEL];
    private final int[] row = new int[PANEL];
    private final int[] rows = new int[PANEL];
    private final int[] at = new int[PANEL];
    private int stretches;

    // Runs: tiles of one row.
    private final int[] runImage = new int[PANEL];
    private final int[] runRow = new int[PANEL];
    private final int[] runFirst = new int[PANEL];
    private final int[] runTiles = new int[PANEL];
    private int runs;

    WinogradPanel(WinogradPlan plan, WinogradPlan.Side side, int reach, Scratch scratch) {
        this.plan = plan;
        this.side = side;
        this.reach = reach;
        this.scratch = scratch;
        pitch = plan.across * TILE + reach - TILE;
    }

    /** Turns to panel number {@code number}. */
    void lay(int number) {
        int first = number * PANEL;
        int last = Math.min(plan.tiles, first + PANEL);
        stretches = 0;
        runs = 0;
        int end = reach * pitch; // before it, zeros
        Arrays.fill(origin, 0);
        for (int tile = first; tile < last; ) {
            int line = tile / plan.across;
            int column = tile % plan.across;
            int count = Math.min(last - tile, plan.across - column);
            int n = line / plan.down;
            int down = line % plan.down;
            if (stretches == 0 || image[stretches - 1] != n) {
                image[stretches] = n;
                row[stretches] = down;
                rows[stretches] = reach - TILE;
                at[stretches] = end;
                end += (reach - TILE) * pitch;
                stretches++;
            }
            int s = stretches - 1;
            rows[s] += TILE;
            end += TILE * pitch;
            for (int i = 0; i < count; i++) {
                origin[tile - first + i] = at[s] + (down - row[s]) * TILE * pitch + (column + i) * TILE;
            }
            runImage[runs] = n;
            runRow[runs] = down;
            runFirst[runs] = column;
            runTiles[runs] = count;
            runs++;
            tile += count;
        }
        copy = scratch.floats(23, end);
        Arrays.fill(copy, 0, end, 0f);
    }

    /** Copies a channel. */
    void take(float[] x, int xo, int channel) {
        int j0 = Math.max(0, -side.lowAcross());
        int j1 = Math.min(pitch, side.width() - side.lowAcross());
        for (int s = 0; s < stretches; s++) {
            int plane = side.plane(image[s], channel);
            int top = row[s] * TILE + side.lowDown();
            int i0 = Math.max(0, -top);
            int i1 = Math.min(rows[s], side.height() - top);
            if (plane < 0) {
                Arrays.fill(copy, at[s], at[s] + rows[s] * pitch, 0f);
            } else if (i0 < i1 && j0 < j1) {
                int from = xo + plane + (top + i0) * side.width() + side.lowAcross() + j0;
                int to = at[s] + i0 * pitch + j0;
                VectorConvPad.copyRows(x, from, side.width(), copy, to, pitch, i1 - i0, j1 - j0);
            }
        }
    }

    /** The pixels of VL tiles from number {@code lane}, as vectors. */
    void gather(int lane, float[] tile) {
        VectorWinograd.gather(copy, 0, pitch, origin, lane, reach, reach, tile);
    }

    /** Writes a row of the result: {@code lines} are TILE rows of PANEL tiles. */
    void give(float[] lines, float[] y, int yo, int row) {
        for (int r = 0, lane = 0; r < runs; lane += runTiles[r++]) {
            int top = runRow[r] * TILE;
            int left = runFirst[r] * TILE;
            int high = Math.min(TILE, plan.height - top);
            int wide = Math.min(runTiles[r] * TILE, plan.width - left);
            int to = yo + plan.result.plane(runImage[r], row) + top * plan.width + left;
            VectorConvPad.copyRows(lines, lane * TILE, PANEL * TILE, y, to, plan.width, high, wide);
        }
    }

    /** Tells an epilogue of what {@link #give} has written: whole lines together, else one by one. */
    void finish(Epilogue after, int row) {
        for (int r = 0; r < runs; ) {
            int image = runImage[r];
            int base = plan.result.plane(image, row);
            int top = runRow[r] * TILE;
            if (runTiles[r] == plan.across) {
                int bottom = top;
                for (; r < runs && runImage[r] == image && runTiles[r] == plan.across; r++) {
                    bottom = Math.min(plan.height, runRow[r] * TILE + TILE);
                }
                after.range(base + top * plan.width, base + bottom * plan.width, scratch);
            } else {
                int left = runFirst[r] * TILE;
                int right = Math.min(plan.width, left + runTiles[r] * TILE);
                for (int i = top; i < Math.min(plan.height, top + TILE); i++) {
                    after.range(base + i * plan.width + left, base + i * plan.width + right, scratch);
                }
                r++;
            }
        }
    }
}
