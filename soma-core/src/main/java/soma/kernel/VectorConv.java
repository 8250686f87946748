package soma.kernel;

import static soma.kernel.VectorConvTiles.ROWS;
import static soma.kernel.VectorConvTiles.VL;
import static soma.kernel.VectorGemm.PANEL;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward-data convolution as an implicit matrix product: weights packed in tiles of rows, times vectors
 * of pixels. No im2col tensor exists (Chetlur et al. 2014, arXiv 1410.0759). Pixels are read in one of three ways:
 * <ul>
 * <li>along output rows, straight from the padded image, where rows are long;
 * <li>through the padded image without regard to rows, where rows are short and there are few output channels;
 * <li>from patches packed densely by blocks of taps, where packing is amortised over many output channels.
 * </ul>
 */
final class VectorConv {

    private static final int TASKS = 16;

    /** The most taps of a panel: 64 KB. */
    private static final int STEP = 512;

    /** Tasks a thread where every task packs its own patches. */
    private static final int SHARES = 3;

    private static final double TASK_FLOPS = 1e6;

    private enum Way {
        ROWS,
        THROUGH,
        PACKED
    }

    private static final float[] NOTHING = {};

    private VectorConv() {}

    static void forward(
            Workers workers, ConvPlan plan, float[] x, int xo, float[] w, int wo, float[] y, int yo, Epilogue after) {
        if (plan.images == 0) {
            return;
        }
        if (VectorConvDepthwise.fits(plan)) {
            VectorConvDepthwise.forward(workers, plan, x, xo, w, wo, y, yo, after);
            return;
        }
        if (plan.winograd != null) {
            WinogradConv.run(workers, plan.winograd, x, xo, w, wo, y, yo, after);
            return;
        }
        workers.run(1, (only, caller) -> {
            var filters = new VectorConvFilters(plan, packed(plan), w, wo, workers, caller);
            int tiles = filters.tiles;
            int units = plan.imageUnits() * plan.rowUnits() * plan.columnUnits();
            double flops = 2.0
                    * plan.unitImages
                    * plan.rows
                    * plan.channels
                    * plan.kernelSize
                    * plan.outPlane
                    / (plan.rowUnits() * plan.columnUnits());
            int groupsEach = groupsEach(plan.groups, units, flops);
            int blocks = units * ((plan.groups + groupsEach - 1) / groupsEach);
            int wanted = filters.packed ? SHARES * workers.threads() : TASKS;
            int split = Math.clamp(
                    (wanted + blocks - 1) / blocks, 1, Math.clamp((long) (flops * groupsEach / TASK_FLOPS), 1, tiles));
            var padded = split > 1 && !plan.inPlace ? padAll(workers, plan, x, xo, units, caller) : NOTHING;
            var own = new @Nullable Task[workers.threads()];
            workers.run(blocks * split, (task, scratch) -> {
                int t = task % split;
                int unit = task / split % units;
                int g0 = task / split / units * groupsEach;
                var mine = own[scratch.thread];
                if (mine == null) {
                    mine = new Task(plan, x, xo, padded, filters, y, yo, after, scratch);
                    own[scratch.thread] = mine;
                }
                mine.run(unit, g0, Math.min(plan.groups, g0 + groupsEach), tiles * t / split, tiles * (t + 1) / split);
            });
        });
    }

    /** Where several tasks share a unit, its padded source is made once, for all units and groups. */
    private static float[] padAll(Workers workers, ConvPlan plan, float[] x, int xo, int units, Scratch caller) {
        int pitch = plan.unitImages * plan.channels * plan.channelPitch + VL;
        var padded = caller.floats(27, units * plan.groups * pitch);
        workers.run(units * plan.groups, (task, scratch) -> {
            int unit = task / plan.groups;
            int n0 = plan.firstImage(unit);
            for (int i = 0; i < Math.min(plan.unitImages, plan.images - n0); i++) {
                VectorConvPad.pad(
                        plan,
                        x,
                        xo + plan.sourceBase(n0 + i, task % plan.groups),
                        plan.channels,
                        plan.firstRow(unit),
                        plan.firstColumn(unit),
                        padded,
                        task * pitch + i * plan.channels * plan.channelPitch);
            }
        });
        return padded;
    }

