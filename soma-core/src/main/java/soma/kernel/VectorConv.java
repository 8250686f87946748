package soma.kernel;

import static soma.kernel.VectorConvTiles.ROWS;
import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

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

    /** Taps packed at a time: with 256 pixels the panels of patches take 256 KB of level-2 cache. */
    private static final int DEPTH = 256;

    private static final int PACKED_PIXELS = 256;
    private static final int TASKS = 16;
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
        workers.run(1, (only, caller) -> {
            var a = packWeights(workers, plan, w, wo, caller);
            int tiles = tiles(plan.rows);
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
            int split = Math.clamp(
                    (TASKS + blocks - 1) / blocks, 1, Math.clamp((long) (flops * groupsEach / TASK_FLOPS), 1, tiles));
            var padded = split > 1 && !plan.inPlace ? padAll(workers, plan, x, xo, units, caller) : NOTHING;
            workers.run(blocks * split, (task, scratch) -> {
                int t = task % split;
                int unit = task / split % units;
                int g0 = task / split / units * groupsEach;
                new Task(plan, x, xo, padded, a, y, yo, after, scratch)
                        .run(
                                unit,
                                g0,
                                Math.min(plan.groups, g0 + groupsEach),
                                tiles * t / split,
                                tiles * (t + 1) / split);
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

    /** Lanes spent on a row over pixels in it. */
    static double filling(int columns) {
        return (double) ((columns + VL - 1) / VL * VL) / columns;
    }

    static int tiles(int rows) {
        return (rows + ROWS - 1) / ROWS;
    }

    static int tileStart(int rows, int tiles, int t) {
        return rows * t / tiles;
    }

    /** Weights as [phase][group][tile][tap][row of the tile]: the rows of one tap are neighbours. */
    private static float[] packWeights(Workers workers, ConvPlan plan, float[] w, int wo, Scratch caller) {
        int size = plan.groups * plan.rows * plan.channels * plan.kernelSize;
        var a = caller.floats(22, size);
        int tiles = tiles(plan.rows);
        int blocks = plan.groups * tiles;
        int each = Math.max(1, (int) ((long) blocks * 16384 / size));
        int at = 0;
        for (var phase : plan.phases) {
            int depth = plan.channels * phase.taps().length;
            int start = at;
            workers.run((blocks + each - 1) / each, (task, scratch) -> {
                for (int b = task * each; b < Math.min(blocks, (task + 1) * each); b++) {
                    int r0 = tileStart(plan.rows, tiles, b % tiles);
                    int r1 = tileStart(plan.rows, tiles, b % tiles + 1);
                    packTile(
                            plan,
                            phase.taps(),
                            w,
                            wo,
                            b / tiles,
                            r0,
                            r1,
                            a,
                            start + (b / tiles * plan.rows + r0) * depth);
                }
            });
            at += plan.groups * plan.rows * depth;
        }
        return a;
    }

    private static void packTile(
            ConvPlan plan, int[] taps, float[] w, int wo, int group, int r0, int r1, float[] a, int ao) {
        int n = r1 - r0;
        int all = plan.channels * plan.kernelSize;
        int base = wo + group * plan.rows * all;
        if (plan.transposed) {
            for (int c = 0, at = ao; c < plan.channels; c++) {
                for (int tap : taps) {
                    int from = base + (c * plan.rows + r0) * plan.kernelSize + tap;
                    for (int end = at + n; at < end; at++, from += plan.kernelSize) {
                        a[at] = w[from];
                    }
                }
            }
            return;
        }
        // In blocks, so that the lines of the tile stay in cache from row to row.
        for (int k0 = 0; k0 < all; k0 += DEPTH) {
            int k1 = Math.min(all, k0 + DEPTH);
            for (int r = 0; r < n; r++) {
                int from = base + (r0 + r) * all;
                for (int k = k0, at = ao + k0 * n + r; k < k1; k++, at += n) {
                    a[at] = w[from + k];
                }
            }
        }
    }

    /** One unit of pixels for some groups and some tiles of output channels. */
    private static final class Task {
        private final ConvPlan plan;
        private final float[] x;
        private final int xo;
        private final float[] padded;
        private final float[] a;
        private final float[] y;
        private final int yo;
        private final Epilogue after;
        private final Scratch scratch;
        private final VectorConvPixels pixels;
        private final int tiles;
        private final int width;
        private int unit;
        private int myRows;

        Task(
                ConvPlan plan,
                float[] x,
                int xo,
                float[] padded,
                float[] a,
                float[] y,
                int yo,
                Epilogue after,
                Scratch scratch) {
            this.plan = plan;
            this.x = x;
            this.xo = xo;
            this.padded = padded;
            this.a = a;
            this.y = y;
            this.yo = yo;
            this.after = after;
            this.scratch = scratch;
            pixels = new VectorConvPixels(plan, scratch);
            tiles = tiles(plan.rows);
            width = VectorConvTiles.vectors((plan.rows + tiles - 1) / tiles);
        }

        void run(int unit, int g0, int g1, int t0, int t1) {
            int n0 = plan.firstImage(unit);
            int images = Math.min(plan.unitImages, plan.images - n0);
            int h0 = plan.firstRow(unit);
            int w0 = plan.firstColumn(unit);
            myRows = tileStart(plan.rows, tiles, t1) - tileStart(plan.rows, tiles, t0);
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
            boolean beyond = way != Way.ROWS && xo + plan.sourceBase(n0 + images, 0) + VL > x.length;
            boolean copied = !plan.inPlace || beyond;
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
                int ao = g * plan.rows * plan.channels * phase.taps().length;
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
            int r0 = tileStart(plan.rows, tiles, t0);
            int r1 = tileStart(plan.rows, tiles, t1);
            int pitch = plan.channels * plan.channelPitch;
            for (int g = g0; g < g1; g++) {
                var b = pad(n0, images, g, 0, 0);
                int start = 0;
                for (var phase : plan.phases) {
                    int depth = plan.channels * phase.taps().length;
                    int size = phase.pixels();
                    int imagePitch = plan.rows * size;
                    var c = scratch.floats(24, images * imagePitch);
                    if (depth == 0) {
                        Arrays.fill(c, 0, images * imagePitch, 0f);
                    } else {
                        int h = phase.count()[0];
                        int w = phase.count()[2];
                        var way = way(phase, w);
                        if (way != Way.PACKED) {
                            lay(way, phase, images, 0, h, 0, w, pitch, imagePitch);
                        }
                        int ao = start + g * plan.rows * depth;
                        multiply(
                                way, phase, ao, t0, t1, b, padAt(g), images, 0, h, 0, w, pitch, c, 0, imagePitch, size);
                    }
                    for (int i = 0; i < images; i++) {
                        for (int r = r0; r < r1; r++) {
                            spread(
                                    phase,
                                    c,
                                    i * imagePitch + r * size,
                                    yo + plan.outBase(n0 + i, g) + r * plan.outPlane);
                        }
                    }
                    start += plan.groups * plan.rows * depth;
                }
                finish(n0, images, g, t0, t1, 0, plan.out[0], 0, plan.out[2]);
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

        /**
         * The cheapest way by a count of cycles for 32 pixels and a tap, with two multiply-adds a cycle: a row of
         * weights costs 1, a packed copy about 4.
         */
        private Way way(ConvPlan.Phase p, int columns) {
            int rows = myRows;
            double alongRows = columns < VL ? Double.MAX_VALUE : rows * filling(columns);
            double length = pixels.flatLength(p, Math.min(plan.unitRows, p.count()[0]), columns);
            double used = Math.min(plan.unitRows, p.count()[0]) * p.count()[1] * columns;
            double through = rows * (Math.ceil(length / VL) * VL / used) + 2;
            double packed = rows + 8 + 8.0 * VL / columns;
            if (alongRows <= through && alongRows <= packed) {
                return Way.ROWS;
            }
            return through <= packed ? Way.THROUGH : Way.PACKED;
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
                        int r0 = tileStart(plan.rows, tiles, t);
                        int n = tileStart(plan.rows, tiles, t + 1) - r0;
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
                        int r0 = tileStart(plan.rows, tiles, t);
                        int n = tileStart(plan.rows, tiles, t + 1) - r0;
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
                case PACKED -> {
                    int all = (h1 - h0) * p.count()[1] * (w1 - w0);
                    int some = Math.max(1, PACKED_PIXELS / all);
                    for (int i = 0; i < images; i += some) {
                        for (int q = 0; q < all; q += PACKED_PIXELS) {
                            pixels.dense(
                                    p,
                                    Math.min(some, images - i),
                                    q,
                                    Math.min(all, q + PACKED_PIXELS),
                                    h0,
                                    w0,
                                    w1 - w0,
                                    sourcePitch,
                                    resultPitch,
                                    width);
                            packed(p, ao, t0, t1, b, bo + i * sourcePitch, c, co + i * resultPitch, ldc);
                        }
                    }
                }
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

        private void packed(ConvPlan.Phase p, int ao, int t0, int t1, float[] b, int bo, float[] c, int co, int ldc) {
            int depth = p.off().length - 1;
            int blocks = (depth + DEPTH - 1) / DEPTH;
            var patches = scratch.floats(26, width * DEPTH * VL);
            var table = scratch.ints(22, DEPTH + 1);
            int rest = (pixels.total - pixels.regular) * VL;
            int first = tileStart(plan.rows, tiles, t0);
            var d = scratch.floats(25, (tileStart(plan.rows, tiles, t1) - first) * rest);
            for (int block = 0; block < blocks; block++) {
                int k0 = depth * block / blocks;
                int k1 = depth * (block + 1) / blocks;
                for (int k = 0; k < k1 - k0; k++) {
                    table[k] = k * width * VL;
                }
                table[k1 - k0] = -1;
                for (int v = 0; v < pixels.total; v += width) {
                    int e0 = pixels.first[v];
                    int e1 = pixels.first[v + width];
                    copyPatches(b, bo, p.off(), k0, k1, pixels.from, pixels.to, e0, e1, patches, width * VL);
                    boolean regular = v < pixels.regular;
                    for (int t = t0; t < t1; t++) {
                        int r0 = tileStart(plan.rows, tiles, t);
                        int n = tileStart(plan.rows, tiles, t + 1) - r0;
                        VectorConvTiles.sweep(
                                n,
                                a,
                                ao + r0 * depth + k0 * n,
                                patches,
                                0,
                                table,
                                0,
                                pixels.source,
                                pixels.result,
                                v,
                                v + width,
                                regular ? c : d,
                                regular ? co + r0 * ldc : (r0 - first) * rest,
                                regular ? ldc : rest,
                                block > 0);
                    }
                }
            }
            for (int r = first; r < tileStart(plan.rows, tiles, t1) && pixels.pieces > 0; r++) {
                for (int i = 0; i < pixels.pieces; i++) {
                    System.arraycopy(
                            d,
                            (r - first) * rest + pixels.piece[3 * i],
                            c,
                            co + r * ldc + pixels.piece[3 * i + 1],
                            pixels.piece[3 * i + 2]);
                }
            }
        }

        private void finish(int n0, int images, int g, int t0, int t1, int h0, int h1, int w0, int w1) {
            int r0 = tileStart(plan.rows, tiles, t0);
            int r1 = tileStart(plan.rows, tiles, t1);
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

    /**
     * Copies pixels for each tap, always a whole vector: what a short run writes too much is overwritten by the next
     * run, which lies right behind it. The last run of a row is masked.
     */
    static void copyPatches(
            float[] b, int bo, int[] off, int k0, int k1, int[] from, int[] to, int e0, int e1, float[] d, int ld) {
        for (int e = e0; e < e1; e++) {
            int source = bo + from[e];
            int at = to[e];
            if (at + VL <= ld) {
                for (int k = k0; k < k1; k++, at += ld) {
                    FloatVector.fromArray(S, b, source + off[k]).intoArray(d, at);
                }
            } else {
                var mask = S.indexInRange(0, ld - at);
                for (int k = k0; k < k1; k++, at += ld) {
                    FloatVector.fromArray(S, b, source + off[k]).intoArray(d, at, mask);
                }
            }
        }
    }
}
