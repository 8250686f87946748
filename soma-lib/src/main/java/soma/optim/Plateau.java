package soma.optim;

/**
 * Lowers the learning rate when a reported metric has stopped getting better. The one schedule with a memory: {@link
 * #report} moves it, and {@link #at} gives the rate now in force whatever the step. A trainer whose optimizer has it
 * reports the validation metric after each epoch, and keeps {@link #memory} in its checkpoints.
 */
public final class Plateau implements Schedule {
    private static final double SMALLEST_CHANGE = 1e-8;

    private final Options options;
    private Memory memory;

    /**
     * What to do when.
     *
     * @param higherIsBetter whether the metric is to grow
     * @param factor what the rate is multiplied by
     * @param patience how many reports without progress are let pass
     * @param threshold by how much a report must be better to count
     * @param relative whether the threshold is a share of the best so far
     * @param cooldown how many reports after a change are not counted
     * @param lowest the least rate
     */
    public record Options(
            boolean higherIsBetter,
            double factor,
            int patience,
            double threshold,
            boolean relative,
            int cooldown,
            double lowest) {

        /** PyTorch's defaults: a falling metric, factor 0.1, patience 10. */
        public Options() {
            this(false, 0.1, 10, 1e-4, true, 0, 0);
        }

        /** With another factor. */
        public Options factor(double f) {
            return new Options(higherIsBetter, f, patience, threshold, relative, cooldown, lowest);
        }

        /** With another patience. */
        public Options patience(int reports) {
            return new Options(higherIsBetter, factor, reports, threshold, relative, cooldown, lowest);
        }
    }

    /** All that a plateau remembers. */
    public record Memory(double lr, double best, int bad, int cooling) {}

    public Plateau(double lr, Options options) {
        this.options = options;
        this.memory =
                new Memory(lr, options.higherIsBetter() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY, 0, 0);
    }

    public Plateau(double lr) {
        this(lr, new Options());
    }

    @Override
    public double at(int step) {
        return memory.lr();
    }

    /** Takes note of the metric's new value. */
    public void report(double metric) {
        var m = memory;
        boolean better = isBetter(metric, m.best());
        double best = better ? metric : m.best();
        int bad = better ? 0 : m.bad() + 1;
        int cooling = m.cooling();
        if (cooling > 0) {
            cooling--;
            bad = 0;
        }
        double lr = m.lr();
        if (bad > options.patience()) {
            double lower = Math.max(lr * options.factor(), options.lowest());
            lr = lr - lower > SMALLEST_CHANGE ? lower : lr;
            cooling = options.cooldown();
            bad = 0;
        }
        memory = new Memory(lr, best, bad, cooling);
    }

    private boolean isBetter(double metric, double best) {
        if (Double.isInfinite(best)) {
            return options.higherIsBetter() ? metric > best : metric < best;
        }
        double margin = options.threshold() * (options.relative() ? best : 1);
        return options.higherIsBetter() ? metric > best + margin : metric < best - margin;
    }

    /** What to keep. */
    public Memory memory() {
        return memory;
    }

    /** Goes on from what was kept. */
    public void restore(Memory kept) {
        memory = kept;
    }
}
