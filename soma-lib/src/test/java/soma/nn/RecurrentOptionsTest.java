package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;
import soma.data.TensorDataset;
import soma.optim.Adam;
import soma.train.Metric;
import soma.train.Trainer;

/** Names, options and messages of recurrent layers, and that they learn. */
class RecurrentOptionsTest {
    @Test
    void namesAndShapesArePyTorchs() {
        record Tagger(Lstm encoder, Linear out) implements Layer {
            @Override
            public Tensor forward(Tensor x) {
                return out.forward(encoder.forward(x));
            }
        }
        var model = new Tagger(new Lstm(3, 5).layers(2).bidirectional(), new Linear(10, 2));
        var shapes = new ArrayList<String>();
        model.params().forEach((name, p) -> shapes.add(name + " " + p.shape()));
        assertThat(shapes)
                .containsExactly(
                        "encoder.weight_ih_l0 (20, 3)",
                        "encoder.weight_hh_l0 (20, 5)",
                        "encoder.bias_ih_l0 (20)",
                        "encoder.bias_hh_l0 (20)",
                        "encoder.weight_ih_l0_reverse (20, 3)",
                        "encoder.weight_hh_l0_reverse (20, 5)",
                        "encoder.bias_ih_l0_reverse (20)",
                        "encoder.bias_hh_l0_reverse (20)",
                        "encoder.weight_ih_l1 (20, 10)",
                        "encoder.weight_hh_l1 (20, 5)",
                        "encoder.bias_ih_l1 (20)",
                        "encoder.bias_hh_l1 (20)",
                        "encoder.weight_ih_l1_reverse (20, 10)",
                        "encoder.weight_hh_l1_reverse (20, 5)",
                        "encoder.bias_ih_l1_reverse (20)",
                        "encoder.bias_hh_l1_reverse (20)",
                        "out.weight (2, 10)",
                        "out.bias (2)");
        assertThat(new Gru(3, 5).withoutBias().params().keySet()).containsExactly("weight_ih_l0", "weight_hh_l0");
        assertThat(new Gru(3, 5).cells().get(0).weightIh().shape()).isEqualTo(Shape.of(15, 3));
        assertThat(new Rnn(3, 5).cells().get(0).weightHh().shape()).isEqualTo(Shape.of(5, 5));
        for (var cell : List.of(new RnnCell(3, 5), new LstmCell(3, 5), new GruCell(3, 5))) {
            assertThat(cell.params().keySet()).containsExactly("weight_ih", "weight_hh", "bias_ih", "bias_hh");
        }
        model.init(Rng.seed(1));
        var other = new Tagger(new Lstm(3, 5).layers(2).bidirectional(), new Linear(10, 2));
        other.load(model.stateDict());
        var x = Tensor.randn(Rng.seed(2), 4, 2, 3);
        assertThat(other.forward(x).toFloatArray()).isEqualTo(model.forward(x).toFloatArray());
        assertThatThrownBy(() -> model.forward(Tensor.zeros(4, 2, 7)))
                .hasMessage("Lstm encoder: input has 7 features, expected 3; input shape (4, 2, 7)");
        assertThat(model.encoder().summary(Shape.of(7, 1, 3))).contains("Lstm(3, 5, layers 2, bidirectional)");
    }

    @Test
    void firstNumbersAreUniformInTheInverseRootOfHidden() {
        var gru = new Gru(100, 25);
        gru.init(Rng.seed(1));
        gru.stateDict().forEach((name, t) -> {
            assertThat(t.abs().max().item()).as(name).isLessThanOrEqualTo(0.2).isGreaterThan(0.18);
            assertThat(t.mean().item()).as(name).isCloseTo(0, within(0.05));
        });
        var other = new Lstm(4, 4).init(Init.orthogonal(1));
        assertThat(other.cells()
                        .get(0)
                        .biasIh()
                        .orElseThrow()
                        .value()
                        .abs()
                        .max()
                        .item())
                .isZero();
        var w = other.cells().get(0).weightHh().value();
        assertThat(w.t().matmul(w).sub(Tensor.eye(4)).abs().max().item()).isLessThan(1e-5);
    }

