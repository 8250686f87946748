package soma.kernel;

import static soma.kernel.VectorConvDots.ROWS;
import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Weight gradient: dw[co, tap] = the dot product of dy[co] with the image shifted by the tap. Work is cut first by
 * input channels, which needs no private copies; only layers with few of them are also cut by images, with partial sums
 * that are added in a fixed order.
 */
final class VectorConvWeight {

    /** Vectors of pixels at a time: six rows of gradient then take 24 KB, most of a level-1 cache. */
    private static final int BLOCK = 64;

    private static final int TASKS = 16;

    /** Fewer taps than this do not pay for reading the gradient once more. */
    private static final int LEAST_TAPS = 64;

    private enum Way {
        ROWS,
        THROUGH,
        DENSE
    }

    private VectorConvWeight() {}

    static void run(Workers workers, ConvPlan plan, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        if (VectorConvDepthwise.fits(plan)) {
            VectorConvDepthwise.weight(workers, plan, x, xo, dy, dyo, dw, dwo);
            return;
        }
        if (plan.winograd != null) {
            WinogradWeight.run(workers, plan.winograd, x, xo, dy, dyo, dw, dwo);
            return;
        }
        if (VectorConvOuter.fits(plan)) {
            new VectorConvOuter(plan, x, xo, dy, dyo, dw, dwo).run(workers);
            return;
        }
        if (plan.rows >= ConvPlan.PACKED_ROWS) {
            new VectorConvGradient(plan, x, xo, dy, dyo, dw, dwo).run(workers);
            return;
        }
        int depth = plan.channels * plan.kernelSize;
        int size = plan.rows * depth;
        int split = Math.clamp(Math.min(TASKS / plan.groups, depth / LEAST_TAPS), 1, plan.channels);
        int cuts = plan.rowUnits() * plan.columnUnits();
        int wanted = Math.max(1, TASKS / (split * plan.groups));
        int imagesEach = cuts > 1
                ? 1
                : Math.clamp((BLOCK * VL + plan.outPlane - 1) / plan.outPlane, 1, Math.max(1, plan.images / wanted));
        int units = (plan.images + imagesEach - 1) / imagesEach * cuts;
        int parts = Math.clamp(wanted, 1, Math.max(1, units));
        if (parts == 1) {
            workers.run(
                    plan.groups * split,
                    (task, scratch) -> new Task(plan, imagesEach, x, xo, dy, dyo, scratch)
                            .run(
                                    task / split,
                                    0,
                                    units,
                                    plan.channels * (task % split) / split,
                                    plan.channels * (task % split + 1) / split,
                                    dw,
                                    dwo + task / split * size));
            return;
        }
        workers.run(1, (only, caller) -> {
            int all = plan.groups * size;
            var sums = caller.floats(22, parts * all);
            var own = new @Nullable Task[workers.threads()];
            workers.run(parts * plan.groups * split, (task, scratch) -> {
                int c = task % split;
                int g = task / split % plan.groups;
                int part = task / split / plan.groups;
                var mine = own[scratch.thread];
                if (mine == null) {
                    mine = new Task(plan, imagesEach, x, xo, dy, dyo, scratch);
                    own[scratch.thread] = mine;
                }
                mine.run(
                        g,
                        (int) ((long) units * part / parts),
                        (int) ((long) units * (part + 1) / parts),
                        plan.channels * c / split,
                        plan.channels * (c + 1) / split,
                        sums,
                        part * all + g * size);
            });
            add(sums, parts, all, dw, dwo);
        });
    }

    private static void add(float[] sums, int parts, int size, float[] dw, int dwo) {
        int i = 0;
        for (; i < S.loopBound(size); i += VL) {
            var s = FloatVector.fromArray(S, sums, i);
            for (int p = 1; p < parts; p++) {
                s = s.add(FloatVector.fromArray(S, sums, p * size + i));
            }
            s.intoArray(dw, dwo + i);
        }
        for (; i < size; i++) {
            float s = sums[i];
            for (int p = 1; p < parts; p++) {
                s += sums[p * size + i];
            }
            dw[dwo + i] = s;
        }
    }

