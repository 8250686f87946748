package soma.labs;

import java.util.List;
import java.util.Optional;

/** All labs, in the order of the lectures. */
public final class Labs {
    private static final List<Lab> ALL =
            List.of(new Xor(), new Backprop(), new Derivatives(), new SoftmaxRegression(), new LeNet());

    private Labs() {}

    /** Every lab. */
    public static List<Lab> all() {
        return ALL;
    }

    /** The lab of this name. */
    public static Optional<Lab> find(String id) {
        return ALL.stream().filter(l -> l.id().equals(id)).findFirst();
    }
}
