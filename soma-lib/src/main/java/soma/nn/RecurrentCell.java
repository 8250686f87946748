package soma.nn;

import java.util.List;
import java.util.Optional;
import soma.Param;
import soma.Tensor;

/**
 * One step of a recurrent network, in two parts: what depends on the input alone, which {@link #project} computes for
 * all steps of a sequence in one product, and what depends on the state, which {@link #advance} computes a step at a
 * time.
 * <p>weightIh: (gates hidden, in), weightHh: (gates hidden, hidden), both biases: (gates hidden), the gates one below
 * the other as in PyTorch. All start uniform in +-1/sqrt(hidden).
 * {@snippet :
 * var steps = cell.project(xs);                    // (T, N, gates hidden)
 * for (int t = 0; t < T; t++) {
 *     state = cell.advance(steps.select(0, t), state);
 * }
 * }
 */
public sealed interface RecurrentCell extends Layer permits RnnCell, LstmCell, GruCell {

    /** What the input is multiplied by. */
    Param weightIh();

    /** What the hidden state is multiplied by. */
    Param weightHh();

    /** The bias beside {@link #weightIh}. */
    Optional<Param> biasIh();

    /** The bias beside {@link #weightHh}; there with the other one or not at all. */
    Optional<Param> biasHh();

    /** How many tensors make up the state: the hidden state, and for an LSTM its cell. */
    int states();

    /** The part of a step that needs no state. x: (..., in) -> (..., gates hidden). */
    Tensor project(Tensor x);

    /**
     * The state after a step, the hidden state being its first tensor. projected: (..., gates hidden); each tensor of
     * the state: (..., hidden).
     */
    List<Tensor> advance(Tensor projected, List<Tensor> state);

    /** How many features a step takes. */
    default int in() {
        return weightIh().shape().dim(1);
    }

    /** How many numbers the hidden state has. */
    default int hidden() {
        return weightHh().shape().dim(1);
    }
}
