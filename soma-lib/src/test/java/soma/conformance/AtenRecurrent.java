package soma.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.nn.Gru;
import soma.nn.GruCell;
import soma.nn.Lstm;
import soma.nn.LstmCell;
import soma.nn.RecurrentOptions;
import soma.nn.Rnn;
import soma.nn.RnnCell;

/** Recurrent layers and their cells. */
final class AtenRecurrent {
    private static final String LAYER =
            "(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)";
    private static final String CELL = "(input, hx, w_ih, w_hh, b_ih=None, b_hh=None)";

    private AtenRecurrent() {}

    static void addTo(Operators table) {
        table.add("lstm" + LAYER, AtenRecurrent::lstm);
        table.add("gru" + LAYER, AtenRecurrent::gru);
        table.add("rnn_tanh" + LAYER, a -> rnn(a, RnnCell.Activation.TANH));
        table.add("rnn_relu" + LAYER, a -> rnn(a, RnnCell.Activation.RELU));
        table.add("lstm_cell" + CELL, a -> {
            var weights = new Weights();
            var cell = weights.lstm(cellWeights(a));
            var state = present(a.list("hx"));
            return weights.during(() -> {
                var next = cell.forward(a.x(), state.get(0), state.get(1));
                return List.of(next.h(), next.c());
            });
        });
        table.add("gru_cell" + CELL, a -> {
            var weights = new Weights();
            var cell = weights.gru(cellWeights(a));
            return weights.during(() -> List.of(cell.forward(a.x(), a.t("hx"))));
        });
        table.add("rnn_tanh_cell" + CELL, a -> rnnCell(a, RnnCell.Activation.TANH));
        table.add("rnn_relu_cell" + CELL, a -> rnnCell(a, RnnCell.Activation.RELU));
    }

    private static Object rnnCell(Arguments a, RnnCell.Activation activation) {
        var weights = new Weights();
        var cell = weights.rnn(activation, cellWeights(a));
        return weights.during(() -> List.of(cell.forward(a.x(), a.t("hx"))));
    }

    private static List<Tensor> cellWeights(Arguments a) {
        return present(IntStream.range(0, 4)
                .mapToObj(i -> a.value(List.of("w_ih", "w_hh", "b_ih", "b_hh").get(i)))
                .toArray());
    }

    private static Object lstm(Arguments a) {
        var weights = new Weights();
        var layer = new Lstm(options(a), cells(a, weights::lstm));
        var state = present(a.list("hx"));
        return weights.during(() -> {
            var out = state.isEmpty() ? layer.run(a.x()) : layer.run(a.x(), state.get(0), state.get(1));
            return List.of(out.output(), out.h(), out.c());
        });
    }

    private static Object gru(Arguments a) {
        var weights = new Weights();
        var layer = new Gru(options(a), cells(a, weights::gru));
        return weights.during(() -> {
            var out = a.has("hx") ? layer.run(a.x(), a.t("hx")) : layer.run(a.x());
            return List.of(out.output(), out.h());
        });
    }

    private static Object rnn(Arguments a, RnnCell.Activation activation) {
        var weights = new Weights();
        var layer = new Rnn(options(a), cells(a, ts -> weights.rnn(activation, ts)));
        return weights.during(() -> {
            var out = a.has("hx") ? layer.run(a.x(), a.t("hx")) : layer.run(a.x());
            return List.of(out.output(), out.h());
        });
    }

    private static RecurrentOptions options(Arguments a) {
        if (a.b("train") && a.d("dropout") > 0) {
            throw new MissingOperator("a recurrent layer with draws of PyTorch's");
        }
        return new RecurrentOptions(a.i("num_layers"), a.b("bidirectional"), a.b("batch_first"), 0);
    }

    /** A cell for each run of weights; None stands for a name that the case does not have. */
    private static <C> List<C> cells(Arguments a, Function<List<Tensor>, C> cell) {
        var all = present(a.list("params"));
        int each = a.b("has_biases") ? 4 : 2;
        return IntStream.range(0, all.size() / each)
                .mapToObj(k -> cell.apply(all.subList(k * each, (k + 1) * each)))
                .toList();
    }

    private static List<Tensor> present(List<?> values) {
        return present(values.toArray());
    }

    private static List<Tensor> present(Object... values) {
        var out = new ArrayList<Tensor>();
        for (var value : values) {
            if (value instanceof Tensor t) {
                out.add(t);
            }
        }
        return out;
    }

    /** Parameters that stand for tensors, so that what a layer computes depends on the tensors themselves. */
    private static final class Weights {
        private final Map<Param, Tensor> values = new HashMap<>();

        private Param param(Tensor value) {
            var p = Param.of(Tensor.zeros(value.dtype(), value.shape()));
            values.put(p, value);
            return p;
        }

        private Optional<Param> bias(List<Tensor> ts, int i) {
            return ts.size() > 2 ? Optional.of(param(ts.get(i))) : Optional.empty();
        }

        LstmCell lstm(List<Tensor> ts) {
            return new LstmCell(param(ts.get(0)), param(ts.get(1)), bias(ts, 2), bias(ts, 3));
        }

        GruCell gru(List<Tensor> ts) {
            return new GruCell(param(ts.get(0)), param(ts.get(1)), bias(ts, 2), bias(ts, 3));
        }

        RnnCell rnn(RnnCell.Activation activation, List<Tensor> ts) {
            return new RnnCell(activation, param(ts.get(0)), param(ts.get(1)), bias(ts, 2), bias(ts, 3));
        }

        /**
         * What {@code body} builds while the parameters are the tensors. It is handed out behind a function, for a
         * scope evaluates the tensors that it returns, and they could not be differentiated any more.
         */
        List<Tensor> during(Supplier<List<Tensor>> body) {
            Supplier<List<Tensor>> built = Soma.training(Rng.seed(1), () -> {
                values.forEach(Param::set);
                var out = body.get();
                values.keySet().forEach(p -> p.set(Tensor.zeros(p.dtype(), p.shape())));
                return () -> out;
            });
            return Objects.requireNonNull(built.get());
        }
    }
}
