package soma.kernel;

import static soma.kernel.VectorConv.TASKS;
import static soma.kernel.VectorConvDots.ROWS;
import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Weight gradient: dw[co, tap] = the dot product of dy[co] with the image shifted by the tap. Work is cut first by
 * input channels, which needs no private copies; only layers with few of them are also cut by images, with partial sums
 * that are added in a fixed order.
 */
final class VectorConvWeight {

    /** Vectors of pixels at a time: six rows of gradient then take 24 KB, most of a level-1 cache. */
    private static final int BLOCK = 64;

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
        if (!plan.winograd.isEmpty() && plan.winograd.getFirst().paysForWeights()) {
            WinogradWeight.run(workers, plan.winograd.getFirst(), x, xo, dy, dyo, dw, dwo);
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
        int wanted = Math.max(1, TASKS / (split * plan.groups));
        var parts = VectorConvParts.of(plan, VectorGemm.ceil(BLOCK * VL, plan.outPlane), wanted);
        workers.run(1, (only, caller) -> {
            int all = plan.groups * size;
            boolean one = parts.count() == 1;
            var sums = one ? dw : caller.floats(22, parts.count() * all);
            workers.run(
                    parts.count() * plan.groups * split,
                    scratch -> new Task(plan, parts.imagesEach(), x, xo, dy, dyo, scratch),
                    (own, task) -> {
                        int c = task % split;
                        int g = task / split % plan.groups;
                        int part = task / split / plan.groups;
                        own.run(
                                g,
                                parts.first(part),
                                parts.first(part + 1),
                                plan.channels * c / split,
                                plan.channels * (c + 1) / split,
                                sums,
                                (one ? dwo : part * all) + g * size);
                    });
            if (!one) {
                parts.add(sums, 0, all, all, dw, dwo);
            }
        });
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
        private final VectorConvTotals totals;
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
            totals = new VectorConvTotals(plan, scratch);
        }

        void run(int group, int u0, int u1, int c0, int c1, float[] out, int outAt) {
            firstTap = c0 * plan.kernelSize;
            tapCount = (c1 - c0) * plan.kernelSize;
            flatShape = -1;
            totals.clear(c0, c1);
            for (int u = u0; u < u1; u++) {
                unit(ConvUnit.of(plan, u, imagesEach), group, c0, c1);
            }
            totals.collect(out, outAt);
        }

        private void unit(ConvUnit unit, int group, int c0, int c1) {
            var way = way(unit.rows(), unit.columns());
            boolean beyond = way != Way.ROWS && xo + plan.sourceBase(unit.image() + unit.images(), 0) + VL > x.length;
            var source = plan.inPlace && !beyond
                    ? VectorConvSource.inPlace(plan, unit, group, x, xo)
                    : VectorConvSource.copy(plan, unit, group, c0, c1, x, xo, scratch);
            switch (way) {
                case ROWS -> rows(unit, group, source);
                case THROUGH -> through(unit, group, source);
                case DENSE -> dense(unit, group, source);
            }
        }

