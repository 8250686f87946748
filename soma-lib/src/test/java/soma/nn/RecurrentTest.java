package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import soma.Autodiff;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.nn.RecurrentTwin.Kind;

class RecurrentTest {
    private static final Offset<Double> CLOSE = within(1e-12);
    private static final int STEPS = 4;
    private static final int BATCH = 3;
    private static final int IN = 2;
    private static final int HIDDEN = 3;
    private static final int[] LENGTHS = {2, 4, 1};

    private static Tensor draw(long seed, int... shape) {
        return Rng.seed(seed).normal(DType.FLOAT64, Shape.of(shape));
    }

    // ---- the three layers as one

    private static Param wide(Param p) {
        return Param.of(draw(7 * p.shape().dim(0) + p.shape().size(), p.shape().toArray()));
    }

    /** A layer with float64 parameters; each call draws the same numbers for the same shape, cell and side. */
    private static Layer layer(Kind kind, int layers, boolean bothWays, boolean bias, boolean batchFirst) {
        var options = new RecurrentOptions(layers, bothWays, batchFirst, 0);
        return switch (kind) {
            case TANH, RELU -> {
                var cells = Recurrent.cells(options, IN, HIDDEN, RnnCell::new).stream()
                        .map(c -> bias ? c : c.withoutBias())
                        .map(c -> kind == Kind.RELU ? c.relu() : c)
                        .map(c -> new RnnCell(
                                c.activation(),
                                wide(c.weightIh()),
                                wide(c.weightHh()),
                                c.biasIh().map(RecurrentTest::wide),
                                c.biasHh().map(b -> Param.of(draw(99, b.shape().toArray())))))
                        .toList();
                yield new Rnn(options, distinct(cells));
            }
            case LSTM -> {
                var cells = Recurrent.cells(options, IN, HIDDEN, LstmCell::new).stream()
                        .map(c -> bias ? c : c.withoutBias())
                        .map(c -> new LstmCell(
                                wide(c.weightIh()),
                                wide(c.weightHh()),
                                c.biasIh().map(RecurrentTest::wide),
                                c.biasHh().map(b -> Param.of(draw(99, b.shape().toArray())))))
                        .toList();
                yield new Lstm(options, distinct(cells));
            }
            case GRU -> {
                var cells = Recurrent.cells(options, IN, HIDDEN, GruCell::new).stream()
                        .map(c -> bias ? c : c.withoutBias())
                        .map(c -> new GruCell(
                                wide(c.weightIh()),
                                wide(c.weightHh()),
                                c.biasIh().map(RecurrentTest::wide),
                                c.biasHh().map(b -> Param.of(draw(99, b.shape().toArray())))))
                        .toList();
                yield new Gru(options, distinct(cells));
            }
        };
    }

    /** Cells of equal shapes get numbers of their own. */
    private static <C extends RecurrentCell> List<C> distinct(List<C> cells) {
        for (int k = 0; k < cells.size(); k++) {
            for (var p : cells.get(k).params().values()) {
                p.load(p.value().mul(1 - 0.15 * k));
            }
        }
        return cells;
    }

    private record Run(Tensor output, List<Tensor> last) {
        List<Tensor> all() {
            var all = new ArrayList<>(List.of(output));
            all.addAll(last);
            return all;
        }
    }

    /** {@code start} and {@code lengths} may be empty. */
    private static Run run(Layer layer, Tensor x, List<Tensor> start, Optional<Tensor> lengths) {
        return switch (layer) {
            case Lstm l
            when start.isEmpty() -> of(lengths.map(n -> l.runPadded(x, n)).orElseGet(() -> l.run(x)));
            case Lstm l -> {
                var h = start.get(0);
                var c = start.get(1);
                yield of(lengths.map(n -> l.runPadded(x, n, h, c)).orElseGet(() -> l.run(x, h, c)));
            }
            case Gru l
            when start.isEmpty() -> of(lengths.map(n -> l.runPadded(x, n)).orElseGet(() -> l.run(x)));
            case Gru l -> {
                var h = start.get(0);
                yield of(lengths.map(n -> l.runPadded(x, n, h)).orElseGet(() -> l.run(x, h)));
            }
            case Rnn l
            when start.isEmpty() -> of(lengths.map(n -> l.runPadded(x, n)).orElseGet(() -> l.run(x)));
            case Rnn l -> {
                var h = start.get(0);
                yield of(lengths.map(n -> l.runPadded(x, n, h)).orElseGet(() -> l.run(x, h)));
            }
            default -> throw new AssertionError(layer);
        };
    }