    private static int groupsEach(int groups, int units, double flops) {
        int worth = Math.clamp((long) (TASK_FLOPS / flops), 1, groups);
        int fair = Math.max(1, groups * units / TASKS);
        return Math.min(worth, Math.min(groups, fair));
    }

    /** Taps at a time: even shares, none longer than {@link #STEP}. */
    private static int step(int depth) {
        int steps = VectorGemm.ceil(depth, STEP);
        return VectorGemm.ceil(VectorGemm.ceil(depth, steps), 16) * 16;
    }

    /** Whether packing patches pays: for few rows of weights the source is read where it is. */
    private static boolean packed(ConvPlan plan) {
        return plan.rows >= ConvPlan.PACKED_ROWS;
    }

    /** Lanes spent on a row over pixels in it. */
    static double filling(int columns) {
        return (double) ((columns + VL - 1) / VL * VL) / columns;
    }

    /** A unit of pixels for some groups and some tiles of output channels, one after the other in one thread. */
    private static final class Task {
        private final ConvPlan plan;
        private final float[] x;
        private final int xo;
        private final float[] padded;
        private final VectorConvFilters filters;
        private final float[] a;
        private final boolean packed;
        private final VectorConvPanels panels;
        private final float[] y;
        private final int yo;
        private final Epilogue after;
        private final Scratch scratch;
        private final VectorConvPixels pixels;
        private final int tiles;
        private final int width;
        private int unit;

        Task(
                ConvPlan plan,
                float[] x,
                int xo,
                float[] padded,
                VectorConvFilters filters,
                float[] y,
                int yo,
                Epilogue after,
                Scratch scratch) {
            this.plan = plan;
            this.x = x;
            this.xo = xo;
            this.padded = padded;
            this.filters = filters;
            a = filters.a;
            packed = filters.packed;
            panels = new VectorConvPanels(plan, scratch);
            this.y = y;
            this.yo = yo;
            this.after = after;
            this.scratch = scratch;
            pixels = new VectorConvPixels(plan, scratch);
            tiles = filters.tiles;
            width = VectorConvTiles.vectors((plan.rows + tiles - 1) / tiles);
        }

        private int tileStart(int tile) {
            return filters.row(tile);
        }

        void run(int unit, int g0, int g1, int t0, int t1) {
            int n0 = plan.firstImage(unit);
            int images = Math.min(plan.unitImages, plan.images - n0);
            int h0 = plan.firstRow(unit);
            int w0 = plan.firstColumn(unit);
            this.unit = unit;
            int h1 = Math.min(plan.out[0], h0 + plan.unitRows);
            int w1 = Math.min(plan.out[2], w0 + plan.unitColumns);
            if (plan.onePhase) {
                onePhase(n0, images, g0, g1, t0, t1, h0, h1, w0, w1);
            } else {
                manyPhases(n0, images, g0, g1, t0, t1);
            }
        }

        private void onePhase(int n0, int images, int g0, int g1, int t0, int t1, int h0, int h1, int w0, int w1) {
            var phase = plan.phases[0];
            int resultPitch = plan.groups * plan.rows * plan.outPlane;
            var way = way(phase, w1 - w0);
            int vectors = way == Way.ROWS ? 1 : way == Way.PACKED ? PANEL : VL;
            boolean copied = !plan.inPlace
                    || plan.beyond(xo + plan.sourceBase(n0 + images - 1, plan.groups - 1), w0, w1, vectors, x.length);
            int sourcePitch =
                    copied ? plan.channels * plan.channelPitch : plan.groups * plan.channels * plan.sourcePlane;
            if (way != Way.PACKED) {
                lay(way, phase, images, h0, h1, w0, w1, sourcePitch, resultPitch);
            }
            for (int g = g0; g < g1; g++) {
                var b = copied ? pad(n0, images, g, plan.inPlace ? 0 : h0, plan.inPlace ? 0 : w0) : x;
                int bo = copied ? padAt(g) : xo + plan.sourceBase(n0, g);
                if (plan.inPlace) {
                    bo += h0 * plan.source[1] * plan.source[2] + w0;
                }
                int ao = filters.at(0, g);
                int co = yo + plan.outBase(n0, g);
                multiply(
                        way,
                        phase,
                        ao,
                        t0,
                        t1,
                        b,
                        bo,
                        images,
                        h0,
                        h1,
                        w0,
                        w1,
                        sourcePitch,
                        y,
                        co,
                        resultPitch,
                        plan.outPlane);
                finish(n0, images, g, t0, t1, h0, h1, w0, w1);
            }
        }

