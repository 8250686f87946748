package soma.nn;

import java.util.List;
import java.util.Optional;
import soma.Param;
import soma.Tensor;

/**
 * One step of a simple recurrent network: h' = tanh(x W_ih^T + b_ih + h W_hh^T + b_hh), or relu for tanh. Elman 1990,
 * Finding Structure in Time.
 * <p>x: (..., in), h: (..., hidden) -> (..., hidden); weightIh: (hidden, in), weightHh: (hidden, hidden), biases:
 * (hidden), all uniform in +-1/sqrt(hidden) at first, as in PyTorch.
 * {@snippet :
 * var cell = new RnnCell(10, 20);
 * var h = cell.forward(x);            // (N, 20), from a state of zeros
 * h = cell.forward(next, h);
 * }
 */
public record RnnCell(
        Activation activation, Param weightIh, Param weightHh, Optional<Param> biasIh, Optional<Param> biasHh)
        implements RecurrentCell {

    /** The function that makes the new state. */
    public enum Activation {
        TANH,
        RELU
    }

    public RnnCell {
        Recurrent.checkCell("RnnCell", 1, weightIh, weightHh, biasIh, biasHh);
    }

    public RnnCell(int in, int hidden) {
        this(
                Activation.TANH,
                Recurrent.weightIh("RnnCell", 1, in, hidden),
                Recurrent.weightHh(1, hidden),
                Optional.of(Recurrent.bias(1, hidden)),
                Optional.of(Recurrent.bias(1, hidden)));
    }

    /** With relu for tanh. */
    public RnnCell relu() {
        return new RnnCell(Activation.RELU, weightIh, weightHh, biasIh, biasHh);
    }

    /** No number is added. */
    public RnnCell withoutBias() {
        return new RnnCell(activation, weightIh, weightHh, Optional.empty(), Optional.empty());
    }

    /** With another law for the first weights, and zeros for the biases. */
    public RnnCell init(Init init) {
        return new RnnCell(
                activation,
                ParamTree.redrawn(weightIh, init),
                ParamTree.redrawn(weightHh, init),
                Recurrent.zeros(biasIh),
                Recurrent.zeros(biasHh));
    }

    /** The state after a first step: before it all is zero. */
    @Override
    public Tensor forward(Tensor x) {
        return Recurrent.step("RnnCell", this, x, List.of()).get(0);
    }

    /** The state after a step from the state {@code h}. */
    public Tensor forward(Tensor x, Tensor h) {
        return Recurrent.step("RnnCell", this, x, List.of(h)).get(0);
    }

    @Override
    public int states() {
        return 1;
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
        return Recurrent.text("RnnCell", this) + (activation == Activation.RELU ? ", relu)" : ")");
    }
}
