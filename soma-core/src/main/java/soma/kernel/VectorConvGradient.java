package soma.kernel;

import static soma.kernel.VectorConv.TASKS;
import static soma.kernel.VectorConvTiles.VL;
import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.WIDE;
import static soma.kernel.VectorGemm.ceil;

import java.util.Arrays;

/**
 * Weight gradient as a matrix product over pixels, transposed: dw[tap, co] = the sum over pixels of patch[tap, pixel]
 * dy[co, pixel]. So the tiles read patches by rows, as they are, and only dy is transposed, once for all taps of a
 * task. Work is cut first by input channels, which needs no private
 * sums; only layers with few of them are also cut by images, with sums that are added in a fixed order.
 */
final class VectorConvGradient {

    /** Pixels at a time: a panel of dy then stays in level-1 cache. */
    private static final int BLOCK = 256;

    /** Tiles of taps that a panel of dy passes at a time. */
    private static final int GROUP = 8;

    /** Fewer taps than this do not pay for transposing dy once more. */
    private static final int LEAST_TAPS = 256;

    /** Bound on the padded source of a unit of work, in floats. */
    private static final int SOURCE = 96 * 1024;

    private final ConvPlan plan;
    private final float[] x;
    private final int xo;
    private final float[] dy;
    private final int dyo;
    private final float[] dw;
    private final int dwo;
    /** Cuts of the input channels, cuts of the pixels. */
    private final int split;

    private final VectorConvParts parts;
    private final int depth;
    private final int columns;

    VectorConvGradient(ConvPlan plan, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        this.plan = plan;
        this.x = x;
        this.xo = xo;
        this.dy = dy;
        this.dyo = dyo;
        this.dw = dw;
        this.dwo = dwo;
        depth = plan.channels * plan.kernelSize;
        columns = ceil(plan.rows, PANEL);
        split = Math.clamp(Math.min(TASKS / plan.groups, depth / LEAST_TAPS), 1, plan.channels);
        int fit = Math.max(1, SOURCE / (ceil(plan.channels, split) * plan.channelPitch));
        parts = VectorConvParts.of(
                plan, Math.min(fit, ceil(2 * BLOCK, plan.outPlane)), Math.max(1, TASKS / (split * plan.groups)));
    }

    private int channel(int cut) {
        return plan.channels * cut / split;
    }

    void run(Workers workers) {
        int tasks = plan.groups * split;
        if (parts.count() == 1) {
            workers.run(tasks, Task::new, (own, task) -> {
                var sums = own.scratch.floats(28, columns * taps(task) * PANEL);
                own.run(task, 0, parts.units(), sums, 0);
                for (int column = 0; column < columns; column++) {
                    write(task, column, sums, column * taps(task) * PANEL);
                }
            });
            return;
        }
        workers.run(1, (only, caller) -> {
            int pitch = columns * ceil(plan.channels, split) * plan.kernelSize * PANEL;
            var sums = caller.floats(22, parts.count() * tasks * pitch);
            workers.run(parts.count() * tasks, Task::new, (own, task) -> {
                int part = task / tasks;
                own.run(task % tasks, parts.first(part), parts.first(part + 1), sums, task * pitch);
            });
            workers.run(tasks * columns, (i, scratch) -> {
                int task = i / columns;
                int at = task * pitch + i % columns * taps(task) * PANEL;
                parts.add(sums, at, tasks * pitch, taps(task) * PANEL, sums, at);
                write(task, i % columns, sums, at);
            });
        });
    }

    /** Taps of the task number {@code cut} of a part. */
    private int taps(int cut) {
        return (channel(cut % split + 1) - channel(cut % split)) * plan.kernelSize;
    }

    /** Transposes taps x {@link VectorGemm#PANEL} sums to the rows of dw. */
    private void write(int cut, int column, float[] sums, int at) {
        int taps = taps(cut);
        int to = dwo + (cut / split * plan.rows + column * PANEL) * depth + channel(cut % split) * plan.kernelSize;
        int wide = Math.min(PANEL, plan.rows - column * PANEL);
        int j = 0;
        if (WIDE) {
            for (; j + VL <= wide; j += VL) {
                int k = 0;
                for (; k + VL <= taps; k += VL) {
                    VectorTranspose16.block(sums, at + k * PANEL + j, PANEL, VL, dw, to + j * depth + k, depth);
                }
                rest(sums, at, j, j + VL, k, taps, to);
            }
        }
        rest(sums, at, j, wide, 0, taps, to);
    }

    private void rest(float[] sums, int at, int j0, int j1, int k0, int k1, int to) {
        for (int j = j0; j < j1; j++) {
            for (int k = k0; k < k1; k++) {
                dw[to + j * depth + k] = sums[at + k * PANEL + j];
            }
        }
    }

