package soma.optim;

/**
 * How weights are averaged over steps: avg = keep avg + (1 - keep) w after each step that counts, the first of which
 * copies w. With a decay, keep is that decay (PyTorch's get_ema_avg_fn; Polyak, Juditsky 1992); without, the average
 * counts all steps alike, keep = n / (n + 1) (stochastic weight averaging, Izmailov et al. 2018, arXiv 1803.05407).
 *
 * @param decay from 0 to 1; NaN counts all steps alike
 * @param from the first step that counts, from 1
 * @param every how many steps lie between those that count
 */
public record Averaging(double decay, int from, int every) {

    public Averaging {
        if (decay < 0 || decay > 1) {
            throw new IllegalArgumentException("Averaging: decay " + decay + ", expected a number from 0 to 1");
        }
        if (from < 1 || every < 1) {
            throw new IllegalArgumentException(
                    "Averaging: from step " + from + " every " + every + " steps, expected at least 1");
        }
    }

    /** Exponential moving average with this decay, often 0.999. */
    public static Averaging exponential(double decay) {
        return new Averaging(decay, 1, 1);
    }

    /** The mean over all steps that count. */
    public static Averaging equal() {
        return new Averaging(Double.NaN, 1, 1);
    }

    /** Counting from step {@code first}, from 1, on. */
    public Averaging from(int first) {
        return new Averaging(decay, first, every);
    }

    /** Counting each {@code n}-th step. */
    public Averaging every(int n) {
        return new Averaging(decay, from, n);
    }

    /** How much of the average stays at step {@code k}, counted from 1. */
    public double keep(int k) {
        if (k < from || (k - from) % every != 0) {
            return 1;
        }
        int n = (k - from) / every;
        if (n == 0) {
            return 0;
        }
        return Double.isNaN(decay) ? n / (n + 1.0) : decay;
    }
}