    /** Some units of pixels for one group and some of its input channels. */
    private static final class Task {
        private final ConvPlan plan;
        private final int imagesEach;
        private final float[] x;
        private final int xo;
        private final float[] dy;
        private final int dyo;
        private final Scratch scratch;
        private final int[] off;
        private final int tiles;
        private final float[] sums;
        private float[] totals = {};
        private long flatShape = -1;
        private int firstTap;
        private int tapCount;

        Task(ConvPlan plan, int imagesEach, float[] x, int xo, float[] dy, int dyo, Scratch scratch) {
            this.plan = plan;
            this.imagesEach = imagesEach;
            this.x = x;
            this.xo = xo;
            this.dy = dy;
            this.dyo = dyo;
            this.scratch = scratch;
            off = plan.phases[0].off();
            tiles = (plan.rows + ROWS - 1) / ROWS;
            sums = scratch.floats(27, 32 * VL);
        }

        void run(int group, int u0, int u1, int c0, int c1, float[] out, int outAt) {
            firstTap = c0 * plan.kernelSize;
            tapCount = (c1 - c0) * plan.kernelSize;
            flatShape = -1;
            int size = totalsAt(tiles, 0);
            totals = scratch.floats(28, size);
            Arrays.fill(totals, 0, size, 0f);
            for (int unit = u0; unit < u1; unit++) {
                int n0 = unit / (plan.rowUnits() * plan.columnUnits()) * imagesEach;
                int images = Math.min(imagesEach, plan.images - n0);
                int h0 = plan.firstRow(unit);
                int w0 = plan.firstColumn(unit);
                int h1 = Math.min(plan.out[0], h0 + plan.unitRows);
                int w1 = Math.min(plan.out[2], w0 + plan.unitColumns);
                unit(group, n0, images, h0, h1, w0, w1, c0, c1);
            }
            collect(out, outAt);
        }

        private int rows(int tile) {
            return plan.rows * (tile + 1) / tiles - plan.rows * tile / tiles;
        }

        /**
         * Where the running sums of a tile of channels and its tap number {@code k} are: whole vectors, tile after
         * tile.
         */
        private int totalsAt(int tile, int k) {
            int taps = VectorConvDots.taps(rows(Math.min(tile, tiles - 1)));
            int all = 0;
            for (int t = 0; t < tile; t++) {
                int each = VectorConvDots.taps(rows(t));
                all += (tapCount + each - 1) / each * VectorConvDots.room(rows(t));
            }
            return all + k / taps * VectorConvDots.room(rows(Math.min(tile, tiles - 1)));
        }

        private void collect(float[] out, int outAt) {
            int depth = off.length - 1;
            for (int t = 0; t < tiles; t++) {
                int r0 = plan.rows * t / tiles;
                int n = rows(t);
                int taps = VectorConvDots.taps(n);
                int room = VectorConvDots.room(n);
                int start = totalsAt(t, 0);
                for (int r = 0; r < n; r++) {
                    int to = outAt + (r0 + r) * depth + firstTap;
                    int at = start + r * taps;
                    for (int k = 0; k < tapCount; k += taps, at += room) {
                        for (int j = 0; j < Math.min(taps, tapCount - k); j++) {
                            out[to + k + j] = totals[at + j];
                        }
                    }
                }
            }
        }

