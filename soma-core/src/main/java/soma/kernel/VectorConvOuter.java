package soma.kernel;

import static soma.kernel.VectorConv.TASKS;
import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;
import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.WIDE;
import static soma.kernel.VectorGemm.ceil;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Weight gradient as a sum of outer products over pixels: dw[co, tap, ci] = the sum over pixels of dy[pixel, co]
 * x[pixel + tap, ci]. Both sides are transposed so that channels are neighbours, each float once and not once a tap;
 * then the patches of a tap are a copy of whole vectors of channels, and the tiles find both sides packed.
 * <p>Work is cut by pixels, with sums that are added in a fixed order, as long as these are small; larger ones are cut
 * by input channels, and dy is then transposed once for all.
 */
final class VectorConvOuter {

    /** Pixels at a time: a panel of patches then takes 32 KB. */
    private static final int BLOCK = 256;

    private static final int SHORT_ROW = 4;

    /** Bound on the sums of all parts, in floats. */
    private static final int SUMS = 1 << 20;

    /** Bound on the transposed source of a unit of work, in floats. */
    private static final int SOURCE = 96 * 1024;

    /** Bound on a transposed dy that all tasks share, in floats. */
    private static final int SHARED = 1 << 23;

    private static final int SUMS_SLOT = 28;
    private static final int OWN_DY = 26;
    private static final int SHARED_DY = 24;

    private final ConvPlan plan;
    private final float[] x;
    private final int xo;
    private final float[] dy;
    private final int dyo;
    private final float[] dw;
    private final int dwo;

    /** Input channels that are neighbours in the source: a panel if the channels are whole ones, else a vector. */
    private final int width;

    /** Input channels in such bundles, and the cuts of them. */
    private final int bundles;

    private final int split;
    private final VectorConvParts parts;
    private final int tiles;

    /** Pixels of a block of dy, of which a unit has {@code blocks}; a tile of them takes {@code tileFloats}. */
    private final int chunk;

    private final int blocks;
    private final int tileFloats;

    /** From one row of the sums of a task to the next. */
    private final int ld;

    VectorConvOuter(ConvPlan plan, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        this.plan = plan;
        this.x = x;
        this.xo = xo;
        this.dy = dy;
        this.dyo = dyo;
        this.dw = dw;
        this.dwo = dwo;
        width = ceil(plan.channels, VL) % 2 == 0 ? PANEL : VL;
        bundles = ceil(plan.channels, width);
        tiles = ceil(plan.rows, ROWS);
        long size = (long) plan.rows * plan.channels * plan.kernelSize;
        int small = Integer.highestOneBit(Math.clamp(SUMS / Math.max(1, size), 1, Math.max(1, TASKS / plan.groups)));
        split = Math.clamp(TASKS / (small * plan.groups), 1, bundles);
        int wanted = Math.max(small, TASKS / (split * plan.groups));
        int fit = Math.max(1, SOURCE / (ceil(bundles, split) * width * plan.channelPitch));
        parts = VectorConvParts.of(plan, Math.min(fit, ceil(2 * BLOCK, plan.outPlane)), wanted);
        int imagesEach = parts.imagesEach();
        int all = plan.unitRows * plan.out[1] * plan.unitColumns;
        chunk = all <= BLOCK ? BLOCK / all * all : ceil(ceil(all, ceil(all, BLOCK)), 16) * 16;
        blocks = all <= BLOCK ? ceil(imagesEach * all, chunk) : imagesEach * ceil(all, chunk);
        tileFloats = chunk * ROWS + 16;
        int columns = ceil(ceil(bundles, split) * plan.kernelSize * width, PANEL) * PANEL;
        ld = columns % 1024 == 0
                ? columns + PANEL
                : columns; // no power of two, which would crowd a few sets of the cache
    }

    /**
     * Whether there are enough channels on both sides, and pixels, for whole vectors, and pixels of a block are one run,
     * which spares the copy, or rows are so short that a vector of pixels would be put together from many.
     */
    static boolean fits(ConvPlan plan) {
        boolean oneRow = plan.out[0] == 1 && plan.out[1] == 1 && plan.step[2] == 1;
        return plan.rows >= ConvPlan.PACKED_ROWS
                && plan.outPlane >= VL
                && (oneRow || plan.out[2] <= SHORT_ROW)
                && 8 * plan.channels >= 7 * ceil(plan.channels, VL) * VL;
    }

