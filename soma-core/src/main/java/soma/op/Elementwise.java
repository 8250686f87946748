package soma.op;

import soma.kernel.Lane;

/** The same function of every element (after broadcasting): what the executor fuses into one pass over memory. */
public sealed interface Elementwise extends Op permits Unary, Binary, Ternary, Cast, Expand {

    /** The function. */
    Lane lane();

    @Override
    default Object attributes() {
        return NONE;
    }
}
