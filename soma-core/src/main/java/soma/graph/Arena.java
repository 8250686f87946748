package soma.graph;

import java.lang.ref.SoftReference;
import java.util.IdentityHashMap;
import soma.kernel.Workers;
import soma.op.Call;

/** The memory of one run of a plan: an array for every slot. Reused from run to run. */
final class Arena {
    private static final Object NOTHING = new Object();

    final Object[] arrays;
    final SoftReference<Arena> self = new SoftReference<>(this);
    Workers workers;
    /** The run it was last used in. */
    long used;

    private final IdentityHashMap<Operands, Call> calls = new IdentityHashMap<>();

    Arena(int slots, Workers workers) {
        this.arrays = new Object[slots];
        this.workers = workers;
    }

    /** Lets go of all that is not working memory: a caller's inputs and results are not to live as long as the plan. */
    void rest(int[] physical) {
        for (int i = 0; i < physical.length; i++) {
            if (physical[i] < 0) {
                arrays[i] = NOTHING;
            }
        }
        for (var call : calls.values()) {
            call.unbind();
        }
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
