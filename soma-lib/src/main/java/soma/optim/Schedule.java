package soma.optim;

import java.util.Arrays;

/**
 * The learning rate of each step, counted from 0. Formulas are PyTorch's. Any lambda will do.
 * {@snippet :
 * var lr = Schedule.warmupCosine(1e-3, 100, 2000);
 * lr.at(50);                                            // 5e-4
 * }
 */
@FunctionalInterface
public interface Schedule {

    /** How values between two ends are found. */
    enum Anneal {
        LINEAR,
        COSINE;

        double between(double start, double end, double share) {
            return switch (this) {
                case LINEAR -> start + (end - start) * share;
                case COSINE -> end + (start - end) / 2 * (1 + Math.cos(Math.PI * share));
            };
        }
    }

    /** The learning rate at step 0, 1, .. */
    double at(int step);

    /** This schedule up to before step {@code start}, then another, which starts at its own step 0. */
    default Schedule then(int start, Schedule next) {
        return step -> step < start ? at(step) : next.at(step - start);
    }

    /** This schedule multiplied by a factor; for a parameter group that moves slower or faster than the rest. */
    default Schedule times(double factor) {
        return step -> factor * at(step);
    }

    /** Always the same. */
    static Schedule constant(double lr) {
        return step -> lr;
    }

    /** lr factor before step {@code steps}, then lr. */
    static Schedule constant(double lr, double factor, int steps) {
        return step -> step < steps ? lr * factor : lr;
    }

    /** Multiplied by gamma after each {@code every} steps. */
    static Schedule step(double lr, int every, double gamma) {
        return step -> lr * Math.pow(gamma, step / every);
    }

    /** Multiplied by gamma at each milestone. */
    static Schedule multistep(double lr, double gamma, int... milestones) {
        var at = milestones.clone();
        return step ->
                lr * Math.pow(gamma, Arrays.stream(at).filter(m -> m <= step).count());
    }

    /** Multiplied by gamma at each step. */
    static Schedule exponential(double lr, double gamma) {
        return step -> lr * Math.pow(gamma, step);
    }

    /**
     * From lr down to {@code lowest} in {@code steps} steps along half a cosine, and up again after. Arxiv 1608.03983,
     * without restarts.
     */
    static Schedule cosine(double lr, int steps, double lowest) {
        return step -> Anneal.COSINE.between(lr, lowest, (double) step / steps);
    }

    /** From lr down to 0. */
    static Schedule cosine(double lr, int steps) {
        return cosine(lr, steps, 0);
    }

    /**
     * Cosines one after the other, the first {@code first} steps long, each {@code times} as long as the last. Arxiv
     * 1608.03983.
     */
    static Schedule cosineWarmRestarts(double lr, int first, int times, double lowest) {
        return step -> {
            int length = first;
            int into = step;
            if (times == 1) {
                into = step % first;
            } else {
                while (into >= length) {
                    into -= length;
                    length *= times;
                }
            }
            return Anneal.COSINE.between(lr, lowest, (double) into / length);
        };
    }

    /** From lr startFactor to lr endFactor in {@code steps} steps along a line, and constant after. */
    static Schedule linearWarmup(double lr, double startFactor, double endFactor, int steps) {
        return step -> lr * Anneal.LINEAR.between(startFactor, endFactor, (double) Math.min(step, steps) / steps);
    }

    /**
     * From 0 up to lr in {@code warmup} steps, then down to 0 at step {@code steps} along half a cosine, and 0 after.
     */
    static Schedule warmupCosine(double lr, int warmup, int steps) {
        var cosine = cosine(lr, Math.max(1, steps - warmup));
        return linearWarmup(lr, 0, 1, Math.max(1, warmup))
                .then(warmup, step -> cosine.at(Math.min(step, steps - warmup)));
    }

    /** lr (1 - step / steps)^power, and 0 after. */
    static Schedule polynomial(double lr, int steps, double power) {
        return step -> lr * Math.pow(1 - (double) Math.min(step, steps) / steps, power);
    }

    /**
     * factor width^-0.5 min(k^-0.5, k warmup^-1.5) with k = step + 1: the Transformer's. Vaswani et al. 2017, arXiv
     * 1706.03762.
     */
    static Schedule noam(double factor, int width, int warmup) {
        return step -> {
            double k = step + 1;
            return factor / Math.sqrt(width) * Math.min(1 / Math.sqrt(k), k * Math.pow(warmup, -1.5));
        };
    }

    /** {@link #oneCycle(double, int, double, double, double, Anneal, boolean)} with PyTorch's defaults. */
    static Schedule oneCycle(double most, int steps) {
        return oneCycle(most, steps, 0.3, 25, 1e4, Anneal.COSINE, false);
    }

    /**
     * From most/div up to {@code most} in the first {@code rise} share of the steps, then down to most/div/finalDiv; in
     * three phases it first comes down as fast as it rose, to most/div. Smith, Topin 2018, arXiv 1708.07120.
     */
    static Schedule oneCycle(
            double most, int steps, double rise, double div, double finalDiv, Anneal anneal, boolean threePhase) {
        double first = most / div;
        double last = first / finalDiv;
        double[] ends = threePhase
                ? new double[] {rise * steps - 1, 2 * rise * steps - 2, steps - 1}
                : new double[] {rise * steps - 1, steps - 1};
        double[] rates = threePhase ? new double[] {first, most, first, last} : new double[] {first, most, last};
        return step -> {
            double start = 0;
            for (int i = 0; ; i++) {
                if (step <= ends[i] || i == ends.length - 1) {
                    return anneal.between(rates[i], rates[i + 1], Math.min(1, (step - start) / (ends[i] - start)));
                }
                start = ends[i];
            }
        };
    }

    /**
     * Up from {@code least} to {@code most} in {@code up} steps and down in {@code down}, over and over. Smith 2015,
     * arXiv 1506.01186.
     */
    static Schedule cyclic(double least, double most, int up, int down) {
        return step -> least + (most - least) * triangle(step, up, down);
    }

    /** Like {@link #cyclic}, half as high each time ("triangular2"). */
    static Schedule cyclicHalving(double least, double most, int up, int down) {
        return step -> least + (most - least) * triangle(step, up, down) / Math.pow(2, step / (up + down));
    }

    /** Like {@link #cyclic}, its height multiplied by gamma at each step ("exp_range"). */
    static Schedule cyclicExponential(double least, double most, int up, int down, double gamma) {
        return step -> least + (most - least) * triangle(step, up, down) * Math.pow(gamma, step);
    }

    private static double triangle(int step, int up, int down) {
        int into = step % (up + down);
        return into <= up ? (double) into / up : (double) (up + down - into) / down;
    }
}
