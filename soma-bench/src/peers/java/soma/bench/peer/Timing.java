package soma.bench.peer;

import java.util.Arrays;
import java.util.Locale;

/** Which steps of a measurement count, by the same rules as Soma's own. */
final class Timing {

    /** Training on the same few batches for long would drive numbers to zero; a model lives for so many steps. */
    static final int STEPS_PER_MODEL = 500;

    private static final int UNTIMED_STEPS = 3;

    /** Steps so long that this many times the measurement has passed count from the second on. */
    private static final double OVER = 2;

    private double[] samples = new double[1024];
    private int count;
    private final long warm;
    private final long end;
    private final long late;

    /** Begins now; the first fifth is untimed. */
    Timing(double seconds) {
        long start = System.nanoTime();
        warm = start + (long) (0.2e9 * seconds);
        end = start + (long) (1e9 * seconds);
        late = start + (long) (1e9 * OVER * seconds);
    }

    boolean isOver() {
        return count > 0 && System.nanoTime() >= end;
    }

    /** Runs the i-th step of a model. */
    void run(int i, Runnable step) {
        long before = System.nanoTime();
        step.run();
        long after = System.nanoTime();
        if (before >= warm && i >= UNTIMED_STEPS || i > 0 && count == 0 && after >= late) {
            samples = count < samples.length ? samples : Arrays.copyOf(samples, 2 * count);
            samples[count++] = (after - before) / 1e6;
        }
    }

    /** {@code CASE median_ms best_ms iterations}. */
    String answer(String id) {
        Arrays.sort(samples, 0, count);
        return String.format(Locale.ROOT, "%s %.6f %.6f %d", id, samples[count / 2], samples[0], count);
    }
}