        private float[] pad(int n0, int images, int g, int h0, int w0) {
            if (padded.length > 0) {
                return padded;
            }
            int pitch = plan.channels * plan.channelPitch;
            var b = scratch.floats(23, images * pitch + VL);
            for (int i = 0; i < images; i++) {
                VectorConvPad.pad(plan, x, xo + plan.sourceBase(n0 + i, g), plan.channels, h0, w0, b, i * pitch);
            }
            return b;
        }

        private int padAt(int g) {
            return padded.length > 0
                    ? (unit * plan.groups + g) * (plan.unitImages * plan.channels * plan.channelPitch + VL)
                    : 0;
        }

        /** Each residue of the output position is computed densely and then spread over the result. */
        private void manyPhases(int n0, int images, int g0, int g1, int t0, int t1) {
            int r0 = tileStart(t0);
            int r1 = tileStart(t1);
            var even = NOTHING;
            for (int g = g0; g < g1; g++) {
                var b = pad(n0, images, g, 0, 0);
                boolean pairs = plan.outStep[2] == 2 && plan.out[2] > 1;
                for (int p = 0; p < plan.phases.length; p++) {
                    var phase = plan.phases[p];
                    int size = phase.pixels();
                    var c = phase(p, g, images, t0, t1, b, pairs && p % 2 == 1 ? 28 : 24);
                    if (pairs && p % 2 == 0) {
                        even = c;
                        continue;
                    }
                    for (int i = 0; i < images; i++) {
                        for (int r = r0; r < r1; r++) {
                            int to = yo + plan.outBase(n0 + i, g) + r * plan.outPlane;
                            int from = (i * plan.rows + r) * size;
                            if (pairs) {
                                zip(phase, even, (i * plan.rows + r) * plan.phases[p - 1].pixels(), c, from, to);
                            } else {
                                spread(phase, c, from, to);
                            }
                        }
                    }
                }
                finish(n0, images, g, t0, t1, 0, plan.out[0], 0, plan.out[2]);
            }
        }

        /** The result of a phase, images one after the other. */
        private float[] phase(int number, int g, int images, int t0, int t1, float[] b, int slot) {
            var phase = plan.phases[number];
            int size = phase.pixels();
            int imagePitch = plan.rows * size;
            var c = scratch.floats(slot, images * imagePitch);
            if (phase.taps().length == 0) {
                Arrays.fill(c, 0, images * imagePitch, 0f);
                return c;
            }
            int h = phase.count()[0];
            int w = phase.count()[2];
            int pitch = plan.channels * plan.channelPitch;
            var way = way(phase, w);
            if (way != Way.PACKED) {
                lay(way, phase, images, 0, h, 0, w, pitch, imagePitch);
            }
            int ao = filters.at(number, g);
            multiply(way, phase, ao, t0, t1, b, padAt(g), images, 0, h, 0, w, pitch, c, 0, imagePitch, size);
            return c;
        }

        /** Columns of an even and an odd phase, one of each in turn. */
        private void zip(ConvPlan.Phase odd, float[] c0, int from0, float[] c1, int from1, int to) {
            int width = plan.out[2];
            int n0 = (width + 1) / 2;
            int n1 = width / 2;
            for (int i = 0; i < odd.count()[0]; i++) {
                for (int j = 0; j < odd.count()[1]; j++) {
                    int row = i * odd.count()[1] + j;
                    int at =
                            (odd.start()[0] + i * plan.outStep[0]) * plan.out[1] + odd.start()[1] + j * plan.outStep[1];
                    VectorConvPad.zip(c0, from0 + row * n0, c1, from1 + row * n1, y, to + at * width, width);
                }
            }
        }

