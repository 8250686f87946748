package soma.nn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import soma.Param;
import soma.Tensor;

/**
 * A simple recurrent network over sequences: {@link RnnCell} at each step, from a state of zeros unless one is given.
 * Elman 1990, Finding Structure in Time.
 * <p>x: (T, N, in) -> (T, N, directions hidden), the last layer's hidden states; with {@link #batchFirst} (N, T, in) ->
 * (N, T, directions hidden); one sequence (T, in) needs no batch. States: (layers directions, N, hidden). Parameters as
 * PyTorch names them: {@code weight_ih_l0} (hidden, in), {@code weight_hh_l0} (hidden, hidden), {@code bias_ih_l0},
 * {@code bias_hh_l0} (hidden), then {@code ..._l0_reverse}, {@code ..._l1}.
 * {@snippet :
 * var rnn = new Rnn(10, 20).layers(2).bidirectional();
 * rnn.forward(Tensor.zeros(5, 3, 10)).shape();         // (5, 3, 40)
 * var first = rnn.run(Tensor.zeros(5, 3, 10));         // output (5, 3, 40), h (4, 3, 20)
 * rnn.run(Tensor.zeros(5, 3, 10), first.h());
 * }
 */
public record Rnn(RecurrentOptions options, List<RnnCell> cells) implements Layer {

    public Rnn {
        cells = List.copyOf(cells);
        Recurrent.checkStack("Rnn", options, cells);
    }

    public Rnn(int in, int hidden) {
        this(RecurrentOptions.DEFAULT, List.of(new RnnCell(in, hidden)));
    }

    /** With relu for tanh. */
    public Rnn relu() {
        return new Rnn(options, cells.stream().map(RnnCell::relu).toList());
    }

    /** This many layers, each reading the outputs of the one below; all parameters are new. */
    public Rnn layers(int n) {
        return stacked(options.withLayers(n));
    }

    /**
     * Each layer reads the sequences forwards and, with weights of its own, backwards, and gives both outputs one
     * behind the other; all parameters are new. Schuster, Paliwal 1997.
     */
    public Rnn bidirectional() {
        return stacked(options.bothWays());
    }

    private Rnn stacked(RecurrentOptions changed) {
        var first = cells.get(0);
        var stack = Recurrent.cells(changed, first.in(), first.hidden(), RnnCell::new);
        var tanh = new Rnn(changed, stack);
        var layer = first.activation() == RnnCell.Activation.RELU ? tanh.relu() : tanh;
        return first.biasIh().isPresent() ? layer : layer.withoutBias();
    }

    /** Takes and gives (N, T, ...) instead of (T, N, ...); states keep their layout. */
    public Rnn batchFirst() {
        return new Rnn(options.withBatchFirst(), cells);
    }

    /** In training drops outputs of every layer but the last with this probability. */
    public Rnn dropout(double p) {
        return new Rnn(options.withDropout(p), cells);
    }

    /** No number is added. */
    public Rnn withoutBias() {
        return new Rnn(options, cells.stream().map(RnnCell::withoutBias).toList());
    }

    /** With another law for the first weights, and zeros for the biases. */
    public Rnn init(Init init) {
        return new Rnn(options, cells.stream().map(c -> c.init(init)).toList());
    }

    /** The outputs alone. */
    @Override
    public Tensor forward(Tensor x) {
        return run(x).output();
    }

    /** Outputs and last states. */
    public RecurrentOutput run(Tensor x) {
        return run(x, List.of(), Optional.empty());
    }

    /** From the states h0: (layers directions, N, hidden). */
    public RecurrentOutput run(Tensor x, Tensor h0) {
        return run(x, List.of(h0), Optional.empty());
    }

    /** {@link #runPadded(Tensor, Tensor)} with the lengths as numbers. */
    public RecurrentOutput runPadded(Tensor x, int... lengths) {
        return runPadded(x, Tensor.of(lengths));
    }

    /**
     * Sequences of different lengths in one batch: of sequence n only the first {@code lengths[n]} steps are read.
     * Beyond them outputs are zero; the last states are those at each sequence's own end, where the backward direction
     * begins. Lengths (N) are integers from 1 to T, in any order. What PyTorch does with pack_padded_sequence and
     * pad_packed_sequence to the input's T steps.
     */
    public RecurrentOutput runPadded(Tensor x, Tensor lengths) {
        return run(x, List.of(), Optional.of(lengths));
    }

    /** {@link #runPadded(Tensor, Tensor)} from the states h0: (layers directions, N, hidden). */
    public RecurrentOutput runPadded(Tensor x, Tensor lengths, Tensor h0) {
        return run(x, List.of(h0), Optional.of(lengths));
    }

    private RecurrentOutput run(Tensor x, List<Tensor> start, Optional<Tensor> lengths) {
        return Recurrent.run("Rnn", options, cells, x, start, lengths).withHidden();
    }

    @Override
    public Map<String, Param> params() {
        return Recurrent.params(options, cells);
    }

    @Override
    public String toString() {
        return Recurrent.text("Rnn", options, cells.get(0))
                + (cells.get(0).activation() == RnnCell.Activation.RELU ? ", relu)" : ")");
    }
}