    private static Run of(LstmOutput out) {
        return new Run(out.output(), List.of(out.h(), out.c()));
    }

    private static Run of(RecurrentOutput out) {
        return new Run(out.output(), List.of(out.h()));
    }

    private static List<Tensor> start(Kind kind, int layers, int directions) {
        var h = draw(5, layers * directions, BATCH, HIDDEN);
        return kind == Kind.LSTM ? List.of(h, draw(6, layers * directions, BATCH, HIDDEN)) : List.of(h);
    }

    // ---- values

    @ParameterizedTest
    @EnumSource
    void agreesWithPlainLoopsInEveryOption(Kind kind) {
        for (int bits = 0; bits < 64; bits++) {
            int layers = 1 + (bits & 1);
            boolean bothWays = (bits & 2) != 0;
            boolean bias = (bits & 4) == 0;
            boolean batchFirst = (bits & 8) != 0;
            boolean started = (bits & 16) != 0;
            boolean padded = (bits & 32) != 0;
            int directions = bothWays ? 2 : 1;
            var layer = layer(kind, layers, bothWays, bias, batchFirst);
            var x = draw(7, STEPS, BATCH, IN);
            var start = started ? start(kind, layers, directions) : List.<Tensor>of();
            var got = run(
                    layer,
                    batchFirst ? x.transpose(0, 1) : x,
                    start,
                    padded ? Optional.of(Tensor.of(LENGTHS)) : Optional.empty());
            Soma.eval(got.all());

            var zeros = Tensor.zeros(DType.FLOAT64, Shape.of(layers * directions, BATCH, HIDDEN));
            var want = new RecurrentTwin(kind, layer.stateDict(), HIDDEN)
                    .run(
                            layers,
                            directions,
                            RecurrentTwin.array(x),
                            RecurrentTwin.array(started ? start.get(0) : zeros),
                            RecurrentTwin.array(started ? start.getLast() : zeros),
                            padded ? LENGTHS : new int[] {STEPS, STEPS, STEPS});
            var what = kind + " with options " + Integer.toBinaryString(bits);
            var outputs = batchFirst ? got.output.transpose(0, 1) : got.output;
            assertThat(outputs.shape()).as(what).isEqualTo(Shape.of(STEPS, BATCH, directions * HIDDEN));
            assertThat(outputs.toDoubleArray()).as(what).containsExactly(RecurrentTwin.flat(want.outputs()), CLOSE);
            assertThat(got.last.get(0).shape()).as(what).isEqualTo(zeros.shape());
            assertThat(got.last.get(0).toDoubleArray()).as(what).containsExactly(RecurrentTwin.flat(want.h()), CLOSE);
            if (kind == Kind.LSTM) {
                assertThat(got.last.get(1).toDoubleArray())
                        .as(what)
                        .containsExactly(RecurrentTwin.flat(want.c()), CLOSE);
            }
            assertThat(layer.forward(batchFirst ? x.transpose(0, 1) : x).shape())
                    .isEqualTo(got.output.shape());
        }
    }

