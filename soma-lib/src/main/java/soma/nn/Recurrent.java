package soma.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import soma.DType;
import soma.Param;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;
import soma.op.RecurrentSequence;

/** What recurrent layers share: stacks of cells, each led along the sequences in its direction. */
final class Recurrent {

    /** The last layer's outputs, and each tensor of the cells' last states: (layers directions, N, hidden). */
    record Result(Tensor output, List<Tensor> last) {
        RecurrentOutput withHidden() {
            return new RecurrentOutput(output, last.get(0));
        }

        LstmOutput withCell() {
            return new LstmOutput(output, last.get(0), last.get(1));
        }
    }

    private Recurrent() {}

    // ---- parameters of a cell

    static Param weightIh(String type, int gates, int in, int hidden) {
        if (in < 1 || hidden < 1) {
            throw new ShapeException(
                    type + ": input size " + in + " and hidden size " + hidden + ", expected at least 1 each");
        }
        return param(hidden, gates * hidden, in);
    }

    static Param weightHh(int gates, int hidden) {
        return param(hidden, gates * hidden, hidden);
    }

    static Param bias(int gates, int hidden) {
        return param(hidden, gates * hidden);
    }

    private static Param param(int hidden, int... shape) {
        double bound = 1 / Math.sqrt(hidden);
        return Param.lazy(Shape.of(shape), Init.uniform(-bound, bound)::draw);
    }

    static Optional<Param> zeros(Optional<Param> bias) {
        return bias.map(b -> ParamTree.redrawn(b, Init.zeros()));
    }

    static void checkCell(
            String type, int gates, Param weightIh, Param weightHh, Optional<Param> biasIh, Optional<Param> biasHh) {
        var ih = weightIh.shape();
        var hh = weightHh.shape();
        var of = gates == 1 ? "" : gates + " ";
        if (ih.rank() != 2 || hh.rank() != 2 || hh.dim(0) != gates * hh.dim(1) || ih.dim(0) != hh.dim(0)) {
            throw new ShapeException(type + ": weights " + ih + " and " + hh + ", expected (" + of + "hidden, in) and ("
                    + of + "hidden, hidden)");
        }
        if (biasIh.isPresent() != biasHh.isPresent()) {
            throw new ShapeException(type + ": one bias given, expected both or none; use zeros for the other");
        }
        for (var bias : List.of(biasIh, biasHh)) {
            if (bias.isPresent() && !bias.get().shape().equals(Shape.of(hh.dim(0)))) {
                throw new ShapeException(
                        type + ": bias " + bias.get().shape() + ", expected (" + of + "hidden) = (" + hh.dim(0) + ")");
            }
        }
    }

    // ---- one step

    /** x W_ih^T + b_ih + b_hh: both biases, where no gate multiplies the second. */
    static Tensor projectWithBothBiases(RecurrentCell cell, Tensor x) {
        var y = x.matmul(cell.weightIh().value().t());
        return cell.biasIh()
                .map(b -> y.add(b.value().add(cell.biasHh().orElseThrow().value())))
                .orElse(y);
    }

    /** A step of a cell on its own; no state stands for zeros. */
    static List<Tensor> step(String type, RecurrentCell cell, Tensor x, List<Tensor> state) {
        var name = ParamTree.name(type, cell.weightIh());
        checkFeatures(name, cell, x);
        var expected = x.shape().with(x.rank() - 1, cell.hidden());
        for (int i = 0; i < state.size(); i++) {
            if (!state.get(i).shape().equals(expected)) {
                throw new ShapeException(name + ": " + (i == 0 ? "h" : "c") + " has shape "
                        + state.get(i).shape() + ", expected " + expected + "; input shape " + x.shape());
            }
        }
        return advance(cell, cell.project(x), state);
    }

    /** A sequence of one step; no state stands for zeros. */
    static List<Tensor> advance(RecurrentCell cell, Tensor projected, List<Tensor> state) {
        int width = projected.size(-1);
        var shape = projected.shape().with(projected.rank() - 1, cell.hidden());
        var rows = state.stream().map(s -> s.reshape(-1, cell.hidden())).toList();
        var led = lead(cell, projected.reshape(1, -1, width), rows, false, Optional.empty());
        return led.last.stream().map(s -> s.reshape(shape)).toList();
    }

