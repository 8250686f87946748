package soma.bench;

import soma.kernel.Peak;
import soma.kernel.Workers;

/**
 * What this machine can do at best with so many threads, as {@code soma doctor} measures it.
 *
 * @param gflops multiply-adds in registers, each two operations
 * @param gigabytesPerSecond copying arrays larger than the caches
 */
record Limits(double gflops, double gigabytesPerSecond) {

    private static final int TIMES = 3;

    /** The best of several measurements: on a busy machine any of them may come out too low. */
    static Limits measured(int threads) {
        var team = new Workers(threads);
        double gflops = 0;
        double gigabytes = 0;
        for (int i = 0; i < TIMES; i++) {
            gflops = Math.max(gflops, Peak.gflops(team));
            gigabytes = Math.max(gigabytes, Peak.gigabytesPerSecond(team));
        }
        return new Limits(gflops, gigabytes);
    }

    /** The least time a step's operations take. */
    double operationsMs(Case.Work work) {
        return work.operations() / gflops / 1e6;
    }

    /** The least time a step's numbers take from memory and to it; those that stay in a cache may take less. */
    double bytesMs(Case.Work work) {
        return work.bytes() / gigabytesPerSecond / 1e6;
    }

    /** The larger of the two; 0 if nothing is known of the work. */
    double ms(Case.Work work) {
        return Math.max(operationsMs(work), bytesMs(work));
    }

    String text() {
        return String.format(
                "limits: %.0f GFLOP/s in registers, %.1f GB/s from memory and to it", gflops, gigabytesPerSecond);
    }
}