    private int channel(int cut) {
        return Math.min(plan.channels, bundles * cut / split * width);
    }

    void run(Workers workers) {
        workers.run(1, (only, caller) -> {
            int tasks = plan.groups * split;
            long sharedFloats = (long) plan.groups * parts.units() * blocks * tiles * tileFloats;
            var shared = split > 1 && sharedFloats <= SHARED ? shared(workers, caller, (int) sharedFloats) : null;
            if (parts.count() == 1) {
                workers.run(tasks, (task, scratch) -> {
                    var sums = scratch.lines(SUMS_SLOT, plan.rows * ld);
                    new Task(task, sums, Scratch.LINE, shared, scratch).run(0, parts.units());
                    write(task, 0, plan.rows, sums, Scratch.LINE, scratch);
                });
                return;
            }
            int pitch = plan.rows * ld;
            var sums = caller.lines(22, parts.count() * tasks * pitch);
            workers.run(parts.count() * tasks, (i, scratch) -> {
                int part = i / tasks;
                new Task(i % tasks, sums, Scratch.LINE + i * pitch, shared, scratch)
                        .run(parts.first(part), parts.first(part + 1));
            });
            workers.run(tasks * tiles, (i, scratch) -> {
                int at = Scratch.LINE + i / tiles * pitch;
                int r0 = row(i % tiles);
                int r1 = row(i % tiles + 1);
                int from = at + r0 * ld;
                parts.add(sums, from, tasks * pitch, (r1 - r0) * ld, sums, from);
                write(i / tiles, r0, r1, sums, at, scratch);
            });
        });
    }

    /** All of dy, transposed. */
    private float[] shared(Workers workers, Scratch caller, int size) {
        var all = caller.lines(SHARED_DY, size);
        workers.run(plan.groups * parts.units() * blocks * tiles, (i, scratch) -> {
            int block = i / tiles;
            var unit = new Unit(block / blocks % parts.units());
            transpose(
                    block / blocks / parts.units(),
                    unit,
                    block % blocks,
                    i % tiles,
                    all,
                    Scratch.LINE + i * tileFloats);
        });
        return all;
    }

    private int row(int tile) {
        return plan.rows * tile / tiles;
    }

    /** A tile of channels of a block of dy, if the unit has that block. */
    private void transpose(int group, Unit unit, int block, int tile, float[] target, int to) {
        int r0 = row(tile);
        int high = row(tile + 1) - r0;
        int from = dyo + r0 * plan.outPlane + unit.place.origin(plan.phases[0]);
        int end = unit.begin(block + 1);
        for (int q = unit.begin(block), at = to; q < end; ) {
            int image = q / unit.pixels;
            int n = Math.min(end, (image + 1) * unit.pixels) - q;
            int source = from + plan.outBase(unit.place.image() + image, group) + q % unit.pixels;
            VectorPack.transpose(dy, source, plan.outPlane, high, n, target, at, ROWS);
            q += n;
            at += n * ROWS;
        }
    }

    /** Rows r0 .. r1-1 of dw, whose taps are neighbours, from sums, whose channels are. */
    private void write(int task, int r0, int r1, float[] sums, int at, Scratch scratch) {
        int taps = plan.kernelSize;
        int c0 = channel(task % split);
        int c1 = channel(task % split + 1);
        var line = scratch.floats(25, VL * taps + VL);
        for (int r = r0; r < r1; r++) {
            int from = at + r * ld;
            int to = dwo + ((task / split * plan.rows + r) * plan.channels + c0) * taps;
            for (int c = c0; c < c1; c += VL, to += VL * taps) {
                int n = Math.min(VL, c1 - c);
                int source = from + (c - c0) / width * width * taps + (c - c0) % width;
                if (taps == 1) {
                    System.arraycopy(sums, source, dw, to, n);
                } else {
                    swap(sums, source, taps, line);
                    System.arraycopy(line, 0, dw, to, n * taps);
                }
            }
        }
    }