    private static void checkFeatures(String name, RecurrentCell cell, Tensor x) {
        if (x.rank() == 0 || x.size(-1) != cell.in()) {
            throw new ShapeException(name + ": input has " + (x.rank() == 0 ? "no axes" : x.size(-1) + " features")
                    + ", expected " + cell.in() + "; input shape " + x.shape());
        }
    }

    // ---- stacks of cells

    /** A cell for each layer and direction, in the order of PyTorch's parameters. */
    static <C extends RecurrentCell> List<C> cells(
            RecurrentOptions options, int in, int hidden, BiFunction<Integer, Integer, C> cell) {
        int directions = options.directions();
        return IntStream.range(0, options.layers() * directions)
                .mapToObj(k -> cell.apply(k < directions ? in : directions * hidden, hidden))
                .toList();
    }

    static void checkStack(String type, RecurrentOptions options, List<? extends RecurrentCell> cells) {
        int directions = options.directions();
        if (cells.size() != options.layers() * directions) {
            throw new ShapeException(type + ": " + cells.size() + " cells, expected "
                    + options.layers() * directions + ": " + options.layers() + " layers in " + directions
                    + " directions");
        }
        int hidden = cells.get(0).hidden();
        for (int k = 0; k < cells.size(); k++) {
            var cell = cells.get(k);
            int in = k < directions ? cells.get(0).in() : directions * hidden;
            if (cell.in() != in || cell.hidden() != hidden) {
                throw new ShapeException(type + ": cell " + k + " has input size " + cell.in() + " and hidden size "
                        + cell.hidden() + ", expected " + in + " and " + hidden);
            }
        }
    }

    /** The cells' parameters by PyTorch's names: the layer and the direction are written behind. */
    static Map<String, Param> params(RecurrentOptions options, List<? extends RecurrentCell> cells) {
        var out = new LinkedHashMap<String, Param>();
        for (int k = 0; k < cells.size(); k++) {
            var suffix = "_l" + k / options.directions() + (k % options.directions() == 1 ? "_reverse" : "");
            cells.get(k).params().forEach((name, p) -> out.put(name + suffix, p));
        }
        return out;
    }

    /** The layer's sizes and options, up to the closing bracket. */
    static String text(String type, RecurrentOptions options, RecurrentCell first) {
        return type + "(" + first.in() + ", " + first.hidden() + options.text()
                + (first.biasIh().isEmpty() ? ", no bias" : "");
    }

    static String text(String type, RecurrentCell cell) {
        return text(type, RecurrentOptions.DEFAULT, cell);
    }

    // ---- sequences

    /**
     * Runs the stack over sequences x: (T, N, in), or (N, T, in) with batch first, or (T, in) for one sequence on its
     * own. {@code start} holds each tensor of the first states (layers directions, N, hidden), or nothing for zeros;
     * {@code lengths} (N) how many steps of each sequence count.
     */
    static Result run(
            String type,
            RecurrentOptions options,
            List<? extends RecurrentCell> cells,
            Tensor x,
            List<Tensor> start,
            Optional<Tensor> lengths) {
        var name = ParamTree.name(type, cells.get(0).weightIh());
        checkInput(name, options, cells, x, start);
        if (x.rank() == 2) {
            int axis = options.batchFirst() ? 0 : 1;
            var batch = start.stream().map(s -> s.unsqueeze(1)).toList();
            var result = run(type, options, cells, x.unsqueeze(axis), batch, lengths);
            return new Result(
                    result.output.squeeze(axis),
                    result.last.stream().map(s -> s.squeeze(1)).toList());
        }
        var steps = options.batchFirst() ? x.transpose(0, 1) : x; // (T, N, in)
        lengths.ifPresent(l -> checkLengths(name, l, steps.size(0), steps.size(1)));
        var counts =
                lengths.map(l -> Tensor.arange(steps.size(0)).unsqueeze(1).lt(l).unsqueeze(2)); // (T, N, 1)
        // Zeros for what does not count, so that no number there, not even a NaN, reaches a weight's gradient.
        var y = masked(steps, counts);
        var last = new ArrayList<List<Tensor>>();
        var dropout = new Dropout(options.dropout());
        for (int layer = 0; layer < options.layers(); layer++) {
            var given = layer == 0 ? y : dropout.forward(y);
            var sides = new Tensor[options.directions()];
            for (int side = 0; side < sides.length; side++) {
                int k = layer * sides.length + side;
                var state = start.stream().map(s -> s.select(0, k)).toList();
                var cell = cells.get(k);
                var led = lead(cell, cell.project(given), state, side == 1, lengths.map(l -> l.to(DType.INT64)));
                sides[side] = led.states;
                last.add(led.last);
            }
            y = masked(Tensor.cat(-1, sides), counts); // (T, N, directions hidden)
        }
        var states = IntStream.range(0, cells.get(0).states())
                .mapToObj(i -> Tensor.stack(0, last.stream().map(s -> s.get(i)).toArray(Tensor[]::new)))
                .toList();
        return new Result(options.batchFirst() ? y.transpose(0, 1) : y, states);
    }

