package soma.bench;

import java.util.ArrayList;
import java.util.List;
import soma.Rng;

/** The suite, as users of Soma would write it; the peers' sides have the same names, shapes and laws. */
final class Cases {
    private Cases() {}

    /** Every case, in the order of the table. */
    static List<Case> of(long seed) {
        var steps = new Steps(Rng.seed(seed));
        var cases = new ArrayList<Case>();
        ProductCases.add(steps, cases);
        ConvCases.add(steps, cases);
        NetCases.add(steps, cases);
        RecurrentCases.add(steps, cases);
        TransformerCases.add(steps, cases);
        RowCases.add(steps, cases);
        GraphCases.add(steps, cases);
        FreshCases.add(cases);
        return cases;
    }
}
