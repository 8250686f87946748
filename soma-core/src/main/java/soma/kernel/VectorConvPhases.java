package soma.kernel;

import java.util.Arrays;

/** Backward data of a stride: each residue of the output position is computed densely and then spread over the result. */
final class VectorConvPhases {

    private static final int EVEN = 24;
    private static final int ODD = 28;

    private final ConvPlan plan;
    private final VectorConvProduct product;
    private final VectorConvFilters filters;
    private final Scratch scratch;

    VectorConvPhases(ConvPlan plan, VectorConvProduct product, VectorConvFilters filters, Scratch scratch) {
        this.plan = plan;
        this.product = product;
        this.filters = filters;
        this.scratch = scratch;
    }

    /** Tiles [t0, t1) of a group's rows of some images. */
    void run(ConvUnit unit, int group, VectorConvSource source, int t0, int t1, float[] y, int yo) {
        boolean pairs = plan.outStep[2] == 2 && plan.out[2] > 1;
        for (int p = 0; p < plan.phases.length; p += pairs ? 2 : 1) {
            var first = phase(p, unit, group, source, t0, t1, EVEN);
            var second = pairs ? phase(p + 1, unit, group, source, t0, t1, ODD) : first;
            for (int i = 0; i < unit.images(); i++) {
                for (int r = filters.row(t0); r < filters.row(t1); r++) {
                    int to = yo + plan.outBase(unit.image() + i, group) + r * plan.outPlane;
                    int plane = i * plan.rows + r;
                    if (pairs) {
                        zip(p, first, second, plane, y, to);
                    } else {
                        spread(plan.phases[p], first, plane, y, to);
                    }
                }
            }
        }
    }

    /** The result of a phase, images one after the other. */
    private float[] phase(int number, ConvUnit unit, int group, VectorConvSource source, int t0, int t1, int slot) {
        var phase = plan.phases[number];
        int size = phase.pixels();
        int imagePitch = plan.rows * size;
        var c = scratch.floats(slot, unit.images() * imagePitch);
        if (phase.taps().length == 0) {
            Arrays.fill(c, 0, unit.images() * imagePitch, 0f);
        } else {
            product.lay(number, unit.whole(phase), source.pitch(), imagePitch);
            product.multiply(group, t0, t1, source.floats(), source.at(), c, 0, size);
        }
        return c;
    }

    /** Columns of phase p, an even one, and of the odd one after it, one of each in turn. */
    private void zip(int p, float[] even, float[] odd, int plane, float[] y, int to) {
        var phase = plan.phases[p];
        int width = plan.out[2];
        int from0 = plane * phase.pixels();
        int from1 = plane * plan.phases[p + 1].pixels();
        for (int i = 0; i < phase.count()[0]; i++) {
            for (int j = 0; j < phase.count()[1]; j++) {
                VectorConvPad.zip(even, from0, odd, from1, y, to + row(phase, i, j) * width, width);
                from0 += (width + 1) / 2;
                from1 += width / 2;
            }
        }
    }

    private void spread(ConvPlan.Phase p, float[] c, int plane, float[] y, int to) {
        int from = plane * p.pixels();
        for (int i = 0; i < p.count()[0]; i++) {
            for (int j = 0; j < p.count()[1]; j++) {
                int at = to + row(p, i, j) * plan.out[2] + p.start()[2];
                for (int k = 0; k < p.count()[2]; k++, at += plan.outStep[2]) {
                    y[at] = c[from++];
                }
            }
        }
    }

    /** Which row of the result a row of a phase is. */
    private int row(ConvPlan.Phase p, int i, int j) {
        return (p.start()[0] + i * plan.outStep[0]) * plan.out[1] + p.start()[1] + j * plan.outStep[1];
    }
}