    @Test
    void textsAndOptions() {
        assertThat(new Lstm(3, 5)).hasToString("Lstm(3, 5)");
        assertThat(new Lstm(3, 5)
                        .withoutBias()
                        .layers(2)
                        .bidirectional()
                        .batchFirst()
                        .dropout(0.2))
                .hasToString("Lstm(3, 5, layers 2, bidirectional, batch first, dropout 0.2, no bias)");
        assertThat(new Gru(3, 5).batchFirst().layers(3)).hasToString("Gru(3, 5, layers 3, batch first)");
        assertThat(new Rnn(3, 5).relu().layers(2)).hasToString("Rnn(3, 5, layers 2, relu)");
        assertThat(new Rnn(3, 5).layers(2)).hasToString("Rnn(3, 5, layers 2)");
        assertThat(new RnnCell(3, 5).relu().withoutBias()).hasToString("RnnCell(3, 5, no bias, relu)");
        assertThat(new LstmCell(3, 5)).hasToString("LstmCell(3, 5)");
        assertThat(new GruCell(3, 5).withoutBias()).hasToString("GruCell(3, 5, no bias)");
    }

    @Test
    void dropoutLiesBetweenLayersOnly() {
        var x = Tensor.randn(Rng.seed(1), 5, 2, 3);
        var one = new Gru(3, 4).dropout(0.5);
        assertThat(Soma.training(Rng.seed(1), () -> one.forward(x)).toFloatArray())
                .isEqualTo(one.forward(x).toFloatArray());
        var two = new Gru(3, 4).layers(2).dropout(0.5);
        assertThat(Soma.training(Rng.seed(1), () -> two.forward(x)).toFloatArray())
                .isNotEqualTo(two.forward(x).toFloatArray());
        // With everything dropped the second layer reads zeros.
        var all = new Rnn(3, 4).layers(2).dropout(1);
        var second = new Rnn(RecurrentOptions.DEFAULT, List.of(all.cells().get(1)));
        assertThat(Soma.training(Rng.seed(1), () -> all.forward(x)).toFloatArray())
                .isEqualTo(second.forward(Tensor.zeros(5, 2, 4)).toFloatArray());
    }

    // ---- messages

