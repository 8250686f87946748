package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;

import java.util.Arrays;

/**
 * The tiles of one panel at one step along the first of three axes: a copy of the pixels around them, a plane at a time,
 * with zeros beyond the image; and the runs of tiles that are neighbours, where their results go.
 */
final class WinogradPanel {

    private final WinogradPlan plan;
    private final WinogradMarch march;
    private final WinogradPlan.Side side;
    private final WinogradPlan.Window down;
    private final WinogradPlan.Window across;
    private final Scratch scratch;

    /** Floats from one row of the copy to the next. */
    private final int pitch;

    /** Where the first pixel of each tile lies in the copy; tiles that a panel lacks are zeros. */
    private final int[] origin = new int[PANEL];

    private float[] copy = {};

    // Rows of tiles of one chunk of an image are a stretch of the copy.
    private final int[] chunk = new int[PANEL];
    private final int[] row = new int[PANEL];
    private final int[] rows = new int[PANEL];
    private final int[] at = new int[PANEL];
    private int stretches;

    // Runs: tiles of one row.
    private final int[] runChunk = new int[PANEL];
    private final int[] runRow = new int[PANEL];
    private final int[] runFirst = new int[PANEL];
    private final int[] runTiles = new int[PANEL];
    private int runs;

    private WinogradPanel(WinogradMarch march, WinogradPlan.Side side, Scratch scratch) {
        this.march = march;
        plan = march.plan();
        this.side = side;
        this.scratch = scratch;
        down = side.down();
        across = side.across();
        pitch = (plan.across.tiles() - 1) * across.each() + across.reach();
    }

    /** The tiles of pixels that results come from. */
    static WinogradPanel inputs(WinogradMarch march, Scratch scratch) {
        return new WinogradPanel(march, march.plan().source, scratch);
    }

    /** The tiles of results. */
    static WinogradPanel results(WinogradMarch march, Scratch scratch) {
        return new WinogradPanel(march, march.plan().result, scratch);
    }

    /** Turns to panel number {@code number}. */
    void lay(int number) {
        int first = number * PANEL;
        int last = first + march.tiles(number);
        int wide = plan.across.tiles();
        int high = plan.down.tiles();
        stretches = 0;
        runs = 0;
        int end = down.reach() * pitch; // before it, zeros
        Arrays.fill(origin, 0);
        for (int tile = first; tile < last; ) {
            int line = tile / wide;
            int column = tile % wide;
            int count = Math.min(last - tile, wide - column);
            int n = line / high;
            int top = line % high;
            if (stretches == 0 || chunk[stretches - 1] != n) {
                chunk[stretches] = n;
                row[stretches] = top;
                rows[stretches] = down.reach() - down.each();
                at[stretches] = end;
                end += rows[stretches] * pitch;
                stretches++;
            }
            int s = stretches - 1;
            rows[s] += down.each();
            end += down.each() * pitch;
            for (int i = 0; i < count; i++) {
                origin[tile - first + i] = at[s] + (top - row[s]) * down.each() * pitch + (column + i) * across.each();
            }
            runChunk[runs] = n;
            runRow[runs] = top;
            runFirst[runs] = column;
            runTiles[runs] = count;
            runs++;
            tile += count;
        }
        copy = scratch.floats(23, end);
        Arrays.fill(copy, 0, end, 0f);
    }

    /** Copies the planes of a step, the same for all groups of taps. */
    void take(float[] x, int xo, int channel, int step) {
        int j0 = Math.max(0, -across.low());
        int j1 = Math.min(pitch, across.size() - across.low());
        for (int s = 0; s < stretches; s++) {
            int plane = plane(side, chunk[s], channel, step);
            int top = row[s] * down.each() + down.low();
            int i0 = Math.max(0, -top);
            int i1 = Math.min(rows[s], down.size() - top);
            if (plane < 0) {
                Arrays.fill(copy, at[s], at[s] + rows[s] * pitch, 0f);
            } else if (i0 < i1 && j0 < j1) {
                int from = xo + plane + (top + i0) * across.size() + across.low() + j0;
                int to = at[s] + i0 * pitch + j0;
                VectorConvPad.copyRows(x, from, across.size(), copy, to, pitch, i1 - i0, j1 - j0);
            }
        }
    }

    private int plane(WinogradPlan.Side side, int chunk, int channel, int step) {
        return side.plane(chunk / march.chunks(), channel, chunk % march.chunks() * march.steps() + step);
    }

    /** The pixels of VL tiles from number {@code lane}, as vectors, for the group of taps so many rows and columns on. */
    void gather(int lane, int i, int j, float[] tile) {
        int from = i * pitch + j;
        VectorWinograd.gather(
                copy, from, down.step() * pitch, across.step(), origin, lane, down.pixels(), across.pixels(), tile);
    }

    /** Writes a row of a step's result: {@code lines} are the lines of PANEL tiles. */
    void give(float[] lines, float[] y, int yo, int row, int step) {
        int each = plan.across.tile();
        int width = plan.result.across().size();
        for (int r = 0, lane = 0; r < runs; lane += runTiles[r++]) {
            int top = runRow[r] * plan.down.tile();
            int left = runFirst[r] * each;
            int high = Math.min(plan.down.tile(), plan.down.results() - top);
            int wide = Math.min(runTiles[r] * each, plan.across.results() - left);
            int i = plan.down.start() + top * plan.down.resultStep();
            int j = plan.across.start() + left * plan.across.resultStep();
            int plane = plane(plan.result, runChunk[r], row, step);
            if (plane >= 0) {
                give(lines, lane * each, y, yo + plane + i * width + j, high, wide);
            }
        }
    }

    private void give(float[] lines, int from, float[] y, int to, int high, int wide) {
        int width = plan.result.across().size();
        int line = PANEL * plan.across.tile();
        int next = plan.down.resultStep() * width;
        int step = plan.across.resultStep();
        if (step == 1) {
            VectorConvPad.copyRows(lines, from, line, y, to, next, high, wide);
            return;
        }
        for (int i = 0; i < high; i++) {
            for (int j = 0; j < wide; j++) {
                y[to + i * next + j * step] = lines[from + i * line + j];
            }
        }
    }

    /** Tells an epilogue of what {@link #give} has written without steps: whole lines together, else one by one. */
    void finish(Epilogue after, int row, int step) {
        int width = plan.result.across().size();
        int height = plan.result.down().size();
        int each = plan.down.tile();
        for (int r = 0; r < runs; ) {
            int first = runChunk[r];
            int base = plane(plan.result, first, row, step);
            int top = runRow[r] * each;
            if (base < 0) {
                r++;
            } else if (runTiles[r] == plan.across.tiles()) {
                int bottom = top;
                for (; r < runs && runChunk[r] == first && runTiles[r] == plan.across.tiles(); r++) {
                    bottom = Math.min(height, (runRow[r] + 1) * each);
                }
                after.range(base + top * width, base + bottom * width, scratch);
            } else {
                int left = runFirst[r] * plan.across.tile();
                int right = Math.min(width, left + runTiles[r] * plan.across.tile());
                for (int i = top; i < Math.min(height, top + each); i++) {
                    after.range(base + i * width + left, base + i * width + right, scratch);
                }
                r++;
            }
        }
    }
}
