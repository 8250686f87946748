package soma.kernel;

import java.util.Arrays;

/** What the machine can do at best, measured: the limits that the speed of other kernels is held against. */
public final class Peak {

    /** Two arrays of this size are beyond the caches of most machines, yet touched in a fraction of a second. */
    private static final int FLOATS = 16 << 20;

    private static final int CHUNK = 1 << 18;
    private static final int ITERATIONS = 2_000;
    private static final int REPEATS = 5;

    /** A record that stands for so many nanoseconds is believed: until then the compiler may still be at work. */
    private static final long SETTLED = 700_000_000;

    private static final long AT_MOST = 4_000_000_000L;

    private Peak() {}

    /** Multiply-adds in registers, each counted as two operations: 10^9 operations a second over the whole team. */
    public static double gflops(Workers workers) {
        int tasks = workers.threads();
        var sums = new float[tasks];
        Workers.Task body = (i, scratch) -> {
            float sum = 0;
            for (int r = 0; r < REPEATS; r++) {
                sum += Cpu.VECTORS ? VectorPeak.multiplyAdds(ITERATIONS) : ScalarPeak.multiplyAdds(ITERATIONS);
            }
            sums[i] = sum;
        };
        double each = 2.0 * REPEATS * ITERATIONS * (Cpu.VECTORS ? VectorPeak.perIteration() : ScalarPeak.PER_ITERATION);
        double rate = tasks * each / best(() -> workers.run(tasks, body));
        for (float sum : sums) {
            if (!(sum > 0)) {
                // Looked at, so that the compiler cannot leave it out.
                throw new IllegalStateException("a sum of positive numbers is " + sum);
            }
        }
        return rate;
    }

    /** Copying an array larger than the caches: 10^9 bytes a second, read and written, over the whole team. */
    public static double gigabytesPerSecond(Workers workers) {
        // A small heap gets smaller arrays, which the caches may hold in part.
        int chunks = (int) Math.min(FLOATS, Runtime.getRuntime().maxMemory() / 32) / CHUNK;
        var from = new float[chunks * CHUNK];
        var to = new float[chunks * CHUNK];
        Arrays.fill(from, 1);
        Workers.Task body = (i, scratch) -> System.arraycopy(from, i * CHUNK, to, i * CHUNK, CHUNK);
        return 2.0 * Float.BYTES * from.length / best(() -> workers.run(chunks, body));
    }

    /** Nanoseconds of the fastest of many runs. */
    private static double best(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        long start = System.nanoTime();
        long record = start;
        long now = start;
        while (now - record < SETTLED && now - start < AT_MOST) {
            long before = now;
            work.run();
            now = System.nanoTime();
            double time = Math.max(1, now - before);
            if (time < 0.97 * best) {
                record = now;
            }
            best = Math.min(best, time);
        }
        return best;
    }
}
