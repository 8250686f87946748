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

    static Limits measured(int threads) {
        var team = new Workers(threads);
        return new Limits(Peak.gflops(team), Peak.gigabytesPerSecond(team));
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
