package soma.nn;

import java.util.List;
import java.util.Optional;
import soma.Param;
import soma.Tensor;

/**
 * One step of a long short-term memory: with the gates i, f, o = sigmoid and the candidate g = tanh of their own
 * x W_ih^T + b_ih + h W_hh^T + b_hh, the cell is c' = f c + i g and the state h' = o tanh(c'). Hochreiter, Schmidhuber
 * 1997, Long Short-Term Memory; the forget gate f is of Gers, Schmidhuber, Cummins 2000.
 * <p>x: (..., in), h and c: (..., hidden), same shape out; weightIh: (4 hidden, in), weightHh: (4 hidden, hidden),
 * biases: (4 hidden), in the order i, f, g, o; all uniform in +-1/sqrt(hidden) at first, as in PyTorch.
 * {@snippet :
 * var cell = new LstmCell(10, 20);
 * var state = LstmState.zeros(8, 20);
 * state = cell.forward(x, state.h(), state.c());   // x: (8, 10)
 * }
 */
public record LstmCell(Param weightIh, Param weightHh, Optional<Param> biasIh, Optional<Param> biasHh)
        implements RecurrentCell {

    public LstmCell {
        Recurrent.checkCell("LstmCell", 4, weightIh, weightHh, biasIh, biasHh);
    }

    public LstmCell(int in, int hidden) {
        this(
                Recurrent.weightIh("LstmCell", 4, in, hidden),
                Recurrent.weightHh(4, hidden),
                Optional.of(Recurrent.bias(4, hidden)),
                Optional.of(Recurrent.bias(4, hidden)));
    }

    /** No number is added. */
    public LstmCell withoutBias() {
        return new LstmCell(weightIh, weightHh, Optional.empty(), Optional.empty());
    }

    /** With another law for the first weights, and zeros for the biases. */
    public LstmCell init(Init init) {
        return new LstmCell(
                ParamTree.redrawn(weightIh, init),
                ParamTree.redrawn(weightHh, init),
                Recurrent.zeros(biasIh),
                Recurrent.zeros(biasHh));
    }

    /** The hidden state after a first step: before it all is zero. */
    @Override
    public Tensor forward(Tensor x) {
        return Recurrent.step("LstmCell", this, x, List.of()).get(0);
    }

    /** The state after a step from the hidden state {@code h} and the cell {@code c}. */
    public LstmState forward(Tensor x, Tensor h, Tensor c) {
        var next = Recurrent.step("LstmCell", this, x, List.of(h, c));
        return new LstmState(next.get(0), next.get(1));
    }

    @Override
    public int states() {
        return 2;
    }

    @Override
    public Tensor project(Tensor x) {
        return Recurrent.projectWithBothBiases(this, x);
    }

    @Override
    public List<Tensor> advance(Tensor projected, List<Tensor> state) {
        return Recurrent.advance(this, projected, state);
    }

    @Override
    public String toString() {
        return Recurrent.text("LstmCell", this) + ")";
    }
}
