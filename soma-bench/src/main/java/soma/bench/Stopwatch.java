package soma.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.Supplier;

/** Times a step over and over, by the same rules as the peers' processes do. */
final class Stopwatch {

    /** Training on the same few batches for long would drive numbers to zero; a model lives for so many steps. */
    private static final int STEPS_PER_MODEL = 500;

    private static final int UNTIMED_STEPS = 3;
    private static final int COUNTED_STEPS = 20;

    /** Steps so long that this many times the measurement has passed count from the second on. */
    private static final double OVER = 2;

    private Stopwatch() {}

    /** The median of one measurement of {@code seconds}, in milliseconds; its first fifth is untimed. */
    static double medianMs(Supplier<Runnable> model, double seconds) {
        var samples = new double[1024];
        int count = 0;
        long start = System.nanoTime();
        long warm = start + (long) (0.2e9 * seconds);
        long end = start + (long) (1e9 * seconds);
        long late = start + (long) (1e9 * OVER * seconds);
        while (count == 0 || System.nanoTime() < end) {
            var step = model.get();
            for (int i = 0; i < STEPS_PER_MODEL; i++) {
                long before = System.nanoTime();
                step.run();
                long after = System.nanoTime();
                if (before >= warm && i >= UNTIMED_STEPS || i > 0 && count == 0 && after >= late) {
                    samples = count < samples.length ? samples : Arrays.copyOf(samples, 2 * count);
                    samples[count++] = (after - before) / 1e6;
                }
                if (after >= end && count > 0) {
                    break;
                }
            }
        }
        Arrays.sort(samples, 0, count);
        return samples[count / 2];
    }

    /** Bytes that all threads together allocate in one step of a model that has settled. */
    static long bytesPerStep(Supplier<Runnable> model) {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
            return -1;
        }
        var step = model.get();
        step.run();
        long start = System.nanoTime();
        step.run();
        // A few steps tell it of what takes long.
        int steps = Math.clamp(500_000_000 / Math.max(1, System.nanoTime() - start), 2, COUNTED_STEPS);
        for (int i = 0; i < steps; i++) {
            step.run();
        }
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < steps; i++) {
            step.run();
        }
        return (threads.getTotalThreadAllocatedBytes() - before) / steps;
    }

    /** How long the JVM's compiler has worked so far. */
    static long compilationMs() {
        var compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }
}
