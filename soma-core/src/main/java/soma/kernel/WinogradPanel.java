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
    private final int height;
    private final int width;
    private final int lowDown;
    private final int lowAcross;
    private final int reach;
    private final Scratch scratch;

    /** Floats from one row of the copy to the next. */
    final int pitch;

    /** Where the first pixel of each tile lies in the copy; tiles that a panel lacks are zeros. */
    final int[] origin = new int[PANEL];

    float[] copy = {};

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

    /** Copies of images of {@code height} x {@code width}, whose first tile begins at the pixel of the lows. */
    WinogradPanel(WinogradPlan plan, int height, int width, int lowDown, int lowAcross, int reach, Scratch scratch) {
        this.plan = plan;
        this.height = height;
        this.width = width;
        this.lowDown = lowDown;
        this.lowAcross = lowAcross;
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

    /** Copies a channel, whose plane of the first image begins at {@code from} and of the next {@code apart} floats on. */
    void take(float[] x, int from, int apart) {
        int j0 = Math.max(0, -lowAcross);
        int j1 = Math.min(pitch, width - lowAcross);
        for (int s = 0; s < stretches; s++) {
            int top = row[s] * TILE + lowDown;
            int i0 = Math.max(0, -top);
            int i1 = Math.min(rows[s], height - top);
            if (i0 < i1 && j0 < j1) {
                int source = from + image[s] * apart + (top + i0) * width + lowAcross + j0;
                VectorConvPad.copyRows(x, source, width, copy, at[s] + i0 * pitch + j0, pitch, i1 - i0, j1 - j0);
            }
        }
    }

    /** Writes a channel: {@code lines} are TILE rows of PANEL tiles. */
    void give(float[] lines, float[] y, int to, int apart) {
        for (int r = 0, lane = 0; r < runs; lane += runTiles[r++]) {
            int top = runRow[r] * TILE;
            int left = runFirst[r] * TILE;
            int high = Math.min(TILE, plan.height - top);
            int wide = Math.min(runTiles[r] * TILE, plan.width - left);
            int target = to + runImage[r] * apart + top * plan.width + left;
            VectorConvPad.copyRows(lines, lane * TILE, PANEL * TILE, y, target, plan.width, high, wide);
        }
    }

    /** Tells an epilogue of what {@link #give} has written: whole rows together, else row by row. */
    void finish(Epilogue after, int to, int apart) {
        for (int r = 0; r < runs; ) {
            int base = to + runImage[r] * apart;
            int top = runRow[r] * TILE;
            if (runTiles[r] == plan.across) {
                int image = runImage[r];
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
