package soma.graph;

import java.lang.ref.SoftReference;
import soma.kernel.Workers;

/** The memory of one run of a plan: an array for every slot. Reused from run to run. */
final class Arena {
    final Object[] arrays;
    final SoftReference<Arena> self = new SoftReference<>(this);
    Workers workers;

    Arena(int slots, Workers workers) {
        this.arrays = new Object[slots];
        this.workers = workers;
    }
}
