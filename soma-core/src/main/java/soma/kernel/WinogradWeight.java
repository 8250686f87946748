package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.VectorGemm.ceil;
import static soma.kernel.WinogradPlan.MOST_POINTS;

/**
 * The weight gradient of Winograd's convolution: pixels and gradients to their points, for each point a matrix product
 * over the tiles, and back. Where there is but one panel of tiles, a task is a tile of rows, from its products to its taps.
 */
final class WinogradWeight {

    /** Floats of points at a time: 16 MB, for both sides. */
    private static final int FLOATS = 1 << 22;

    private static final int LEAST_TILES = 256;

    /** Channels worth a task. */
    private static final int CHANNELS = 16;

    private final WinogradPlan plan;
    private final WinogradMarch march;
    private final int rows;
    private final int channels;

    /** Weights of a row. */
    private final int kernels;

    private final float[] x;
    private final int xo;
    private final float[] dy;
    private final int dyo;

    /** Tiles at a time. */
    private final int some;

    private final int stride;
    private final int sumStride;

    // from one point to the next
    private final int pixelPitch;
    private final int gradientPitch;
    private final int sumPitch;

    private final float[] pixels;
    private final float[] gradients;

    private WinogradWeight(WinogradPlan plan, float[] x, int xo, float[] dy, int dyo, Scratch caller) {
        this.plan = plan;
        march = WinogradMarch.of(plan, 1);
        rows = plan.rows;
        channels = plan.channels;
        kernels = channels / plan.groups() * plan.kernelPlane;
        this.x = x;
        this.xo = xo;
        this.dy = dy;
        this.dyo = dyo;
        int most = Math.max(LEAST_TILES, FLOATS / plan.points / (rows + channels));
        int all = march.panels();
        some = ceil(all, ceil(all * PANEL, most)) * PANEL;
        stride = some % 512 == 0 ? some + 16 : some;
        sumStride = ceil(channels, PANEL) * PANEL;
        pixelPitch = channels * stride;
        gradientPitch = rows * stride;
        sumPitch = (march.once() ? ROWS : rows) * sumStride;
        pixels = caller.floats(16, plan.points * pixelPitch);
        gradients = caller.floats(17, plan.points * gradientPitch);
    }

    static void run(Workers workers, WinogradPlan plan, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        workers.run(1, (only, caller) -> {
            var work = new WinogradWeight(plan, x, xo, dy, dyo, caller);
            if (work.march.once()) {
                work.transform(workers, 0, PANEL);
                work.rows(workers, work.pack(workers, caller), dw, dwo);
                return;
            }
            var sums = caller.floats(18, plan.points * work.sumPitch);
            for (int first = 0; first < work.march.panels() * PANEL; first += work.some) {
                work.add(workers, first, sums);
            }
            work.write(workers, sums, dw, dwo);
        });
    }

    /** Tiles from number {@code first}. */
    private void add(Workers workers, int first, float[] sums) {
        int count = Math.min(some, march.panels() * PANEL - first);
        transform(workers, first, count);
        VectorGemm.run(
                workers,
                plan.points,
                false,
                true,
                rows,
                channels,
                count,
                gradients,
                0,
                stride,
                gradientPitch,
                pixels,
                0,
                stride,
                pixelPitch,
                sums,
                0,
                sumStride,
                sumPitch,
                first > 0,
                Epilogue.NONE);
    }

    /** So many tiles to their points. */
    private void transform(Workers workers, int first, int count) {
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
    }

    /** The points of a panel of tiles as panels of channels, which the rows of all gradients pass. */
    private float[] pack(Workers workers, Scratch caller) {
        var packed = caller.lines(17, plan.points * PANEL * sumStride);
        workers.run(plan.points, (p, scratch) -> {
            for (int c = 0; c < channels; c += PANEL) {
                VectorPack.transpose(
                        pixels,
                        p * pixelPitch + c * stride,
                        stride,
                        Math.min(PANEL, channels - c),
                        PANEL,
                        packed,
                        Scratch.LINE + p * PANEL * sumStride + c * PANEL,
                        PANEL);
            }
        });
        return packed;
    }