        private void unit(int g, int n0, int images, int h0, int h1, int w0, int w1, int c0, int c1) {
            var way = way(h1 - h0, w1 - w0);
            boolean beyond = way != Way.ROWS && xo + plan.sourceBase(n0 + images, 0) + VL > x.length;
            float[] b = x;
            int bo = xo + plan.sourceBase(n0, g);
            int pitch = plan.groups * plan.channels * plan.sourcePlane;
            if (!plan.inPlace || beyond) {
                pitch = (c1 - c0) * plan.channelPitch;
                b = scratch.floats(23, images * pitch + VL);
                for (int i = 0; i < images; i++) {
                    VectorConvPad.pad(
                            plan,
                            x,
                            xo + plan.sourceBase(n0 + i, g) + c0 * plan.sourcePlane,
                            c1 - c0,
                            plan.inPlace ? 0 : h0,
                            plan.inPlace ? 0 : w0,
                            b,
                            i * pitch);
                }
                Arrays.fill(b, images * pitch, images * pitch + VL, 0f); // read, and multiplied by zeros
                bo = -c0 * plan.channelPitch;
            }
            if (plan.inPlace) {
                bo += h0 * plan.source[1] * plan.source[2] + w0;
            }
            switch (way) {
                case ROWS -> rows(g, n0, images, h0, h1, w0, w1, b, bo, pitch);
                case THROUGH -> through(g, n0, images, h0, h1, w0, w1, b, bo, pitch);
                case DENSE -> dense(g, n0, images, h0, h1, w0, w1, b, bo, pitch);
            }
        }

        /**
         * The cheapest way by a count of cycles for a vector and a tap: a channel costs half a cycle, packing about 12.
         */
        private Way way(int rows, int columns) {
            double lanes = flatVectors(rows, columns) * VL;
            double through = plan.rows * 0.5 * lanes / ((double) rows * plan.out[1] * columns);
            double alongRows = columns < VL ? Double.MAX_VALUE : plan.rows * 0.5 * VectorConv.filling(columns);
            double dense = plan.rows * 0.5 + 12;
            if (alongRows <= through && alongRows <= dense) {
                return Way.ROWS;
            }
            return through <= dense ? Way.THROUGH : Way.DENSE;
        }

        private int flatVectors(int rows, int columns) {
            return (((rows - 1) * plan.extent[1] + plan.out[1] - 1) * plan.extent[2] + columns + VL - 1) / VL;
        }

        /**
         * The images are read where they lie, by whole output rows; the last vector of a row overlaps and is masked in
         * dy.
         */
        private void rows(int g, int n0, int images, int h0, int h1, int w0, int w1, float[] b, int bo, int pitch) {
            int columns = w1 - w0;
            int perRow = (columns + VL - 1) / VL;
            int middle = plan.out[1];
            int rows = (h1 - h0) * middle;
            int total = images * rows;
            int each = Math.max(1, BLOCK / perRow);
            int resultPitch = plan.groups * plan.rows * plan.outPlane;
            var qx = scratch.ints(16, each * perRow + 1);
            var qy = scratch.ints(17, each * perRow + 1);
            for (int block = 0; block < total; block += each) {
                int v = 0;
                for (int row = block; row < Math.min(total, block + each); row++) {
                    int image = row / rows;
                    int i = row % rows / middle;
                    int j = row % middle;
                    int from = image * pitch + (i * plan.extent[1] + j) * plan.extent[2];
                    int at = image * resultPitch + ((h0 + i) * middle + j) * plan.out[2] + w0;
                    for (int k = 0; k < columns; k += VL, v++) {
                        int start = Math.min(k, columns - VL);
                        qx[v] = from + start;
                        qy[v] = at + start;
                    }
                }
                qx[v] = -1;
                int repeats = columns % VL == 0 ? 0 : VL - columns % VL;
                var d = scratch.floats(24, ROWS * v * VL);
                for (int t = 0; t < tiles; t++) {
                    int r0 = plan.rows * t / tiles;
                    int n = rows(t);
                    interleave(dy, dyo + plan.outBase(n0, g) + r0 * plan.outPlane, plan.outPlane, n, qy, v, d);
                    if (repeats > 0) {
                        maskRepeats(d, n, v, perRow, repeats);
                    }
                    dots(n, d, b, bo, off, firstTap, firstTap + tapCount, qx, totalsAt(t, 0));
                }
            }
        }