        private void spread(ConvPlan.Phase p, float[] c, int from, int to) {
            int at = from;
            for (int i = 0; i < p.count()[0]; i++) {
                for (int j = 0; j < p.count()[1]; j++) {
                    int row = (p.start()[0] + i * plan.outStep[0]) * plan.out[1] + p.start()[1] + j * plan.outStep[1];
                    int d = to + row * plan.out[2] + p.start()[2];
                    for (int k = 0; k < p.count()[2]; k++, d += plan.outStep[2]) {
                        y[d] = c[at++];
                    }
                }
            }
        }

        /** Along rows or through the image, whichever wastes fewer lanes. */
        private Way way(ConvPlan.Phase p, int columns) {
            if (packed) {
                return Way.PACKED;
            }
            double alongRows = columns < VL ? Double.MAX_VALUE : filling(columns);
            double length = pixels.flatLength(p, Math.min(plan.unitRows, p.count()[0]), columns);
            double used = Math.min(plan.unitRows, p.count()[0]) * p.count()[1] * columns;
            return alongRows <= Math.ceil(length / VL) * VL / used ? Way.ROWS : Way.THROUGH;
        }

        private void lay(
                Way way,
                ConvPlan.Phase p,
                int images,
                int h0,
                int h1,
                int w0,
                int w1,
                int sourcePitch,
                int resultPitch) {
            if (way == Way.ROWS) {
                pixels.alongRows(p, images, h0, h1, w0, w1, sourcePitch, resultPitch, width);
            } else {
                pixels.through(p, images, h1 - h0, w1 - w0, sourcePitch, width);
            }
        }

        private void multiply(
                Way way,
                ConvPlan.Phase p,
                int ao,
                int t0,
                int t1,
                float[] b,
                int bo,
                int images,
                int h0,
                int h1,
                int w0,
                int w1,
                int sourcePitch,
                float[] c,
                int co,
                int resultPitch,
                int ldc) {
            switch (way) {
                case ROWS -> {
                    for (int t = t0; t < t1; t++) {
                        int r0 = tileStart(t);
                        int n = tileStart(t + 1) - r0;
                        VectorConvTiles.sweep(
                                n,
                                a,
                                ao + r0 * (p.off().length - 1),
                                b,
                                bo,
                                p.off(),
                                0,
                                pixels.source,
                                pixels.result,
                                0,
                                pixels.regular,
                                c,
                                co + r0 * ldc,
                                ldc,
                                false);
                    }
                }
                case THROUGH -> {
                    int length = pixels.regular * VL;
                    var d = scratch.floats(25, ROWS * length);
                    for (int t = t0; t < t1; t++) {
                        int r0 = tileStart(t);
                        int n = tileStart(t + 1) - r0;
                        VectorConvTiles.sweep(
                                n,
                                a,
                                ao + r0 * (p.off().length - 1),
                                b,
                                bo,
                                p.off(),
                                0,
                                pixels.source,
                                pixels.result,
                                0,
                                pixels.regular,
                                d,
                                0,
                                length,
                                false);
                        int perImage = (pixels.flatLength(p, h1 - h0, w1 - w0) + VL - 1) / VL * VL;
                        for (int i = 0; i < images; i++) {
                            for (int r = 0; r < n; r++) {
                                cut(
                                        p,
                                        d,
                                        r * length + i * perImage,
                                        c,
                                        co + i * resultPitch + (r0 + r) * ldc,
                                        h0,
                                        h1,
                                        w0,
                                        w1);
                            }
                        }
                    }
                }
                case PACKED ->
                    packed(p, ao, t0, t1, b, bo, images, h0, h1, w0, w1, sourcePitch, c, co, resultPitch, ldc);
            }
        }

