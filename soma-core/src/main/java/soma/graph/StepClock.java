package soma.graph;

import java.util.Arrays;
import java.util.List;

/**
 * The shortest time each step of a plan took, from one run in 16: what {@code explain} shows. Threads that run the plan
 * at once may lose each other's times, never more.
 */
final class StepClock {

    private static final int EVERY = 16;
    private static final long NEVER = Long.MAX_VALUE;

    private final long[] nanos;
    private int runs;

    StepClock(int steps) {
        nanos = new long[steps];
        Arrays.fill(nanos, NEVER);
    }

    /** Whether this run is to be timed. */
    boolean due() {
        return runs++ % EVERY == 0;
    }

    /** Runs and times the steps. */
    void run(List<Step> steps, Arena arena) {
        long last = System.nanoTime();
        for (int i = 0; i < nanos.length; i++) {
            steps.get(i).run(arena);
            long now = System.nanoTime();
            nanos[i] = Math.min(nanos[i], now - last);
            last = now;
        }
    }

    /** A step's time, operations and bytes a second, or nothing if it never ran. */
    String rates(int step, long flops, long bytes) {
        long time = nanos[step];
        if (time == NEVER) {
            return "";
        }
        double ns = Math.max(1, time);
        var rate = flops == 0 ? "" : String.format("%7.1f GFLOP/s", flops / ns);
        return String.format("%9.1f us  %-15s %6.1f GB/s", ns / 1e3, rate, bytes / ns);
    }

    /** The sum of all, or nothing while a step has not run. */
    String total() {
        return nanos.length == 0 || Arrays.stream(nanos).anyMatch(time -> time == NEVER)
                ? ""
                : String.format(", %.1f us", Arrays.stream(nanos).sum() / 1e3);
    }
}
