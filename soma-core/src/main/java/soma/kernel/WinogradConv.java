package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.WinogradPlan.MOST_POINTS;
import static soma.kernel.WinogradPlan.MOST_TILE;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Winograd's convolution, forward and backward data: weights and tiles of pixels to their points, for each point a
 * matrix product over the channels, and back. A task is a panel of tiles on its march ({@link WinogradMarch}): its points, a
 * megabyte with 256 channels, and its products stay in the caches of its core. Where there is but one panel, its threads
 * share the rows, and transform the weights of a tile of rows as they come to it.
 */
final class WinogradConv {

    private final WinogradMarch march;
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
            WinogradMarch march,
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] y,
            int yo,
            Epilogue after,
            Scratch caller) {
        this.march = march;
        plan = march.plan();
        this.x = x;
        this.xo = xo;
        this.w = w;
        this.wo = wo;
        this.y = y;
        this.yo = yo;
        this.after = after;
        shared = march.once() ? null : new WinogradWeights(plan, true, caller);
    }

    static void run(
            Workers workers,
            List<WinogradPlan> plans,
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] y,
            int yo,
            Epilogue after) {
        var parts = plans.stream()
                .map(plan -> WinogradMarch.best(plan, workers.threads()))
                .toList();
        march(workers, parts, x, xo, w, wo, y, yo, after);
    }

    /** Of several parts each writes its part of the result, so that only the last one's end is that of a line. */
    static void march(
            Workers workers,
            List<WinogradMarch> parts,
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] y,
            int yo,
            Epilogue after) {
        boolean one = parts.size() == 1;
        for (var part : parts) {
            var then = one ? after : Epilogue.NONE;
            workers.run(1, (only, caller) -> new WinogradConv(part, x, xo, w, wo, y, yo, then, caller).run(workers));
        }
        if (!one && after != Epilogue.NONE) {
            var conv = parts.getFirst().plan().conv;
            int plane = conv.outPlane;
            workers.run(conv.images * conv.rows, (i, scratch) -> after.range(i * plane, (i + 1) * plane, scratch));
        }
    }

    private void run(Workers workers) {
        if (shared != null) {
            shared.fill(workers, w, wo);
        }
        int split = march.split(workers.threads());
        workers.run(march.panels() * split, Task::new, (task, i) -> {
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
        private final WinogradTransform inputDown = plan.down.input();
        private final WinogradTransform inputAcross = plan.across.input();
        private final WinogradTransform outputDown = plan.down.output();
        private final WinogradTransform outputAcross = plan.across.output();
        private final int wideTile = plan.across.points();
        private final float[] tile;
        private final float[] half;
        private final float[] products;
        private final float[] lines;
        private final float[] points;
        private final int pitch;

        /** Planes that {@link #points} have room for, and channels of a plane. */
        private final int slots;

        private final int channels;

        Task(Scratch scratch) {
            this.scratch = scratch;
            tiles = WinogradPanel.inputs(march, scratch);
            weights = shared != null ? shared : new WinogradWeights(plan, false, scratch);
            tile = scratch.floats(24, MOST_POINTS * VL);
            half = scratch.floats(25, MOST_POINTS * VL);
            lines = scratch.floats(26, MOST_TILE * MOST_TILE * PANEL);
            products = scratch.lines(27, MOST_POINTS * ROWS * PANEL);
            slots = march.slots();
            channels = plan.planeChannels();
            pitch = slots * channels * PANEL + 16;
            points = scratch.lines(26, plan.points * pitch);
        }

        /** A panel, for tiles [t0, t1) of rows of weights. */
        void run(int panel, int t0, int t1) {
            int wide = march.tiles(panel) > VL ? PANEL : VL;
            tiles.lay(panel);
            for (int step = 0; step < march.steps(); step++) {
                int window = window(step, wide);
                rows(step, window, t0, t1, wide);
            }
        }

        /** The slot from which on the planes of a step lie, one for each tap: all are there but the last. */
        private int window(int step, int wide) {
            int taps = plan.depthTaps;
            int slot = step % (slots - taps + 1);
            if (step > 0 && slot == 0) {
                toFront(wide);
            }
            for (int tap = step > 0 ? taps - 1 : 0; tap < taps; tap++) {
                points(step + tap, slot + tap, wide);
            }
            return slot;
        }

        /** At the end of the room, what the next step shares with the last one begins anew. */
        private void toFront(int wide) {
            int length = (plan.depthTaps - 1) * channels * wide;
            int from = (slots - plan.depthTaps + 1) * channels * wide;
            for (int p = 0; p < plan.points; p++) {
                int to = Scratch.LINE + p * pitch;
                System.arraycopy(points, to + from, points, to, length);
            }
        }

        private void rows(int step, int window, int t0, int t1, int wide) {
            for (int t = t0; t < t1; t++) {
                int r = t * ROWS;
                int high = Math.min(ROWS, plan.rows - r);
                if (shared == null) {
                    weights.fill(r, w, wo, scratch);
                }
                multiply(window, r, high, wide);
                for (int i = 0; i < high; i++) {
                    results(i, wide);
                    tiles.give(lines, y, yo, r + i, step);
                }
                if (after != Epilogue.NONE) {
                    for (int i = 0; i < high; i++) {
                        tiles.finish(after, r + i, step);
                    }
                }
            }
        }

        private void points(int step, int slot, int wide) {
            int groups = plan.groups();
            int at = Scratch.LINE + slot * channels * wide;
            for (int c = 0; c < channels; c++) {
                int group = c % groups;
                if (group == 0) {
                    tiles.take(x, xo, c / groups, step);
                }
                for (int lane = 0; lane < wide; lane += VL) {
                    tiles.gather(lane, group / plan.across.groups(), group % plan.across.groups(), tile);
                    VectorWinograd.both(
                            inputDown,
                            inputAcross,
                            tile,
                            0,
                            wideTile * VL,
                            VL,
                            half,
                            points,
                            at + c * wide + lane,
                            wideTile * pitch,
                            pitch);
                }
            }
        }

        private void multiply(int window, int r, int high, int wide) {
            int at = Scratch.LINE + window * channels * wide;
            for (int p = 0; p < plan.points; p++) {
                int to = Scratch.LINE + p * ROWS * PANEL;
                weights.multiply(p, r, high, wide, points, at + p * pitch, products, to);
            }
        }

        /** The products of row {@code i} back to the lines of its tiles. */
        private void results(int i, int wide) {
            int point = ROWS * PANEL;
            int each = plan.across.tile();
            for (int lane = 0; lane < wide; lane += VL) {
                VectorWinograd.both(
                        outputDown,
                        outputAcross,
                        products,
                        Scratch.LINE + i * PANEL + lane,
                        wideTile * point,
                        point,
                        half,
                        tile,
                        0,
                        each * VL,
                        VL);
                for (int line = 0; line < plan.down.tile(); line++) {
                    int to = (line * PANEL + lane) * each;
                    VectorWinograd.interleave(each, tile, line * each * VL, half, lines, to);
                }
            }
        }
    }
}