    /** All states of a sequence (T, N, hidden), and each tensor of the last one. */
    private record Led(Tensor states, List<Tensor> last) {}

    /**
     * Leads a cell along the steps of (T, N, gates hidden), forwards or backwards. Beyond its end a sequence keeps its
     * state: the last one forwards, the first one backwards.
     */
    private static Led lead(
            RecurrentCell cell, Tensor projected, List<Tensor> start, boolean backwards, Optional<Tensor> lengths) {
        var w = cell.weightHh().value();
        boolean keeps = Soma.isTraining();
        var run = Tensor.of(
                switch (cell) {
                    case LstmCell _ -> RecurrentSequence.lstm(backwards, keeps, projected, w, start, lengths);
                    case GruCell c ->
                        RecurrentSequence.gru(
                                backwards, keeps, projected, w, c.biasHh().map(Param::value), start, lengths);
                    case RnnCell c ->
                        RecurrentSequence.simple(
                                c.activation() == RnnCell.Activation.RELU,
                                backwards,
                                keeps,
                                projected,
                                w,
                                start,
                                lengths);
                });
        var states = run.pick(0);
        var h = states.select(0, backwards ? 0 : states.size(0) - 1);
        return new Led(states, cell.states() == 2 ? List.of(h, run.pick(1)) : List.of(h));
    }

    private static Tensor masked(Tensor x, Optional<Tensor> counts) {
        return counts.map(c -> Tensor.where(c, x, 0)).orElse(x);
    }

    private static void checkInput(
            String name, RecurrentOptions options, List<? extends RecurrentCell> cells, Tensor x, List<Tensor> start) {
        if (x.rank() != 2 && x.rank() != 3) {
            throw new ShapeException(name + ": input has " + x.rank() + " axes, expected 3 "
                    + (options.batchFirst() ? "(N, T, C)" : "(T, N, C)")
                    + ", or 2 (T, C) for one sequence; input shape "
                    + x.shape());
        }
        checkFeatures(name, cells.get(0), x);
        boolean one = x.rank() == 2;
        if (x.size(one || !options.batchFirst() ? 0 : 1) == 0) {
            throw new ShapeException(
                    name + ": the sequences have no steps, expected at least one; input shape " + x.shape());
        }
        int hidden = cells.get(0).hidden();
        var expected = one
                ? Shape.of(cells.size(), hidden)
                : Shape.of(cells.size(), x.size(options.batchFirst() ? 0 : 1), hidden);
        for (int i = 0; i < start.size(); i++) {
            if (!start.get(i).shape().equals(expected)) {
                throw new ShapeException(name + ": " + (i == 0 ? "h0" : "c0") + " has shape "
                        + start.get(i).shape() + ", expected " + expected + " (layers x directions, "
                        + (one ? "" : "N, ") + "hidden); input shape " + x.shape());
            }
        }
    }

    private static void checkLengths(String name, Tensor lengths, int steps, int batch) {
        if (!lengths.dtype().isInteger() || !lengths.shape().equals(Shape.of(batch))) {
            throw new ShapeException(name + ": lengths are " + lengths.dtype() + " " + lengths.shape()
                    + ", expected integers (" + batch + "), one for each sequence of the batch");
        }
        // Lengths that are still to be computed, or are an input of a function being compiled, are not looked at.
        if (lengths.isEvaluated()) {
            var given = lengths.toIntArray();
            for (int i = 0; i < given.length; i++) {
                if (given[i] < 1 || given[i] > steps) {
                    throw new ShapeException(name + ": length " + given[i] + " at index " + i + " is outside 1.."
                            + steps + " (the input has " + steps + " steps)");
                }
            }
        }
    }
}
