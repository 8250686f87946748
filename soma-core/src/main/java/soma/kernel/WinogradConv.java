package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.WinogradPlan.POINTS;
import static soma.kernel.WinogradPlan.TILE;

import org.jspecify.annotations.Nullable;

/**
 * Winograd's convolution, forward and backward data: weights and tiles of pixels to their points, for each point a
 * matrix product over the channels, and back. A task is a panel of tiles: its points, a megabyte with 256 channels, and its
 * products stay in the caches of its core. Where there is but one panel, its threads share the rows, and transform the
 * weights of a tile of rows as they come to it.
 */
final class WinogradConv {

    private final WinogradPlan plan;
    private final float[] x;
    private final int xo;
    private final float[] w;
    private final int wo;
    private final float[] y;
    private final int yo;
    private final Epilogue after;

    /** Of all rows, for all threads. */
    private final @Nullable WinogradWeights shared;

    private WinogradConv(
            WinogradPlan plan,
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] y,
            int yo,
            Epilogue after,
            Scratch caller) {
        this.plan = plan;
        this.x = x;
        this.xo = xo;
        this.w = w;
        this.wo = wo;
        this.y = y;
        this.yo = yo;
        this.after = after;
        shared = plan.onePanel() ? null : new WinogradWeights(plan, true, caller);
    }

    static void run(
            Workers workers,
            WinogradPlan plan,
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] y,
            int yo,
            Epilogue after) {
        workers.run(1, (only, caller) -> new WinogradConv(plan, x, xo, w, wo, y, yo, after, caller).run(workers));
    }

    private void run(Workers workers) {
        if (shared != null) {
            shared.fill(workers, w, wo);
        }
        int panels = plan.panels();
        int threads = workers.threads();
        // More parts than panels transform their pixels more than once, which costs less than an idle thread.
        int split = panels % threads == 0 || panels >= 4 * threads ? 1 : Math.min(threads, plan.weightTiles());
        workers.run(panels * split, Task::new, (task, i) -> {
            int part = i % split;
            int tiles = plan.weightTiles();
            task.run(i / split, VectorGemm.cut(tiles, split, part), VectorGemm.cut(tiles, split, part + 1));
        });
    }

    /** What a thread works with. */
    private final class Task {
        private final Scratch scratch;
        private final WinogradPanel tiles;
        private final WinogradWeights weights;
        private final float[] tile;
        private final float[] half;
        private final float[] products;
        private final float[] lines;
        private final float[] points;
        private final int pitch;

        Task(Scratch scratch) {
            this.scratch = scratch;
            tiles = plan.inputs(scratch);
            weights = shared != null ? shared : new WinogradWeights(plan, false, scratch);
            tile = scratch.floats(24, POINTS * VL);
            half = scratch.floats(25, POINTS * VL);
            lines = scratch.floats(26, 4 * TILE * PANEL);
            products = scratch.lines(27, POINTS * ROWS * PANEL);
            pitch = plan.channels * PANEL + 16;
            points = scratch.lines(26, POINTS * pitch);
        }

        /** A panel, for tiles [t0, t1) of rows of weights. */
        void run(int panel, int t0, int t1) {
            int wide = plan.tiles(panel) > VL ? PANEL : VL;
            tiles.lay(panel);
            for (int c = 0; c < plan.channels; c++) {
                tiles.take(x, xo, c);
                for (int lane = 0; lane < wide; lane += VL) {
                    points(lane, Scratch.LINE + c * wide + lane);
                }
            }
            for (int t = t0; t < t1; t++) {
                int r = t * ROWS;
                int high = Math.min(ROWS, plan.rows - r);
                if (shared == null) {
                    weights.fill(r, w, wo, scratch);
                }
                multiply(r, high, wide);
                for (int i = 0; i < high; i++) {
                    results(i, wide);
                    tiles.give(lines, y, yo, r + i);
                }
                if (after != Epilogue.NONE) {
                    for (int i = 0; i < high; i++) {
                        tiles.finish(after, r + i);
                    }
                }
            }
        }

        private void points(int lane, int to) {
            tiles.gather(lane, tile);
            VectorWinograd.square(WinogradAxis.INPUT, tile, 0, 6 * VL, VL, half, points, to, 6 * pitch, pitch);
        }

        private void multiply(int r, int high, int wide) {
            for (int p = 0; p < POINTS; p++) {
                int to = Scratch.LINE + p * ROWS * PANEL;
                weights.multiply(p, r, high, wide, points, Scratch.LINE + p * pitch, products, to);
            }
        }

        /** The products of row {@code i} back to TILE lines of pixels. */
        private void results(int i, int wide) {
            int point = ROWS * PANEL;
            for (int lane = 0; lane < wide; lane += VL) {
                int from = Scratch.LINE + i * PANEL + lane;
                VectorWinograd.square(WinogradAxis.OUTPUT, products, from, 6 * point, point, half, tile, 0, 4 * VL, VL);
                for (int line = 0; line < TILE; line++) {
                    VectorWinograd.interleave(tile, line * TILE * VL, half, lines, (line * PANEL + lane) * TILE);
                }
            }
        }
    }
}