        /**
         * The cheapest way by a count of cycles for a vector and a tap: a channel costs half a cycle, packing about 12.
         */
        private Way way(int rows, int columns) {
            double lanes = flatVectors(rows, columns) * VL;
            double through = plan.rows * 0.5 * lanes / ((double) rows * plan.out[1] * columns);
            double alongRows = columns < VL ? Double.MAX_VALUE : plan.rows * 0.5 * VectorConvProduct.filling(columns);
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
        private void rows(ConvUnit unit, int group, VectorConvSource source) {
            int columns = unit.columns();
            int perRow = (columns + VL - 1) / VL;
            int middle = plan.out[1];
            int rows = unit.rows() * middle;
            int total = unit.images() * rows;
            int each = Math.max(1, BLOCK / perRow);
            int resultPitch = plan.groups * plan.rows * plan.outPlane;
            int gradient = dyo + plan.outBase(unit.image(), group) + unit.origin(plan.phases[0]);
            var qx = scratch.ints(16, each * perRow + 1);
            var qy = scratch.ints(17, each * perRow + 1);
            for (int block = 0; block < total; block += each) {
                int v = 0;
                for (int row = block; row < Math.min(total, block + each); row++) {
                    int image = row / rows;
                    int i = row % rows / middle;
                    int j = row % middle;
                    int from = image * source.pitch() + (i * plan.extent[1] + j) * plan.extent[2];
                    int at = image * resultPitch + row % rows * plan.out[2];
                    for (int k = 0; k < columns; k += VL, v++) {
                        int start = Math.min(k, columns - VL);
                        qx[v] = from + start;
                        qy[v] = at + start;
                    }
                }
                qx[v] = -1;
                int repeats = columns % VL == 0 ? 0 : VL - columns % VL;
                var d = scratch.floats(24, ROWS * v * VL);
                for (int t = 0; t < totals.tiles; t++) {
                    int n = totals.rows(t);
                    int from = gradient + totals.row(t) * plan.outPlane;
                    VectorConvInterleave.vectors(dy, from, plan.outPlane, n, qy, v, d);
                    if (repeats > 0) {
                        VectorConvInterleave.maskRepeats(d, n, v, perRow, repeats);
                    }
                    totals.add(t, 0, d, source.floats(), source.at(), off, firstTap, tapCount, qx);
                }
            }
        }

        /**
         * Vectors run through the padded image without regard to rows; dy is laid out the same way, with zeros in the
         * gaps.
         */
        private void through(ConvUnit unit, int group, VectorConvSource source) {
            int perImage = flatVectors(unit.rows(), unit.columns());
            int ld = perImage * VL;
            int most = Math.max(1, BLOCK / perImage);
            int flatPitch = plan.rows * ld;
            var flat = scratch.floats(25, most * flatPitch);
            long shape = ((long) unit.rows() << 32) + unit.columns();
            if (flatShape != shape) {
                flatShape = shape;
                Arrays.fill(flat, 0, most * flatPitch, 0f);
            }
            var qx = scratch.ints(16, most * perImage + 1);
            var qy = scratch.ints(17, most * perImage + 1);
            var d = scratch.floats(24, ROWS * most * ld);
            for (int i0 = 0; i0 < unit.images(); i0 += most) {
                int v = 0;
                for (int i = i0; i < Math.min(unit.images(), i0 + most); i++) {
                    int gradient = dyo + plan.outBase(unit.image() + i, group) + unit.origin(plan.phases[0]);
                    layFlat(gradient, unit.rows(), unit.columns(), flat, (i - i0) * flatPitch, ld);
                    for (int k = 0; k < perImage; k++, v++) {
                        qx[v] = i * source.pitch() + k * VL;
                        qy[v] = (i - i0) * flatPitch + k * VL;
                    }
                }
                qx[v] = -1;
                for (int t = 0; t < totals.tiles; t++) {
                    VectorConvInterleave.vectors(flat, totals.row(t) * ld, ld, totals.rows(t), qy, v, d);
                    totals.add(t, 0, d, source.floats(), source.at(), off, firstTap, tapCount, qx);
                }
            }
        }

        private void layFlat(int from, int high, int columns, float[] flat, int to, int ld) {
            int middle = plan.out[1];
            int row = plan.out[2];
            for (int r = 0; r < plan.rows; r++) {
                int source = from + r * plan.outPlane;
                if (middle == 1) {
                    int apart = plan.extent[1] * plan.extent[2];
                    VectorConvPad.copyRows(dy, source, row, flat, to + r * ld, apart, high, columns);
                    continue;
                }
                for (int i = 0; i < high; i++) {
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
        private void dense(ConvUnit unit, int group, VectorConvSource source) {
            int all = unit.pixels(plan.phases[0]);
            int most = BLOCK * VL;
            int some = Math.max(1, most / all);
            for (int i = 0; i < unit.images(); i += some) {
                int these = Math.min(some, unit.images() - i);
                int from = source.at() + i * source.pitch();
                int gradient = dyo + plan.outBase(unit.image() + i, group) + unit.origin(plan.phases[0]);
                for (int q0 = 0; q0 < all; q0 += most) {
                    int q1 = Math.min(all, q0 + most);
                    denseBlock(these, q0, q1, unit.columns(), source.floats(), from, source.pitch(), gradient);
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
                copyPatches(b, bo, off, firstTap + k0, firstTap + k1, from, to, copies, patches, ld);
                for (int k = 0; k < k1 - k0 && count < ld; k++) {
                    Arrays.fill(patches, k * ld + count, (k + 1) * ld, 0f);
                }
                for (int t = 0; t < totals.tiles; t++) {
                    int n = totals.rows(t);
                    int dyTile = dyAt + totals.row(t) * plan.outPlane;
                    if (each % VL == 0) {
                        VectorConvInterleave.vectors(dy, dyTile, plan.outPlane, n, qy, vectors, d);
                    } else {
                        VectorConvInterleave.dense(
                                dy, dyTile, plan.outPlane, n, images, resultPitch, q0, q1, d, vectors);
                    }
                    totals.add(t, k0, d, patches, 0, table, 0, k1 - k0, qx);
                }
            }
        }
    }

    /**
     * Copies pixels for each tap, always a whole vector: what a short run writes too much is overwritten by the next
     * run, which lies right behind it. The last run of a row is masked.
     */
    private static void copyPatches(
            float[] b, int bo, int[] off, int k0, int k1, int[] from, int[] to, int copies, float[] d, int ld) {
        for (int e = 0; e < copies; e++) {
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