        /**
         * Vectors run through the padded image without regard to rows; dy is laid out the same way, with zeros in the
         * gaps.
         */
        private void through(int g, int n0, int images, int h0, int h1, int w0, int w1, float[] b, int bo, int pitch) {
            int columns = w1 - w0;
            int perImage = flatVectors(h1 - h0, columns);
            int ld = perImage * VL;
            int most = Math.max(1, BLOCK / perImage);
            int flatPitch = plan.rows * ld;
            var flat = scratch.floats(25, most * flatPitch);
            long shape = ((long) (h1 - h0) << 32) + columns;
            if (flatShape != shape) {
                flatShape = shape;
                Arrays.fill(flat, 0, most * flatPitch, 0f);
            }
            var qx = scratch.ints(16, most * perImage + 1);
            var qy = scratch.ints(17, most * perImage + 1);
            var d = scratch.floats(24, ROWS * most * ld);
            for (int i0 = 0; i0 < images; i0 += most) {
                int v = 0;
                for (int i = i0; i < Math.min(images, i0 + most); i++) {
                    layFlat(dyo + plan.outBase(n0 + i, g), h0, h1, w0, columns, flat, (i - i0) * flatPitch, ld);
                    for (int k = 0; k < perImage; k++, v++) {
                        qx[v] = i * pitch + k * VL;
                        qy[v] = (i - i0) * flatPitch + k * VL;
                    }
                }
                qx[v] = -1;
                for (int t = 0; t < tiles; t++) {
                    int n = rows(t);
                    interleave(flat, plan.rows * t / tiles * ld, ld, n, qy, v, d);
                    dots(n, d, b, bo, off, firstTap, firstTap + tapCount, qx, totalsAt(t, 0));
                }
            }
        }

        private void layFlat(int from, int h0, int h1, int w0, int columns, float[] flat, int to, int ld) {
            int middle = plan.out[1];
            int row = plan.out[2];
            for (int r = 0; r < plan.rows; r++) {
                int source = from + r * plan.outPlane + h0 * middle * row + w0;
                if (middle == 1) {
                    VectorConvPad.copyRows(
                            dy, source, row, flat, to + r * ld, plan.extent[1] * plan.extent[2], h1 - h0, columns);
                    continue;
                }
                for (int i = 0; i < h1 - h0; i++) {
                    VectorConvPad.copyRows(
                            dy,
                            source + i * middle * row,
                            row,
                            flat,
                            to + r * ld + i * plan.extent[1] * plan.extent[2],
                            plan.extent[2],
                            middle,
                            columns);
                }
            }
        }

        /** Patches packed densely over the pixels of several images, a block of taps at a time. */
        private void dense(int g, int n0, int images, int h0, int h1, int w0, int w1, float[] b, int bo, int pitch) {
            int all = (h1 - h0) * plan.out[1] * (w1 - w0);
            int most = BLOCK * VL;
            int some = Math.max(1, most / all);
            int origin = h0 * plan.out[1] * plan.out[2] + w0;
            for (int i = 0; i < images; i += some) {
                int these = Math.min(some, images - i);
                for (int q0 = 0; q0 < all; q0 += most) {
                    denseBlock(
                            these,
                            q0,
                            Math.min(all, q0 + most),
                            w1 - w0,
                            b,
                            bo + i * pitch,
                            pitch,
                            dyo + plan.outBase(n0 + i, g) + origin);
                }
            }
        }