    @Test
    void oneSequenceNeedsNoBatch() {
        for (boolean batchFirst : new boolean[] {false, true}) {
            for (var kind : Kind.values()) {
                var layer = layer(kind, 2, true, true, batchFirst);
                var x = draw(7, STEPS, IN);
                var start = start(kind, 2, 2);
                var alone =
                        run(layer, x, start.stream().map(s -> s.select(1, 0)).toList(), Optional.empty());
                var batch = run(
                        layer,
                        x.unsqueeze(batchFirst ? 0 : 1),
                        start.stream().map(s -> s.slice(1, 0, 1)).toList(),
                        Optional.empty());
                assertThat(alone.output.shape()).isEqualTo(Shape.of(STEPS, 2 * HIDDEN));
                assertThat(alone.last.get(0).shape()).isEqualTo(Shape.of(4, HIDDEN));
                for (int i = 0; i < alone.all().size(); i++) {
                    assertThat(alone.all().get(i).toDoubleArray())
                            .containsExactly(batch.all().get(i).toDoubleArray(), CLOSE);
                }
            }
        }
    }

    @Test
    void stepsOfCells() {
        for (var kind : Kind.values()) {
            for (boolean bias : new boolean[] {true, false}) {
                var stack = layer(kind, 1, false, bias, false);
                var x = draw(1, BATCH, IN);
                var h = draw(2, BATCH, HIDDEN);
                var c = draw(3, BATCH, HIDDEN);
                var cell = switch (stack) {
                    case Lstm l -> l.cells().get(0);
                    case Gru l -> l.cells().get(0);
                    case Rnn l -> l.cells().get(0);
                    default -> throw new AssertionError(stack);
                };
                var got = switch (cell) {
                    case LstmCell l -> {
                        var s = l.forward(x, h, c);
                        yield List.of(s.h(), s.c());
                    }
                    case GruCell g -> List.of(g.forward(x, h));
                    case RnnCell r -> List.of(r.forward(x, h));
                };
                var first = cell.forward(x.select(0, 1)).toDoubleArray();
                var twin = new RecurrentTwin(kind, stack.stateDict(), HIDDEN);
                for (int n = 0; n < BATCH; n++) {
                    var hn = h.select(0, n).toDoubleArray();
                    var cn = c.select(0, n).toDoubleArray();
                    twin.step("_l0", x.select(0, n).toDoubleArray(), hn, cn);
                    assertThat(got.get(0).select(0, n).toDoubleArray()).containsExactly(hn, CLOSE);
                    if (got.size() > 1) {
                        assertThat(got.get(1).select(0, n).toDoubleArray()).containsExactly(cn, CLOSE);
                    }
                }
                var zeros = new double[HIDDEN];
                twin.step("_l0", x.select(0, 1).toDoubleArray(), zeros, new double[HIDDEN]);
                assertThat(first).containsExactly(zeros, CLOSE);
            }
        }
        assertThat(LstmState.zeros(2, 3).c().shape()).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void statesCarryOnAndLengthsMayBeNumbers() {
        var x = draw(7, STEPS, BATCH, IN);
        var lstm = (Lstm) layer(Kind.LSTM, 2, false, true, false);
        var whole = lstm.run(x);
        var head = lstm.run(x.slice(0, 0, 1));
        var tail = lstm.run(x.slice(0, 1, STEPS), head.h(), head.c());
        assertThat(Tensor.cat(0, head.output(), tail.output()).toDoubleArray())
                .containsExactly(whole.output().toDoubleArray(), CLOSE);
        assertThat(tail.c().toDoubleArray()).containsExactly(whole.c().toDoubleArray(), CLOSE);
        var gru = (Gru) layer(Kind.GRU, 1, true, true, false);
        assertThat(gru.runPadded(x, LENGTHS).h().toDoubleArray())
                .containsExactly(gru.runPadded(x, Tensor.of(LENGTHS)).h().toDoubleArray());
        var rnn = (Rnn) layer(Kind.TANH, 1, true, true, false);
        assertThat(rnn.runPadded(x, LENGTHS).h().toDoubleArray())
                .containsExactly(rnn.runPadded(x, Tensor.of(LENGTHS)).h().toDoubleArray());
        assertThat(lstm.runPadded(x, LENGTHS).c().toDoubleArray())
                .containsExactly(lstm.runPadded(x, Tensor.of(LENGTHS)).c().toDoubleArray());
    }

    @Test
    void aCompiledFunctionTakesOtherLengths() {
        var lstm = (Lstm) layer(Kind.LSTM, 1, true, true, false);
        var f = Soma.compile(ts -> List.of(lstm.runPadded(ts.get(0), ts.get(1)).output()));
        var x = draw(7, STEPS, BATCH, IN);
        for (int[] lengths : List.of(LENGTHS, new int[] {4, 1, 3}, new int[] {4, 4, 4})) {
            assertThat(f.apply(List.of(x, Tensor.of(lengths))).get(0).toDoubleArray())
                    .containsExactly(lstm.runPadded(x, lengths).output().toDoubleArray(), CLOSE);
        }
    }

    // ---- gradients

    @ParameterizedTest
    @EnumSource
    void gradientsOfInputStatesAndParameters(Kind kind) {
        for (boolean padded : new boolean[] {false, true}) {
            var layer = layer(kind, 2, true, true, padded);
            var lengths = padded ? Optional.of(Tensor.of(LENGTHS)) : Optional.<Tensor>empty();
            var x = padded ? draw(7, BATCH, STEPS, IN) : draw(7, STEPS, BATCH, IN);
            var start = start(kind, 2, 2);
            Differences.check(t -> loss(run(layer, t, start, lengths)), x, 1e-7);
            Differences.check(t -> loss(run(layer, x, replaced(start, 0, t), lengths)), start.get(0), 1e-7);
            if (kind == Kind.LSTM) {
                Differences.check(t -> loss(run(layer, x, replaced(start, 1, t), lengths)), start.get(1), 1e-7);
            }
            var params = layer.trained();
            var gradients = Autodiff.grad(
                    loss(run(layer, x, start, lengths)),
                    params.stream().map(Param::value).toList());
            Soma.eval(gradients);
            for (int i = 0; i < params.size(); i++) {
                var p = params.get(i);
                var from = Layer.numbers(p);
                var along = draw(i, from.shape().toArray());
                double slope = (moved(p, from, along, 1e-5, () -> loss(run(layer, x, start, lengths)))
                                - moved(p, from, along, -1e-5, () -> loss(run(layer, x, start, lengths))))
                        / 2e-5;
                assertThat(gradients.get(i).mul(along).sum().item())
                        .as("parameter %d of %s", i, layer)
                        .isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
            }
        }
    }

    private static List<Tensor> replaced(List<Tensor> list, int i, Tensor t) {
        var out = new ArrayList<>(list);
        out.set(i, t);
        return out;
    }

    private static double moved(Param p, Tensor from, Tensor along, double step, Supplier<Tensor> f) {
        p.load(from.add(along.mul(step)));
        double value = f.get().item();
        p.load(from);
        return value;
    }

    private static Tensor loss(Run run) {
        var sum = Tensor.zeros(DType.FLOAT64, Shape.SCALAR);
        for (var t : run.all()) {
            sum = sum.add(t.mul(draw(t.rank() + t.numel(), t.shape().toArray())).sum());
        }
        return sum;
    }

    @Test
    void whatLiesBeyondAnEndTouchesNothing() {
        for (var kind : Kind.values()) {
            var layer = layer(kind, 2, true, true, false);
            var lengths = Optional.of(Tensor.of(LENGTHS));
            var here = Tensor.arange(STEPS).unsqueeze(1).lt(Tensor.of(LENGTHS)).unsqueeze(2);
            var x = draw(7, STEPS, BATCH, IN);
            var spoiled = Tensor.where(here, x, Double.NaN);
            var xs = new ArrayList<>(layer.trained().stream().map(Param::value).toList());
            var clean = Autodiff.grad(loss(run(layer, x, List.of(), lengths)), xs);
            var same = Autodiff.grad(loss(run(layer, spoiled, List.of(), lengths)), xs);
            for (int i = 0; i < xs.size(); i++) {
                assertThat(same.get(i).toDoubleArray())
                        .containsExactly(clean.get(i).toDoubleArray(), CLOSE);
            }
            var dx = Autodiff.grad(t -> loss(run(layer, t, List.of(), lengths)), x);
            assertThat(Tensor.where(here, 0, dx).abs().max().item()).isZero();
        }
    }
}
