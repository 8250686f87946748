package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;
import static soma.op.Row.constant;
import static soma.op.Sampler.between;
import static soma.op.Sampler.whole;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import soma.Autodiff;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.CellKind;
import soma.op.Row.Arg;

/** Rows of {@link OpTable}: recurrent layers, against their cells step by step in plain tensor operations. */
final class RecurrentRows {

    /** One way to call the op; N = 2 reads the weights in place, N = 5 packs them. */
    private record Case(
            CellKind kind, int steps, int n, int hidden, boolean backwards, boolean bias, boolean start, boolean ends) {

        private boolean lstm() {
            return kind == CellKind.LSTM;
        }

        String label() {
            return kind + " of " + steps + " x " + n + " x " + hidden + (backwards ? ", backwards" : "")
                    + (bias ? ", bias" : "") + (start ? ", from a state" : "") + (ends ? ", lengths" : "");
        }

        Arg[] args(boolean gradients) {
            int gates = kind.gates() * hidden;
            var all = new ArrayList<>(List.of(arg(steps, n, gates), arg(between(-0.4, 0.4), gates, hidden)));
            if (bias) {
                all.add(arg(gates));
            }
            for (int i = 0; start && i < (lstm() ? 2 : 1); i++) {
                all.add(arg(n, hidden));
            }
            if (ends) {
                all.add(constant(DType.INT64, whole(1, steps + 1), n));
            }
            if (gradients) {
                all.add(arg(steps, n, hidden));
                if (lstm()) {
                    all.add(arg(n, hidden));
                }
            }
            return all.toArray(Arg[]::new);
        }

        Optional<Tensor> bias(List<Tensor> in) {
            return bias ? Optional.of(in.get(2)) : Optional.empty();
        }

        List<Tensor> start(List<Tensor> in) {
            int first = bias ? 3 : 2;
            return start ? in.subList(first, first + (lstm() ? 2 : 1)) : List.of();
        }

        private int more() {
            return 2 + (bias ? 1 : 0) + (start ? lstm() ? 2 : 1 : 0);
        }

        Optional<Tensor> lengths(List<Tensor> in) {
            return ends ? Optional.of(in.get(more())) : Optional.empty();
        }

        Tensor forward(List<Tensor> in, boolean keeps) {
            return Tensor.of(new RecurrentSequence(
                    kind, backwards, keeps, in.get(0), in.get(1), bias(in), start(in), lengths(in)));
        }

        Tensor states(List<Tensor> in, boolean keeps) {
            var run = forward(in, keeps);
            return lstm() ? joined(run.pick(0), run.pick(1)) : run.pick(0).flatten();
        }

        Tensor plain(List<Tensor> in) {
            var plain = RecurrentSequence.Plain.of(
                    kind, backwards, in.get(0), in.get(1), bias(in), start(in), lengths(in), Optional.empty());
            return joined(
                    plain.states(), plain.cell().orElse(Tensor.zeros(in.get(0).dtype(), Shape.of(0))));
        }

        Tensor gradients(List<Tensor> in) {
            int at = more() + (ends ? 1 : 0);
            var back = Tensor.of(new RecurrentSequenceGrad(
                    kind,
                    backwards,
                    in.get(0),
                    in.get(1),
                    bias(in),
                    start(in),
                    lengths(in),
                    forward(in, true).pick(2),
                    in.get(at),
                    lstm() ? Optional.of(in.get(at + 1)) : Optional.empty()));
            var all = new ArrayList<>(List.of(back.pick(0)));
            for (int i = 0; start && i < (lstm() ? 2 : 1); i++) {
                all.add(back.pick(2 + i));
            }
            return joined(all.toArray(Tensor[]::new));
        }

        Tensor plainGradients(List<Tensor> in) {
            var xs = new ArrayList<>(List.of(Tensor.of(new Redirect.Barrier(in.get(0), in.get(0)))));
            start(in).forEach(s -> xs.add(Tensor.of(new Redirect.Barrier(s, s))));
            var plain = RecurrentSequence.Plain.of(
                    kind,
                    backwards,
                    xs.get(0),
                    in.get(1),
                    bias(in),
                    xs.subList(1, xs.size()),
                    lengths(in),
                    Optional.empty());
            int at = more() + (ends ? 1 : 0);
            var through = plain.states().mul(in.get(at)).sum();
            if (lstm()) {
                through = through.add(
                        plain.cell().orElseThrow().mul(in.get(at + 1)).sum());
            }
            return joined(Autodiff.grad(through, xs).toArray(Tensor[]::new));
        }
    }

    private RecurrentRows() {}

    private static Tensor joined(Tensor... parts) {
        return Tensor.cat(0, Arrays.stream(parts).map(Tensor::flatten).toArray(Tensor[]::new));
    }

    private static Row.Twin twin(Function<List<Tensor>, Tensor> f) {
        return in -> Nd.of(f.apply(Arrays.stream(in)
                .map(x -> Tensor.of(x.data(), x.shape().toArray()))
                .toList()));
    }

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        for (var kind : CellKind.values()) {
            boolean gru = kind == CellKind.GRU;
            for (var c : List.of(
                    new Case(kind, 3, 2, 3, false, gru, false, false),
                    new Case(kind, 3, 5, 2, true, false, true, true),
                    new Case(kind, 2, 13, 35, false, gru, true, false),
                    new Case(kind, 4, 7, 1, true, gru, false, true))) {
                var off = kind == CellKind.RELU ? 1e-4 : 2e-5;
                all.add(row(RecurrentSequence.class, c.label(), in -> c.states(in, true), twin(c::plain), c.args(false))
                        .tolerance(off));
                all.add(row(
                                RecurrentSequence.class,
                                c.label() + ", keeping nothing",
                                in -> c.states(in, false),
                                twin(c::plain),
                                c.args(false))
                        .tolerance(off));
                all.add(row(RecurrentSequenceGrad.class, c.label(), c::gradients, twin(c::plainGradients), c.args(true))
                        .tolerance(off));
            }
        }
        return all;
    }
}