        private void denseBlock(int images, int q0, int q1, int columns, float[] b, int bo, int pitch, int dyAt) {
            int each = q1 - q0;
            int count = images * each;
            int vectors = (count + VL - 1) / VL;
            int ld = vectors * VL;
            int resultPitch = plan.groups * plan.rows * plan.outPlane;
            int copies = 0;
            var from = scratch.ints(18, count / VL + images * (each / columns + 2));
            var to = scratch.ints(19, from.length);
            for (int p = 0; p < count; ) {
                int image = p / each;
                int q = q0 + p % each;
                int row = q / columns;
                int length = Math.min(Math.min(VL, columns - q % columns), q1 - q);
                from[copies] = image * pitch
                        + (row / plan.out[1] * plan.extent[1] + row % plan.out[1]) * plan.extent[2]
                        + q % columns;
                to[copies++] = p;
                p += length;
            }
            var qx = scratch.ints(16, vectors + 1);
            var qy = scratch.ints(17, vectors);
            for (int v = 0; v < vectors; v++) {
                qx[v] = v * VL;
                qy[v] = v * VL / each * resultPitch + q0 + v * VL % each;
            }
            qx[vectors] = -1;
            int taps = plan.rows < 3 ? 120 : 60; // a multiple of every tile's number of taps
            var patches = scratch.floats(26, taps * ld);
            var table = scratch.ints(22, taps);
            for (int k = 0; k < taps; k++) {
                table[k] = k * ld;
            }
            var d = scratch.floats(24, ROWS * ld);
            for (int k0 = 0; k0 < tapCount; k0 += taps) {
                int k1 = Math.min(tapCount, k0 + taps);
                copyPatches(b, bo, off, firstTap + k0, firstTap + k1, from, to, 0, copies, patches, ld);
                for (int k = 0; k < k1 - k0 && count < ld; k++) {
                    Arrays.fill(patches, k * ld + count, (k + 1) * ld, 0f);
                }
                for (int t = 0; t < tiles; t++) {
                    int n = rows(t);
                    int dyTile = dyAt + plan.rows * t / tiles * plan.outPlane;
                    if (each % VL == 0) {
                        interleave(dy, dyTile, plan.outPlane, n, qy, vectors, d);
                    } else {
                        interleaveDense(dyTile, n, images, q0, q1, resultPitch, d, vectors);
                    }
                    dots(n, d, patches, 0, table, 0, k1 - k0, qx, totalsAt(t, k0));
                }
            }
        }

        /** dy of n channels as [vector][channel][lane], the pixels of the images one after the other. */
        private void interleaveDense(
                int at, int n, int images, int q0, int q1, int resultPitch, float[] d, int vectors) {
            int each = q1 - q0;
            int count = images * each;
            for (int v = 0; v < vectors; v++) {
                int p = v * VL;
                int image = p / each;
                int q = q0 + p % each;
                if (q + VL <= q1) {
                    copyRows(dy, at + image * resultPitch + q, plan.outPlane, n, d, v * n * VL);
                    continue;
                }
                for (int lane = 0; lane < VL; lane++, p++) {
                    int from = at + p / each * resultPitch + q0 + p % each;
                    for (int r = 0; r < n; r++) {
                        d[(v * n + r) * VL + lane] = p < count ? dy[from + r * plan.outPlane] : 0f;
                    }
                }
            }
        }

        /** Taps k0 .. k1-1 of the table against the channels of a tile in d; tap k0 has its sums at {@code at}. */
        private void dots(int n, float[] d, float[] b, int bo, int[] table, int k0, int k1, int[] qx, int at) {
            int taps = VectorConvDots.taps(n);
            int room = VectorConvDots.room(n);
            for (int k = k0, to = at; k < k1; k += taps, to += room) {
                VectorConvDots.dot(n, d, 0, b, bo, table, k, k1 - 1, qx, sums, totals, to);
            }
        }
    }

    /** dy of n channels as [vector][channel][lane]. */
    private static void interleave(float[] dy, int at, int ld, int n, int[] qy, int vectors, float[] d) {
        for (int r = 0; r < n; r++) {
            int from = at + r * ld;
            int to = r * VL;
            for (int v = 0; v < vectors; v++, to += n * VL) {
                FloatVector.fromArray(S, dy, from + qy[v]).intoArray(d, to);
            }
        }
    }

    /** Clears the first lanes of each row's last vector: they repeat pixels of the vector before. */
    private static void maskRepeats(float[] d, int n, int vectors, int perRow, int repeats) {
        var kept = S.indexInRange(0, repeats).not();
        for (int v = perRow - 1; v < vectors; v += perRow) {
            for (int at = v * n * VL; at < (v + 1) * n * VL; at += VL) {
                FloatVector.zero(S).blend(FloatVector.fromArray(S, d, at), kept).intoArray(d, at);
            }
        }
    }

    private static void copyRows(float[] dy, int from, int ld, int n, float[] d, int to) {
        for (int r = 0; r < n; r++) {
            FloatVector.fromArray(S, dy, from + r * ld).intoArray(d, to + r * VL);
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
