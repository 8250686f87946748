package soma.kernel;

/**
 * Forward and backward-data convolution as an implicit matrix product: weights packed in tiles of rows, times vectors
 * of pixels ({@link VectorConvProduct}). No im2col tensor exists (Chetlur et al. 2014, arXiv 1410.0759).
 */
final class VectorConv {

    /** Parts that work is cut into, whatever the number of threads. */
    static final int TASKS = 16;

    /** Tasks a thread where every task packs its own patches. */
    private static final int SHARES = 3;

    /** The same where every task transposes the images of its unit. */
    private static final int FEW_SHARES = 2;

    private static final double TASK_FLOPS = 1e6;

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
        if (!plan.winograd.isEmpty()) {
            WinogradConv.run(workers, plan.winograd, x, xo, w, wo, y, yo, after);
            return;
        }
        workers.run(1, (only, caller) -> {
            var filters = new VectorConvFilters(plan, w, wo, workers, caller);
            int tiles = filters.tiles;
            int imagesEach = filters.byImages ? VectorConvTiles.VL : plan.unitImages;
            int units = VectorGemm.ceil(plan.images, imagesEach) * plan.rowUnits() * plan.columnUnits();
            double flops = 2.0
                    * imagesEach
                    * plan.rows
                    * plan.channels
                    * plan.kernelSize
                    * plan.outPlane
                    / (plan.rowUnits() * plan.columnUnits());
            int groupsEach = groupsEach(plan.groups, units, flops);
            int blocks = units * ((plan.groups + groupsEach - 1) / groupsEach);
            int wanted = filters.byImages
                    ? FEW_SHARES * workers.threads()
                    : filters.packed ? SHARES * workers.threads() : TASKS;
            int split = Math.clamp(
                    (wanted + blocks - 1) / blocks, 1, Math.clamp((long) (flops * groupsEach / TASK_FLOPS), 1, tiles));
            var padded =
                    split > 1 && !plan.inPlace ? padAll(workers, plan, x, xo, units, imagesEach, caller) : new float[0];
            workers.run(
                    blocks * split,
                    scratch -> new Task(plan, imagesEach, x, xo, padded, filters, y, yo, after, scratch),
                    (own, task) -> {
                        int t = task % split;
                        int unit = task / split % units;
                        int g0 = task / split / units * groupsEach;
                        int g1 = Math.min(plan.groups, g0 + groupsEach);
                        own.run(unit, g0, g1, tiles * t / split, tiles * (t + 1) / split);
                    });
        });
    }

    /** Where several tasks share a unit, its padded source is made once, for all units and groups. */
    private static float[] padAll(
            Workers workers, ConvPlan plan, float[] x, int xo, int units, int imagesEach, Scratch caller) {
        int size = VectorConvSource.size(plan, imagesEach, plan.channels);
        var padded = caller.floats(27, units * plan.groups * size);
        workers.run(units * plan.groups, (task, scratch) -> {
            var unit = ConvUnit.of(plan, task / plan.groups, imagesEach);
            int group = task % plan.groups;
            VectorConvSource.pad(plan, unit, group, 0, plan.channels, x, xo, padded, task * size);
        });
        return padded;
    }

    private static int groupsEach(int groups, int units, double flops) {
        int worth = Math.clamp((long) (TASK_FLOPS / flops), 1, groups);
        int fair = Math.max(1, groups * units / TASKS);
        return Math.min(worth, Math.min(groups, fair));
    }

    /** A unit of pixels for some groups and some tiles of output channels, one after the other in one thread. */
    private static final class Task {
        private final ConvPlan plan;
        private final int imagesEach;
        private final float[] x;
        private final int xo;
        private final float[] padded;
        private final VectorConvFilters filters;
        private final VectorConvProduct product;
        private final VectorConvPhases phases;
        private final float[] y;
        private final int yo;
        private final Epilogue after;
        private final Scratch scratch;

        Task(
                ConvPlan plan,
                int imagesEach,
                float[] x,
                int xo,
                float[] padded,
                VectorConvFilters filters,
                float[] y,
                int yo,
                Epilogue after,
                Scratch scratch) {
            this.plan = plan;
            this.imagesEach = imagesEach;
            this.x = x;
            this.xo = xo;
            this.padded = padded;
            this.filters = filters;
            product = new VectorConvProduct(plan, filters, scratch);
            phases = new VectorConvPhases(plan, product, filters, scratch);
            this.y = y;
            this.yo = yo;
            this.after = after;
            this.scratch = scratch;
        }

        void run(int number, int g0, int g1, int t0, int t1) {
            var unit = ConvUnit.of(plan, number, imagesEach);
            boolean inPlace = plan.inPlace && !beyond(unit);
            for (int g = g0; g < g1; g++) {
                var source = inPlace ? VectorConvSource.inPlace(plan, unit, g, x, xo) : padded(number, unit, g);
                if (plan.onePhase) {
                    if (g == g0) {
                        product.lay(0, unit, source.pitch(), plan.groups * plan.rows * plan.outPlane);
                    }
                    int to = yo + plan.outBase(unit.image(), g);
                    product.multiply(g, t0, t1, source.floats(), source.at(), y, to, plan.outPlane);
                } else {
                    phases.run(unit, g, source, t0, t1, y, yo);
                }
                finish(unit, g, t0, t1);
            }
        }

        /** Whether vectors through the source where it is would read beyond its end. */
        private boolean beyond(ConvUnit unit) {
            int last = xo + plan.sourceBase(unit.image() + unit.images() - 1, plan.groups - 1);
            return plan.beyond(last, unit.w0(), unit.w1(), product.way(0, unit.columns()).width, x.length);
        }

        private VectorConvSource padded(int number, ConvUnit unit, int g) {
            if (padded.length == 0) {
                return VectorConvSource.copy(plan, unit, g, 0, plan.channels, x, xo, scratch);
            }
            int size = VectorConvSource.size(plan, imagesEach, plan.channels);
            return new VectorConvSource(padded, (number * plan.groups + g) * size, plan.channels * plan.channelPitch);
        }

        private void finish(ConvUnit unit, int g, int t0, int t1) {
            int r0 = filters.row(t0);
            int r1 = filters.row(t1);
            int from = unit.h0() * plan.out[1] * plan.out[2] + unit.w0();
            int to = (unit.h1() * plan.out[1] - 1) * plan.out[2] + unit.w1();
            for (int i = unit.image(); i < unit.image() + unit.images(); i++) {
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
