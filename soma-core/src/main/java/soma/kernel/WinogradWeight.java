package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.VectorGemm.ceil;
import static soma.kernel.WinogradPlan.POINTS;

/**
 * The weight gradient of Winograd's convolution: pixels and gradients to their points, for each point a matrix product
 * over the tiles, and back.
 */
final class WinogradWeight {

    /** Floats of points at a time: 16 MB, for both sides. */
    private static final int FLOATS = 1 << 22;

    private static final int LEAST_TILES = 256;

    /** Channels worth a task. */
    private static final int CHANNELS = 16;

    private final WinogradPlan plan;
    private final int rows;
    private final int channels;
    private final float[] x;
    private final int xo;
    private final float[] dy;
    private final int dyo;

    /** Tiles at a time. */
    private final int some;

    private final int stride;
    private final int sumStride;
    private final float[] pixels;
    private final float[] gradients;
    private final float[] sums;

    private WinogradWeight(WinogradPlan plan, float[] x, int xo, float[] dy, int dyo, Scratch caller) {
        this.plan = plan;
        rows = plan.rows;
        channels = plan.channels;
        this.x = x;
        this.xo = xo;
        this.dy = dy;
        this.dyo = dyo;
        int most = Math.max(LEAST_TILES, FLOATS / POINTS / (rows + channels));
        int all = plan.panels();
        some = ceil(all, ceil(all * PANEL, most)) * PANEL;
        stride = some % 512 == 0 ? some + 16 : some;
        sumStride = ceil(channels, VL) * VL;
        pixels = caller.floats(16, POINTS * channels * stride);
        gradients = caller.floats(17, POINTS * rows * stride);
        sums = caller.floats(18, POINTS * rows * sumStride);
    }

    static void run(Workers workers, WinogradPlan plan, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        workers.run(1, (only, caller) -> {
            var work = new WinogradWeight(plan, x, xo, dy, dyo, caller);
            for (int first = 0; first < plan.panels() * PANEL; first += work.some) {
                work.add(workers, first);
            }
            work.write(workers, dw, dwo);
        });
    }

    /** Tiles from number {@code first}. */
    private void add(Workers workers, int first) {
        int count = Math.min(some, plan.panels() * PANEL - first);
        int blocks = ceil(channels, CHANNELS);
        int each = blocks + ceil(rows, CHANNELS);
        workers.run(count / PANEL * each, Task::new, (task, i) -> {
            int panel = i / each;
            int block = i % each;
            if (block < blocks) {
                task.pixels(first / PANEL + panel, panel * PANEL, block * CHANNELS);
            } else {
                task.gradients(first / PANEL + panel, panel * PANEL, (block - blocks) * CHANNELS);
            }
        });
        VectorGemm.run(
                workers,
                POINTS,
                false,
                true,
                rows,
                channels,
                count,
                gradients,
                0,
                stride,
                rows * stride,
                pixels,
                0,
                stride,
                channels * stride,
                sums,
                0,
                sumStride,
                rows * sumStride,
                first > 0,
                Epilogue.NONE);
    }

    /** Sums back to taps. Lanes are channels. */
    private void write(Workers workers, float[] dw, int dwo) {
        int point = rows * sumStride;
        workers.run(rows, (r, scratch) -> {
            var half = scratch.floats(24, POINTS * VL);
            var taps = scratch.floats(25, POINTS * VL);
            for (int c = 0; c < channels; c += VL) {
                int from = r * sumStride + c;
                VectorWinograd.square(
                        WinogradAxis.WEIGHT_GRADIENT, sums, from, 6 * point, point, half, taps, 0, 3 * VL, VL);
                int to = dwo + (r * channels + c) * 9;
                for (int lane = 0; lane < Math.min(VL, channels - c); lane++) {
                    for (int tap = 0; tap < 9; tap++) {
                        dw[to + lane * 9 + tap] = taps[tap * VL + lane];
                    }
                }
            }
        });
    }

    /** What a thread works with. */
    private final class Task {
        private final WinogradPanel inputs;
        private final WinogradPanel results;
        private final float[] tile;
        private final float[] half;

        Task(Scratch scratch) {
            inputs = plan.inputs(scratch);
            results = plan.results(scratch);
            tile = scratch.floats(24, POINTS * VL);
            half = scratch.floats(25, POINTS * VL);
        }

        /** Some channels of a panel to their points, {@code at} tiles from the first. */
        void pixels(int panel, int at, int first) {
            inputs.lay(panel);
            int point = channels * stride;
            for (int c = first; c < Math.min(channels, first + CHANNELS); c++) {
                inputs.take(x, xo, c);
                for (int lane = 0; lane < PANEL; lane += VL) {
                    int to = c * stride + at + lane;
                    inputs.gather(lane, tile);
                    VectorWinograd.square(WinogradAxis.INPUT, tile, 0, 6 * VL, VL, half, pixels, to, 6 * point, point);
                }
            }
        }

        void gradients(int panel, int at, int first) {
            results.lay(panel);
            int point = rows * stride;
            for (int r = first; r < Math.min(rows, first + CHANNELS); r++) {
                results.take(dy, dyo, r);
                for (int lane = 0; lane < PANEL; lane += VL) {
                    int to = r * stride + at + lane;
                    results.gather(lane, tile);
                    VectorWinograd.square(
                            WinogradAxis.GRADIENT, tile, 0, 4 * VL, VL, half, gradients, to, 6 * point, point);
                }
            }
        }
    }
}