    /** What a thread works with: some units of pixels for some input channels of a group, one after the other. */
    private final class Task {
        private final Scratch scratch;
        private final VectorConvPanels panels;
        private final int[] off = plan.phases[0].off();
        private int group;
        private int c0;
        private int c1;
        private int firstTap;
        private int taps;
        private float[] sums = {};
        private int sumsAt;
        private boolean more;

        Task(Scratch scratch) {
            this.scratch = scratch;
            panels = new VectorConvPanels(plan, scratch);
        }

        /** Units [u0, u1) for the group and channels of number {@code cut}. */
        void run(int cut, int u0, int u1, float[] sums, int sumsAt) {
            group = cut / split;
            c0 = channel(cut % split);
            c1 = channel(cut % split + 1);
            firstTap = c0 * plan.kernelSize;
            taps = taps(cut);
            this.sums = sums;
            this.sumsAt = sumsAt;
            more = false;
            for (int u = u0; u < u1; u++) {
                unit(ConvUnit.of(plan, u, parts.imagesEach()));
            }
            if (!more) {
                Arrays.fill(sums, sumsAt, sumsAt + columns * taps * PANEL, 0f);
            }
        }

        private void unit(ConvUnit unit) {
            int last = xo + plan.sourceBase(unit.image() + unit.images() - 1, plan.groups - 1);
            boolean inPlace = plan.inPlace && !plan.beyond(last, unit.w0(), unit.w1(), PANEL, x.length);
            var source = inPlace
                    ? VectorConvSource.inPlace(plan, unit, group, x, xo)
                    : VectorConvSource.copy(plan, unit, group, c0, c1, x, xo, scratch);
            panels.lay(plan.phases[0], unit, source.pitch(), plan.groups * plan.rows * plan.outPlane);
            int pixels = unit.images() * unit.pixels(plan.phases[0]);
            for (int q = 0; q < pixels; q += BLOCK) {
                block(unit.image(), q, Math.min(BLOCK, pixels - q), source.floats(), source.at());
                more = true;
            }
        }

        /** Pixels q .. q+n-1 in the order of the panels. */
        private void block(int n0, int q, int n, float[] b, int bo) {
            int panelFloats = BLOCK * PANEL + 16;
            var gradient = scratch.lines(26, columns * panelFloats);
            transpose(dyo + plan.outBase(n0, group), q, n, gradient, panelFloats);
            int step = BLOCK + 16; // no power of two, which would crowd a few sets of the cache
            var patches = scratch.floats(25, GROUP * ROWS * step);
            for (int first = 0; first < taps; first += GROUP * ROWS) {
                int end = Math.min(taps, first + GROUP * ROWS);
                for (int p = 0; p < n; p += VL) {
                    panels.vector((q + p) / VL, b, bo, off, firstTap + first, firstTap + end, patches, p, step);
                }
                for (int column = 0; column < columns; column++) {
                    int wide = plan.rows - column * PANEL > VL ? PANEL : VL;
                    for (int k = first; k < end; k += ROWS) {
                        VectorBlocks.tile(
                                Math.min(ROWS, end - k),
                                wide,
                                patches,
                                (k - first) * step,
                                step,
                                gradient,
                                Scratch.LINE + column * panelFloats,
                                sums,
                                sumsAt + (column * taps + k) * PANEL,
                                PANEL,
                                n,
                                more);
                    }
                }
            }
        }

        private void transpose(int from, int q, int n, float[] gradient, int panelFloats) {
            int regular = Math.clamp(panels.regular * PANEL - q, 0, n);
            var strip = scratch.floats(27, plan.rows * Math.max(1, n - regular));
            if (regular < n) {
                gather(from, q + regular - panels.regular * PANEL, n - regular, strip);
            }
            for (int column = 0; column < columns; column++) {
                int r = column * PANEL;
                int high = Math.min(PANEL, plan.rows - r);
                int width = high > VL ? PANEL : VL;
                int to = Scratch.LINE + column * panelFloats;
                for (int p = 0; p < regular; p += PANEL) {
                    int source = from + panels.result[(q + p) / PANEL] + r * plan.outPlane;
                    VectorPack.transpose(dy, source, plan.outPlane, high, PANEL, gradient, to + p * width, width);
                }
                if (regular < n) {
                    VectorPack.transpose(
                            strip,
                            r * (n - regular),
                            n - regular,
                            high,
                            n - regular,
                            gradient,
                            to + regular * width,
                            width);
                }
            }
        }

        /** Pixels q .. q+n-1 of the irregular ones, all channels, row by row. */
        private void gather(int from, int q, int n, float[] strip) {
            for (int i = 0; i < panels.pieces; i++) {
                int at = panels.piece[3 * i] - q;
                int begin = Math.max(0, at);
                int end = Math.min(n, at + panels.piece[3 * i + 2]);
                if (begin < end) {
                    int source = from + panels.piece[3 * i + 1] + begin - at;
                    VectorConvPad.copyRows(dy, source, plan.outPlane, strip, begin, n, plan.rows, end - begin);
                }
            }
        }
    }
}