        private void cut(ConvPlan.Phase p, float[] d, int from, float[] c, int to, int h0, int h1, int w0, int w1) {
            int middle = p.count()[1];
            int row = p.count()[2];
            if (middle == 1) {
                VectorConvPad.copyRows(
                        d, from, plan.extent[1] * plan.extent[2], c, to + h0 * row + w0, row, h1 - h0, w1 - w0);
                return;
            }
            for (int i = h0; i < h1; i++) {
                VectorConvPad.copyRows(
                        d,
                        from + (i - h0) * plan.extent[1] * plan.extent[2],
                        plan.extent[2],
                        c,
                        to + i * middle * row + w0,
                        row,
                        middle,
                        w1 - w0);
            }
        }

        /**
         * A panel of patches at a time, for all tiles of weights: the panel stays in level-1 cache, a step's weights
         * in level 2.
         */
        private void packed(
                ConvPlan.Phase p,
                int ao,
                int t0,
                int t1,
                float[] b,
                int bo,
                int images,
                int h0,
                int h1,
                int w0,
                int w1,
                int sourcePitch,
                float[] c,
                int co,
                int resultPitch,
                int ldc) {
            int all = (h1 - h0) * p.count()[1] * (w1 - w0);
            panels.lay(p, images, all, w1 - w0, sourcePitch, h0 * p.count()[1] * p.count()[2] + w0, resultPitch);
            int depth = p.off().length - 1;
            int step = step(depth);
            int lda = filters.stride(p);
            int some = Math.max(1, STEP / step); // of short panels several, for longer rows of the result
            int pitch = step * PANEL + 16;
            var patches = scratch.lines(26, some * pitch);
            int rows = tileStart(t1) - tileStart(t0);
            var strip = scratch.floats(25, (panels.panels - panels.regular) * rows * PANEL);
            for (int k = 0; k < depth; k += step) {
                int n = Math.min(step, depth - k);
                for (int v0 = 0; v0 < panels.panels; v0 += some) {
                    int v1 = Math.min(panels.panels, v0 + some);
                    for (int v = v0; v < v1; v++) {
                        panels.pack(v, b, bo, p.off(), k, k + n, patches, Scratch.LINE + (v - v0) * pitch);
                    }
                    for (int t = t0; t < t1; t++) {
                        int r0 = tileStart(t);
                        int high = tileStart(t + 1) - r0;
                        for (int v = v0; v < v1; v++) {
                            boolean regular = v < panels.regular;
                            int to = regular
                                    ? co + panels.result[v] + r0 * ldc
                                    : ((v - panels.regular) * rows + r0 - tileStart(t0)) * PANEL;
                            VectorBlocks.tile(
                                    high,
                                    PANEL,
                                    a,
                                    ao + r0 * lda + k,
                                    lda,
                                    patches,
                                    Scratch.LINE + (v - v0) * pitch,
                                    regular ? c : strip,
                                    to,
                                    regular ? ldc : PANEL,
                                    n,
                                    k > 0);
                        }
                    }
                }
            }
            for (int r = 0; r < rows; r++) {
                int row = co + (tileStart(t0) + r) * ldc;
                for (int i = 0; i < panels.pieces; i++) {
                    int at = panels.piece[3 * i];
                    int from = (at / PANEL * rows + r) * PANEL + at % PANEL;
                    System.arraycopy(strip, from, c, row + panels.piece[3 * i + 1], panels.piece[3 * i + 2]);
                }
            }
        }

        private void finish(int n0, int images, int g, int t0, int t1, int h0, int h1, int w0, int w1) {
            int r0 = tileStart(t0);
            int r1 = tileStart(t1);
            int from = (h0 * plan.out[1]) * plan.out[2] + w0;
            int to = ((h1 - 1) * plan.out[1] + plan.out[1] - 1) * plan.out[2] + w1;
            for (int i = n0; i < n0 + images; i++) {
                int base = plan.outBase(i, g);
                if (to - from == plan.outPlane) {
                    after.range(base + r0 * plan.outPlane, base + r1 * plan.outPlane, scratch);
                } else {
                    for (int r = r0; r < r1; r++) {
                        after.range(base + r * plan.outPlane + from, base + r * plan.outPlane + to, scratch);
                    }
                }
            }
        }
    }
}