    /** Of taps x width floats the first VL columns to VL x taps. What a block writes too much belongs to one that is written later. */
    private void swap(float[] sums, int from, int taps, float[] line) {
        if (WIDE) {
            for (int t = (taps - 1) / 16 * 16; t >= 0; t -= 16) {
                VectorTranspose16.block(sums, from + t * width, width, Math.min(16, taps - t), line, t, taps);
            }
        } else {
            for (int t = 0; t < taps; t++) {
                for (int c = 0; c < VL; c++) {
                    line[c * taps + t] = sums[from + t * width + c];
                }
            }
        }
    }

    private final class Unit {
        final ConvUnit place;

        /** Pixels of an image. */
        final int pixels;

        Unit(int number) {
            place = ConvUnit.of(plan, number, parts.imagesEach());
            pixels = place.pixels(plan.phases[0]);
        }

        /** The first pixel of a block: it holds whole images, or a part of one. */
        int begin(int block) {
            if (chunk % pixels == 0) {
                return Math.min(place.images() * pixels, block * chunk);
            }
            int each = ceil(pixels, chunk);
            return Math.min(place.images() * pixels, block / each * pixels + block % each * chunk);
        }
    }

    /** Some units of pixels for some input channels of a group. */
    private final class Task {
        private final int group;
        private final int c0;
        private final int c1;
        private final float[] sums;
        private final int sumsAt;
        private final float @Nullable [] shared;
        private final Scratch scratch;
        private final int[] off;
        private int reach;
        private boolean more;

        Task(int number, float[] sums, int sumsAt, float @Nullable [] shared, Scratch scratch) {
            group = number / split;
            c0 = channel(number % split);
            c1 = channel(number % split + 1);
            this.sums = sums;
            this.sumsAt = sumsAt;
            this.shared = shared;
            this.scratch = scratch;
            off = plan.phases[0].off();
            for (int t = 0; t < plan.kernelSize; t++) {
                reach = Math.max(reach, off[t]);
            }
        }

        void run(int u0, int u1) {
            for (int u = u0; u < u1; u++) {
                unit(u);
            }
            if (!more) {
                Arrays.fill(sums, sumsAt, sumsAt + plan.rows * ld, 0f);
            }
        }

        private void unit(int number) {
            var unit = new Unit(number);
            int length = ((unit.place.rows() - 1) * plan.extent[1] + plan.out[1] - 1) * plan.extent[2]
                    + unit.place.columns()
                    + reach;
            int pitch = unit.place.images() * length * width;
            var source = scratch.lines(27, ceil(c1 - c0, width) * pitch);
            for (int c = c0; c < c1; c += width) {
                source(unit, c, Math.min(width, c1 - c), length, source, Scratch.LINE + (c - c0) / width * pitch);
            }
            int[] at = positions(unit, length);
            for (int b = 0; b < blocks; b++) {
                int q = unit.begin(b);
                int n = unit.begin(b + 1) - q;
                if (n > 0) {
                    block(unit, (group * parts.units() + number) * blocks + b, b, q, n, source, pitch, at);
                    more = true;
                }
            }
        }

        /** A bundle of channels of the padded source, its positions one after the other. */
        private void source(Unit unit, int c, int high, int length, float[] target, int to) {
            var pad = plan.inPlace ? x : scratch.floats(23, width * plan.channelPitch + VL);
            for (int i = 0; i < unit.place.images(); i++) {
                int from = xo + plan.sourceBase(unit.place.image() + i, group) + c * plan.sourcePlane;
                if (plan.inPlace) {
                    from += unit.place.h0() * plan.source[1] * plan.source[2] + unit.place.w0();
                } else {
                    VectorConvPad.pad(plan, x, from, high, unit.place.h0(), unit.place.w0(), pad, 0);
                    from = 0;
                }
                VectorPack.transpose(
                        pad, from, plan.channelPitch, high, length, target, to + i * length * width, width);
            }
        }

