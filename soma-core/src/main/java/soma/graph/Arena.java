package soma.graph;

import java.lang.ref.SoftReference;
import java.util.IdentityHashMap;
import soma.kernel.Workers;
import soma.op.Call;

/** The memory of one run of a plan: an array for every slot. Reused from run to run. */
final class Arena {
    final Object[] arrays;
    final SoftReference<Arena> self = new SoftReference<>(this);
    Workers workers;
    private final IdentityHashMap<Operands, Call> calls = new IdentityHashMap<>();

    Arena(int slots, Workers workers) {
        this.arrays = new Object[slots];
        this.workers = workers;
    }

    /** The call object of an op, one for each arena so that a run allocates none. */
    Call call(Operands operands) {
        var call = calls.get(operands);
        if (call == null) {
            call = operands.newCall(workers);
            calls.put(operands, call);
        }
        call.bindWorkers(workers);
        return call;
    }
}