    @Test
    void errorsSayWhatWasGivenAndExpected() {
        var lstm = new Lstm(3, 5).layers(2);
        var x = Tensor.zeros(4, 2, 3);
        var h = Tensor.zeros(2, 2, 5);
        assertThatThrownBy(() -> lstm.forward(Tensor.zeros(4, 2, 7)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Lstm: input has 7 features, expected 3; input shape (4, 2, 7)");
        assertThatThrownBy(() -> lstm.forward(Tensor.zeros(4, 2, 3, 3)))
                .hasMessage("Lstm: input has 4 axes, expected 3 (T, N, C), or 2 (T, C) for one sequence; input shape"
                        + " (4, 2, 3, 3)");
        assertThatThrownBy(() -> lstm.batchFirst().forward(Tensor.zeros(3)))
                .hasMessage(
                        "Lstm: input has 1 axes, expected 3 (N, T, C), or 2 (T, C) for one sequence; input shape (3)");
        assertThatThrownBy(() -> lstm.forward(Tensor.zeros(0, 2, 3)))
                .hasMessage("Lstm: the sequences have no steps, expected at least one; input shape (0, 2, 3)");
        assertThatThrownBy(() -> lstm.run(x, Tensor.zeros(1, 2, 5), h))
                .hasMessage("Lstm: h0 has shape (1, 2, 5), expected (2, 2, 5) (layers x directions, N, hidden); input"
                        + " shape (4, 2, 3)");
        assertThatThrownBy(() -> lstm.run(x, h, Tensor.zeros(2, 2)))
                .hasMessage("Lstm: c0 has shape (2, 2), expected (2, 2, 5) (layers x directions, N, hidden); input"
                        + " shape (4, 2, 3)");
        assertThatThrownBy(() -> new Gru(3, 5).run(Tensor.zeros(4, 3), h))
                .hasMessage("Gru: h0 has shape (2, 2, 5), expected (1, 5) (layers x directions, hidden); input shape"
                        + " (4, 3)");
        assertThatThrownBy(() -> lstm.runPadded(x, 4, 5))
                .hasMessage("Lstm: length 5 at index 1 is outside 1..4 (the input has 4 steps)");
        assertThatThrownBy(() -> new Rnn(3, 5).runPadded(x, 0, 4))
                .hasMessage("Rnn: length 0 at index 0 is outside 1..4 (the input has 4 steps)");
        assertThatThrownBy(() -> lstm.runPadded(x, 4, 4, 4))
                .hasMessage("Lstm: lengths are int32 (3), expected integers (2), one for each sequence of the batch");
        assertThatThrownBy(() -> lstm.runPadded(x, Tensor.ones(2)))
                .hasMessage("Lstm: lengths are float32 (2), expected integers (2), one for each sequence of the batch");
    }

    @Test
    void errorsOfCellsAndOptions() {
        assertThatThrownBy(() -> new GruCell(3, 5).forward(Tensor.zeros(2, 4)))
                .hasMessage("GruCell: input has 4 features, expected 3; input shape (2, 4)");
        assertThatThrownBy(() -> new RnnCell(3, 5).forward(Tensor.zeros(2, 3), Tensor.zeros(5)))
                .hasMessage("RnnCell: h has shape (5), expected (2, 5); input shape (2, 3)");
        assertThatThrownBy(() -> new LstmCell(3, 5).forward(Tensor.zeros(2, 3), Tensor.zeros(2, 5), Tensor.zeros(2, 4)))
                .hasMessage("LstmCell: c has shape (2, 4), expected (2, 5); input shape (2, 3)");
        assertThatThrownBy(() -> new LstmCell(3, 0))
                .hasMessage("LstmCell: input size 3 and hidden size 0, expected at least 1 each");
        var w = Param.of(Tensor.ones(6, 2));
        assertThatThrownBy(() -> new LstmCell(w, w, Optional.empty(), Optional.empty()))
                .hasMessage("LstmCell: weights (6, 2) and (6, 2), expected (4 hidden, in) and (4 hidden, hidden)");
        assertThatThrownBy(() -> new GruCell(w, w, Optional.of(Param.of(Tensor.ones(6))), Optional.empty()))
                .hasMessage("GruCell: one bias given, expected both or none; use zeros for the other");
        var bias = Optional.of(Param.of(Tensor.ones(2)));
        assertThatThrownBy(() -> new GruCell(w, w, bias, bias))
                .hasMessage("GruCell: bias (2), expected (3 hidden) = (6)");
        assertThatThrownBy(() -> new Lstm(3, 5).layers(0)).hasMessage("recurrent layer: 0 layers, expected at least 1");
        assertThatThrownBy(() -> new Lstm(3, 5).dropout(2))
                .hasMessage("recurrent layer: dropout 2.0, expected a probability from 0 to 1");
        var two = new RecurrentOptions(2, false, false, 0);
        assertThatThrownBy(() -> new Gru(two, List.of(new GruCell(3, 5))))
                .hasMessage("Gru: 1 cells, expected 2: 2 layers in 1 directions");
        assertThatThrownBy(() -> new Gru(two, List.of(new GruCell(3, 5), new GruCell(3, 5))))
                .hasMessage("Gru: cell 1 has input size 3 and hidden size 5, expected 5 and 5");
    }

    // ---- learning

    /** Tells the class of a sequence by its first symbol, after as many random ones. */
    record First(Lstm lstm, Linear out) implements Layer {
        @Override
        public Tensor forward(Tensor x) { // (N, T, symbols)
            return out.forward(lstm.run(x).h().select(0, 0)); // (N, symbols)
        }
    }

    @Test
    void lstmLearnsToRememberTheFirstSymbol() {
        int symbols = 4;
        var train = symbols(512, 5, symbols, 1);
        var model = new First(new Lstm(symbols, 16).batchFirst(), new Linear(16, symbols));
        var trainer = new Trainer(model, Loss::crossEntropy, new Adam(2e-2)).metric(Metric.accuracy());
        var report = trainer.fit(train.batches(32), symbols(200, 5, symbols, 2).batches(200), 6);
        assertThat(report.validation().orElseThrow().metrics().get("accuracy")).isGreaterThan(0.95);
    }

    private static TensorDataset symbols(int n, int steps, int symbols, long seed) {
        var ids = Rng.seed(seed).integers(0, symbols, Shape.of(n, steps));
        return TensorDataset.of(ids.oneHot(symbols).to(DType.FLOAT32), ids.select(1, 0));
    }
}
