package soma.nn;

import java.util.List;
import java.util.Optional;
import soma.Param;
import soma.Tensor;

/**
 * One step of a gated recurrent unit: with the gates r, z = sigmoid(x W_ih^T + b_ih + h W_hh^T + b_hh) and the
 * candidate n = tanh(x W_in^T + b_in + r (h W_hn^T + b_hn)), h' = (1 - z) n + z h. Cho et al. 2014, arXiv 1406.1078,
 * which multiplies by r before the product with W_hn, and exchanges z and 1 - z; this is PyTorch's form.
 * <p>x: (..., in), h: (..., hidden) -> (..., hidden); weightIh: (3 hidden, in), weightHh: (3 hidden, hidden), biases:
 * (3 hidden), in the order r, z, n; all uniform in +-1/sqrt(hidden) at first, as in PyTorch.
 * {@snippet :
 * var cell = new GruCell(10, 20);
 * var h = cell.forward(x);            // (N, 20), from a state of zeros
 * h = cell.forward(next, h);
 * }
 */
public record GruCell(Param weightIh, Param weightHh, Optional<Param> biasIh, Optional<Param> biasHh)
        implements RecurrentCell {

    public GruCell {
        Recurrent.checkCell("GruCell", 3, weightIh, weightHh, biasIh, biasHh);
    }

    public GruCell(int in, int hidden) {
        this(
                Recurrent.weightIh("GruCell", 3, in, hidden),
                Recurrent.weightHh(3, hidden),
                Optional.of(Recurrent.bias(3, hidden)),
                Optional.of(Recurrent.bias(3, hidden)));
    }

    /** No number is added. */
    public GruCell withoutBias() {
        return new GruCell(weightIh, weightHh, Optional.empty(), Optional.empty());
    }

    /** With another law for the first weights, and zeros for the biases. */
    public GruCell init(Init init) {
        return new GruCell(
                ParamTree.redrawn(weightIh, init),
                ParamTree.redrawn(weightHh, init),
                Recurrent.zeros(biasIh),
                Recurrent.zeros(biasHh));
    }

    /** The state after a first step: before it all is zero. */
    @Override
    public Tensor forward(Tensor x) {
        return Recurrent.step("GruCell", this, x, List.of()).get(0);
    }

    /** The state after a step from the state {@code h}. */
    public Tensor forward(Tensor x, Tensor h) {
        return Recurrent.step("GruCell", this, x, List.of(h)).get(0);
    }

    @Override
    public int states() {
        return 1;
    }

    /** {@inheritDoc} The second bias is not in it: r multiplies a part of that. */
    @Override
    public Tensor project(Tensor x) {
        var y = x.matmul(weightIh.value().t());
        return biasIh.map(b -> y.add(b.value())).orElse(y);
    }

    @Override
    public List<Tensor> advance(Tensor projected, List<Tensor> state) {
        return Recurrent.advance(this, projected, state);
    }

    @Override
    public String toString() {
        return Recurrent.text("GruCell", this) + ")";
    }
}
