package soma.bench.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The cases of the bench as a PyTorch user would write them. A step lets go of each temporary as soon as Python's
 * reference counting would, so that PyTorch's allocator sees the same pattern.
 */
final class TorchCases {
    private static final Map<String, Supplier<Runnable>> ALL = all();

    private TorchCases() {}

    /** One fresh instance of a case; {@code run} is the unit that is timed. */
    static Runnable create(String id) {
        var model = ALL.get(id);
        if (model == null) {
            throw new IllegalArgumentException("unknown case '" + id + "'");
        }
        return model.get();
    }

    private static Map<String, Supplier<Runnable>> all() {
        var cases = new HashMap<String, Supplier<Runnable>>();
        TorchProducts.add(cases);
        TorchConvs.add(cases);
        TorchNets.add(cases);
        TorchRecurrents.add(cases);
        TorchTransformers.add(cases);
        TorchRows.add(cases);
        TorchGraphs.add(cases);
        return cases;
    }
}