        /** Where the pixels are in the source. */
        private int[] positions(Unit unit, int length) {
            var at = scratch.ints(16, unit.place.images() * unit.pixels);
            int q = 0;
            for (int i = 0; i < unit.place.images(); i++) {
                for (int row = 0; row < unit.place.rows() * plan.out[1]; row++) {
                    int line = row / plan.out[1] * plan.extent[1] + row % plan.out[1];
                    int from = Scratch.LINE + (i * length + line * plan.extent[2]) * width;
                    for (int k = 0; k < unit.place.columns(); k++) {
                        at[q++] = from + k * width;
                    }
                }
            }
            return at;
        }

        /** Pixels q .. q+n-1 of a unit, all taps. */
        private void block(Unit unit, int number, int b, int q, int n, float[] source, int pitch, int[] at) {
            var a = shared;
            int ao = Scratch.LINE + number * tiles * tileFloats;
            if (a == null) {
                a = scratch.lines(OWN_DY, tiles * tileFloats);
                ao = Scratch.LINE;
                for (int t = 0; t < tiles; t++) {
                    transpose(group, unit, b, t, a, ao + t * tileFloats);
                }
            }
            if (width == PANEL) {
                bundles(source, pitch, at, unit.place.columns(), q, n, a, ao);
            } else {
                vectors(source, pitch, at, q, n, a, ao);
            }
        }

        /** Bundles of two vectors: copies of runs of pixels, and where the pixels are one run not even that. */
        private void bundles(float[] source, int pitch, int[] at, int columns, int q, int n, float[] a, int ao) {
            boolean oneRun = at[q + n - 1] - at[q] == (n - 1) * PANEL;
            var panel = oneRun ? source : scratch.lines(25, chunk * PANEL);
            int to = sumsAt;
            for (int c = 0; c < c1 - c0; c += PANEL) {
                for (int t = 0; t < plan.kernelSize; t++, to += PANEL) {
                    int from = c / PANEL * pitch + off[t] * PANEL;
                    if (!oneRun) {
                        runs(source, from, at, columns, q, n, panel);
                    }
                    multiply(PANEL, a, ao, panel, oneRun ? from + at[q] : Scratch.LINE, to, n);
                }
            }
        }

        private void vectors(float[] source, int pitch, int[] at, int q, int n, float[] a, int ao) {
            var panel = scratch.lines(25, chunk * PANEL);
            int taps = plan.kernelSize;
            int columns = ceil(c1 - c0, VL) * taps;
            for (int v = 0; v < columns; v += 2) {
                int first = v / taps * pitch + off[v % taps] * VL;
                if (v + 1 < columns) {
                    int second = (v + 1) / taps * pitch + off[(v + 1) % taps] * VL;
                    two(source, first, second, at, q, n, panel);
                    multiply(PANEL, a, ao, panel, Scratch.LINE, sumsAt + v * VL, n);
                } else {
                    one(source, first, at, q, n, panel);
                    multiply(VL, a, ao, panel, Scratch.LINE, sumsAt + v * VL, n);
                }
            }
        }

        /** A panel of patches, all output channels. */
        private void multiply(int wide, float[] a, int ao, float[] panel, int from, int to, int n) {
            for (int t = 0; t < tiles; t++) {
                int r0 = row(t);
                VectorBlocks.packedTile(
                        row(t + 1) - r0, wide, a, ao + t * tileFloats, panel, from, sums, to + r0 * ld, ld, n, more);
            }
        }
    }

    private static void runs(float[] source, int first, int[] at, int columns, int q, int n, float[] panel) {
        for (int p = q; p < q + n; ) {
            int run = Math.min(columns - p % columns, q + n - p);
            System.arraycopy(source, at[p] + first, panel, Scratch.LINE + (p - q) * PANEL, run * PANEL);
            p += run;
        }
    }

    private static void two(float[] source, int first, int second, int[] at, int q, int n, float[] panel) {
        for (int p = 0, to = Scratch.LINE; p < n; p++, to += PANEL) {
            int from = at[q + p];
            FloatVector.fromArray(S, source, from + first).intoArray(panel, to);
            FloatVector.fromArray(S, source, from + second).intoArray(panel, to + VL);
        }
    }

    private static void one(float[] source, int first, int[] at, int q, int n, float[] panel) {
        for (int p = 0, to = Scratch.LINE; p < n; p++, to += VL) {
            FloatVector.fromArray(S, source, at[q + p] + first).intoArray(panel, to);
        }
    }
}
