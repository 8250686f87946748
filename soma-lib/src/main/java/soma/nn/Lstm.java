package soma.nn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import soma.Param;
import soma.Tensor;

/**
 * A long short-term memory over sequences: {@link LstmCell} at each step, from a state of zeros unless one is given.
 * Hochreiter, Schmidhuber 1997, Long Short-Term Memory.
 * <p>x: (T, N, in) -> (T, N, directions hidden), the last layer's hidden states; with {@link #batchFirst} (N, T, in) ->
 * (N, T, directions hidden); one sequence (T, in) needs no batch. States: (layers directions, N, hidden). Parameters as
 * PyTorch names them: {@code weight_ih_l0} (4 hidden, in), {@code weight_hh_l0} (4 hidden, hidden), {@code bias_ih_l0},
 * {@code bias_hh_l0} (4 hidden), then {@code ..._l0_reverse}, {@code ..._l1}; gates in the order i, f, g, o.
 * {@snippet :
 * var lstm = new Lstm(10, 20).layers(2).bidirectional();
 * lstm.forward(Tensor.zeros(5, 3, 10)).shape();         // (5, 3, 40)
 * var first = lstm.run(Tensor.zeros(5, 3, 10));         // output (5, 3, 40), h and c (4, 3, 20)
 * lstm.run(Tensor.zeros(5, 3, 10), first.h(), first.c());
 * }
 */
public record Lstm(RecurrentOptions options, List<LstmCell> cells) implements Layer {

    public Lstm {
        cells = List.copyOf(cells);
        Recurrent.checkStack("Lstm", options, cells);
    }

    public Lstm(int in, int hidden) {
        this(RecurrentOptions.DEFAULT, List.of(new LstmCell(in, hidden)));
    }

    /** This many layers, each reading the outputs of the one below; all parameters are new. */
    public Lstm layers(int n) {
        return stacked(options.withLayers(n));
    }

    /**
     * Each layer reads the sequences forwards and, with weights of its own, backwards, and gives both outputs one
     * behind the other; all parameters are new. Schuster, Paliwal 1997.
     */
    public Lstm bidirectional() {
        return stacked(options.bothWays());
    }

    private Lstm stacked(RecurrentOptions changed) {
        var first = cells.get(0);
        var stack = Recurrent.cells(changed, first.in(), first.hidden(), LstmCell::new);
        var layer = new Lstm(changed, stack);
        return first.biasIh().isPresent() ? layer : layer.withoutBias();
    }

    /** Takes and gives (N, T, ...) instead of (T, N, ...); states keep their layout. */
    public Lstm batchFirst() {
        return new Lstm(options.withBatchFirst(), cells);
    }

    /** In training drops outputs of every layer but the last with this probability. */
    public Lstm dropout(double p) {
        return new Lstm(options.withDropout(p), cells);
    }

    /** No number is added. */
    public Lstm withoutBias() {
        return new Lstm(options, cells.stream().map(LstmCell::withoutBias).toList());
    }

    /** With another law for the first weights, and zeros for the biases. */
    public Lstm init(Init init) {
        return new Lstm(options, cells.stream().map(c -> c.init(init)).toList());
    }

    /** The outputs alone. */
    @Override
    public Tensor forward(Tensor x) {
        return run(x).output();
    }

    /** Outputs and last states. */
    public LstmOutput run(Tensor x) {
        return run(x, List.of(), Optional.empty());
    }

    /** From the states h0 and c0: (layers directions, N, hidden). */
    public LstmOutput run(Tensor x, Tensor h0, Tensor c0) {
        return run(x, List.of(h0, c0), Optional.empty());
    }

    /** {@link #runPadded(Tensor, Tensor)} with the lengths as numbers. */
    public LstmOutput runPadded(Tensor x, int... lengths) {
        return runPadded(x, Tensor.of(lengths));
    }

    /**
     * Sequences of different lengths in one batch: of sequence n only the first {@code lengths[n]} steps are read.
     * Beyond them outputs are zero; the last states are those at each sequence's own end, where the backward direction
     * begins. Lengths (N) are integers from 1 to T, in any order. What PyTorch does with pack_padded_sequence and
     * pad_packed_sequence to the input's T steps.
     */
    public LstmOutput runPadded(Tensor x, Tensor lengths) {
        return run(x, List.of(), Optional.of(lengths));
    }

    /** {@link #runPadded(Tensor, Tensor)} from the states h0 and c0: (layers directions, N, hidden). */
    public LstmOutput runPadded(Tensor x, Tensor lengths, Tensor h0, Tensor c0) {
        return run(x, List.of(h0, c0), Optional.of(lengths));
    }

    private LstmOutput run(Tensor x, List<Tensor> start, Optional<Tensor> lengths) {
        return Recurrent.run("Lstm", options, cells, x, start, lengths).withCell();
    }

    @Override
    public Map<String, Param> params() {
        return Recurrent.params(options, cells);
    }

    @Override
    public String toString() {
        return Recurrent.text("Lstm", options, cells.get(0)) + ")";
    }
}
