package soma.nn;

import soma.Tensor;

/** The state of an {@link LstmCell}: its hidden state, which is its output too, and its cell; both (..., hidden). */
public record LstmState(Tensor h, Tensor c) {

    /** A state of float32 zeros. */
    public static LstmState zeros(int... shape) {
        return new LstmState(Tensor.zeros(shape), Tensor.zeros(shape));
    }
}