    /** A panel's products and taps, a tile of rows at a time: their sums stay in the cache of a core. */
    private void rows(Workers workers, float[] packed, float[] dw, int dwo) {
        workers.run(ceil(rows, ROWS), (task, scratch) -> {
            int first = task * ROWS;
            int high = Math.min(ROWS, rows - first);
            var some = scratch.floats(18, plan.points * sumPitch);
            for (int p = 0; p < plan.points; p++) {
                int row = p * gradientPitch + first * stride;
                int panel = Scratch.LINE + p * PANEL * sumStride;
                for (int c = 0; c < channels; c += PANEL, panel += PANEL * PANEL) {
                    int to = p * sumPitch + c;
                    VectorBlocks.tile(
                            high, PANEL, gradients, row, stride, packed, panel, some, to, sumStride, PANEL, false);
                }
            }
            for (int i = 0; i < high; i++) {
                write(some, i * sumStride, dw, dwo + (first + i) * kernels, scratch);
            }
        });
    }

    /** Sums back to taps. */
    private void write(Workers workers, float[] sums, float[] dw, int dwo) {
        workers.run(rows, (r, scratch) -> write(sums, r * sumStride, dw, dwo + r * kernels, scratch));
    }

    /** A row. Lanes are channels. */
    private void write(float[] sums, int row, float[] dw, int at, Scratch scratch) {
        var half = scratch.floats(24, MOST_POINTS * VL);
        var taps = scratch.floats(25, MOST_POINTS * VL);
        var down = plan.down.weightGradient();
        var across = plan.across.weightGradient();
        int wide = plan.across.points();
        int rowStep = plan.down.step() * plan.kernelWidth;
        int[] firstTaps = plan.firstTaps;
        boolean square = plan.depthTaps == 1 && plan.groups() == 1 && down.to() == 3 && across.to() == 3;
        for (int c = 0; c < channels; c += VL) {
            VectorWinograd.both(
                    down, across, sums, row + c, wide * sumPitch, sumPitch, half, taps, 0, across.to() * VL, VL);
            int lanes = Math.min(VL, channels - c);
            if (square) {
                nine(taps, lanes, dw, at + c * 9);
                continue;
            }
            for (int i = 0, tap = 0; i < down.to(); i++) {
                for (int j = 0; j < across.to(); j++, tap += VL) {
                    int to = at + i * rowStep + j * plan.across.step();
                    for (int lane = 0; lane < lanes; lane++) {
                        dw[to + firstTaps[c + lane]] = taps[tap + lane];
                    }
                }
            }
        }
    }

    /** Whole kernels of 3 x 3, the common ones, in a loop whose length the compiler knows. */
    private static void nine(float[] taps, int lanes, float[] dw, int to) {
        for (int lane = 0; lane < lanes; lane++) {
            for (int tap = 0; tap < 9; tap++) {
                dw[to + lane * 9 + tap] = taps[tap * VL + lane];
            }
        }
    }

    /** What a thread works with. */
    private final class Task {
        private final WinogradPanel inputs;
        private final WinogradPanel results;
        private final float[] tile;
        private final float[] half;

        Task(Scratch scratch) {
            inputs = WinogradPanel.inputs(march, scratch);
            results = WinogradPanel.results(march, scratch);
            tile = scratch.floats(24, MOST_POINTS * VL);
            half = scratch.floats(25, MOST_POINTS * VL);
        }

        /** Some channels of a panel to their points, {@code at} tiles from the first. */
        void pixels(int panel, int at, int first) {
            var down = plan.down.input();
            var across = plan.across.input();
            int wide = across.from();
            int groups = plan.groups();
            int each = plan.planeChannels();
            inputs.lay(panel);
            for (int c = first; c < Math.min(channels, first + CHANNELS); c++) {
                int group = c % groups;
                if (group == 0 || c == first) {
                    inputs.take(x, xo, c % each / groups, c / each);
                }
                for (int lane = 0; lane < PANEL; lane += VL) {
                    inputs.gather(lane, group / plan.across.groups(), group % plan.across.groups(), tile);
                    int to = c * stride + at + lane;
                    VectorWinograd.both(
                            down, across, tile, 0, wide * VL, VL, half, pixels, to, wide * pixelPitch, pixelPitch);
                }
            }
        }

        void gradients(int panel, int at, int first) {
            var down = plan.down.gradient();
            var across = plan.across.gradient();
            int wide = across.to();
            results.lay(panel);
            for (int r = first; r < Math.min(rows, first + CHANNELS); r++) {
                results.take(dy, dyo, r, 0);
                for (int lane = 0; lane < PANEL; lane += VL) {
                    results.gather(lane, 0, 0, tile);
                    int to = r * stride + at + lane;
                    VectorWinograd.both(
                            down,
                            across,
                            tile,
                            0,
                            across.from() * VL,
                            VL,
                            half,
                            gradients,
                            to,
                            wide * gradientPitch,
                            gradientPitch);
                }
            }
        }
    }
}
