package soma.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;
import soma.kernel.CellKind;
import soma.kernel.RecurrentLoops;
import soma.kernel.RecurrentShape;

/**
 * A recurrent cell led along sequences, as one op: a step's product with w and the arithmetic of its gates run while
 * the numbers are in cache, with w laid out once for all steps.
 * <p>p: (T, N, G H), what the inputs contribute to the G gates; w: (G H, H); bias: (3H), of a GRU only, where r
 * multiplies a part of it; start: the first state (N, H), for an LSTM and its cell, or nothing for zeros; lengths: (N)
 * int64, the step from which a sequence keeps its state. Results: the states (T, N, H), an LSTM's last cell (N, H), and
 * numbers of the op's own for {@link RecurrentSequenceGrad}, if it {@code keeps} them; what is not there has size 0.
 */
public record RecurrentSequence(
        CellKind kind,
        boolean backwards,
        boolean keeps,
        Tensor p,
        Tensor w,
        Optional<Tensor> bias,
        List<Tensor> start,
        Optional<Tensor> lengths)
        implements KernelOp {

    public RecurrentSequence {
        start = List.copyOf(start);
        int rows = w.size(0);
        if (p.rank() != 3 || rows != kind.gates() * w.size(1) || p.size(2) != rows || p.size(0) < 1) {
            throw new ShapeException("recurrent sequence: " + p.shape() + " and weights " + w.shape() + ", expected"
                    + " (T, N, " + kind.gates() + " hidden) with T > 0 and (" + kind.gates() + " hidden, hidden)");
        }
    }

    /** Long short-term memory; start: h and c. */
    public static RecurrentSequence lstm(
            boolean backwards, boolean keeps, Tensor p, Tensor w, List<Tensor> start, Optional<Tensor> lengths) {
        return new RecurrentSequence(CellKind.LSTM, backwards, keeps, p, w, Optional.empty(), start, lengths);
    }

    /** Gated recurrent unit; start: h. */
    public static RecurrentSequence gru(
            boolean backwards,
            boolean keeps,
            Tensor p,
            Tensor w,
            Optional<Tensor> bias,
            List<Tensor> start,
            Optional<Tensor> lengths) {
        return new RecurrentSequence(CellKind.GRU, backwards, keeps, p, w, bias, start, lengths);
    }

    /** h' = tanh or relu of p + h w^T; start: h. */
    public static RecurrentSequence simple(
            boolean relu,
            boolean backwards,
            boolean keeps,
            Tensor p,
            Tensor w,
            List<Tensor> start,
            Optional<Tensor> lengths) {
        var kind = relu ? CellKind.RELU : CellKind.TANH;
        return new RecurrentSequence(kind, backwards, keeps, p, w, Optional.empty(), start, lengths);
    }

    @Override
    public List<Tensor> inputs() {
        return inputs(p, w, bias, start, lengths);
    }

    static List<Tensor> inputs(
            Tensor p, Tensor w, Optional<Tensor> bias, List<Tensor> start, Optional<Tensor> lengths) {
        var all = new ArrayList<>(List.of(p, w));
        bias.ifPresent(all::add);
        all.addAll(start);
        lengths.ifPresent(all::add);
        return all;
    }

    @Override
    public Shape shape() {
        return Shape.of(p.size(0), p.size(1), w.size(1));
    }

    @Override
    public DType dtype() {
        return p.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(kind, backwards, keeps, bias.isPresent(), start.size(), lengths.isPresent());
    }

    @Override
    public List<Output> outputs() {
        var none = Shape.of(0);
        var size = size();
        return List.of(
                new Output(shape(), dtype()),
                new Output(kind == CellKind.LSTM ? Shape.of(size.batch(), size.hidden()) : none, dtype()),
                new Output(keeps ? kept(size) : none, dtype()));
    }

    private RecurrentShape size() {
        return new RecurrentShape(kind, p.size(0), p.size(1), w.size(1), backwards);
    }

    private static Shape kept(RecurrentShape s) {
        return Shape.of(s.steps(), s.blocks(), s.kind().planes(), s.batch(), RecurrentShape.UNITS);
    }

    @Override
    public void compute(Call call) {
        if (p.numel() == 0) {
            return;
        }
        int first = bias.isPresent() ? 3 : 2;
        int cell = first + 1;
        int last = first + start.size();
        boolean starts = !start.isEmpty();
        boolean lstm = kind == CellKind.LSTM;
        var ends = lengths.isPresent() ? call.longs(last) : Call.NO_LONGS;
        int endsAt = lengths.isPresent() ? call.at(last) : 0;
        if (call.isDouble(0)) {
            RecurrentLoops.forward(
                    call.workers(),
                    size(),
                    call.doubles(0),
                    call.at(0),
                    call.doubles(1),
                    call.at(1),
                    bias.isPresent() ? call.doubles(2) : Call.NO_DOUBLES,
                    bias.isPresent() ? call.at(2) : 0,
                    starts ? call.doubles(first) : Call.NO_DOUBLES,
                    starts ? call.at(first) : 0,
                    starts && lstm ? call.doubles(cell) : Call.NO_DOUBLES,
                    starts && lstm ? call.at(cell) : 0,
                    ends,
                    endsAt,
                    call.outDoubles(0),
                    lstm ? call.outDoubles(1) : Call.NO_DOUBLES,
                    keeps ? call.outDoubles(2) : Call.NO_DOUBLES);
        } else {
            RecurrentLoops.forward(
                    call.workers(),
                    size(),
                    call.floats(0),
                    call.at(0),
                    call.floats(1),
                    call.at(1),
                    bias.isPresent() ? call.floats(2) : Call.NO_FLOATS,
                    bias.isPresent() ? call.at(2) : 0,
                    starts ? call.floats(first) : Call.NO_FLOATS,
                    starts ? call.at(first) : 0,
                    starts && lstm ? call.floats(cell) : Call.NO_FLOATS,
                    starts && lstm ? call.at(cell) : 0,
                    ends,
                    endsAt,
                    call.outFloats(0),
                    lstm ? call.outFloats(1) : Call.NO_FLOATS,
                    keeps ? call.outFloats(2) : Call.NO_FLOATS);
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("a recurrent sequence has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var kept = keeps
                ? y.get(2)
                : Tensor.of(new RecurrentSequence(kind, backwards, true, p, w, bias, start, lengths))
                        .pick(2);
        var cell = kind == CellKind.LSTM ? Optional.of(dy.get(1)) : Optional.<Tensor>empty();
        var back = Tensor.of(
                new RecurrentSequenceGrad(kind, backwards, p, w, bias, start, lengths, kept, dy.get(0), cell));
        var dp = back.pick(0);
        var dq = kind == CellKind.GRU ? back.pick(1) : dp;
        var all = new ArrayList<>(List.of(dp, weightGradient(y.get(0), dq)));
        bias.ifPresent(b -> all.add(dq.sum(0, 1)));
        for (int i = 0; i < start.size(); i++) {
            all.add(back.pick(2 + i));
        }
        lengths.ifPresent(all::add);
        return all;
    }

    /** The sum over all steps of dq^T times the state before: one product, and one for the first step. */
    private Tensor weightGradient(Tensor hs, Tensor dq) {
        int n = hs.size(0);
        var all = new ArrayList<Tensor>();
        if (n > 1) {
            int later = backwards ? 0 : 1;
            var gates = dq.slice(0, later, later + n - 1).flatten(0, 1); // (T' N, G H)
            all.add(gates.t().matmul(hs.slice(0, 1 - later, n - later).flatten(0, 1)));
        }
        if (!start.isEmpty()) {
            all.add(dq.select(0, backwards ? n - 1 : 0).t().matmul(start.get(0)));
        }
        return all.stream().reduce(Tensor::add).orElseGet(w::zerosLike);
    }

    /** What the states are, and an LSTM's last cell, in plain tensor operations. */
    record Plain(Tensor states, Optional<Tensor> cell) {

        /** {@code extra} (T, N, G H), if there, is added to the products with w. */
        static Plain of(
                CellKind kind,
                boolean backwards,
                Tensor p,
                Tensor w,
                Optional<Tensor> bias,
                List<Tensor> start,
                Optional<Tensor> lengths,
                Optional<Tensor> extra) {
            int n = p.size(0);
            var zeros = Tensor.zeros(p.dtype(), Shape.of(p.size(1), w.size(1)));
            var state = start.isEmpty()
                    ? IntStream.range(0, kind == CellKind.LSTM ? 2 : 1)
                            .mapToObj(i -> zeros)
                            .toList()
                    : start;
            var states = new Tensor[n];
            for (int i = 0; i < n; i++) {
                int t = backwards ? n - 1 - i : i;
                var product = state.get(0).matmul(w.t());
                var q = extra.map(e -> product.add(e.select(0, t))).orElse(product);
                var before = state;
                var after = step(kind, p.select(0, t), bias.map(q::add).orElse(q), before);
                state = lengths.map(l -> l.gt(t).unsqueeze(1))
                        .map(goesOn -> IntStream.range(0, after.size())
                                .mapToObj(s -> Tensor.where(goesOn, after.get(s), before.get(s)))
                                .toList())
                        .orElse(after);
                states[t] = state.get(0);
            }
            return new Plain(
                    Tensor.stack(0, states), kind == CellKind.LSTM ? Optional.of(state.get(1)) : Optional.empty());
        }

        private static List<Tensor> step(CellKind kind, Tensor p, Tensor q, List<Tensor> state) {
            var h = state.get(0);
            return switch (kind) {
                case LSTM -> {
                    var gates = p.add(q).chunk(4, -1);
                    var kept = gates.get(1).sigmoid().mul(state.get(1));
                    var c = kept.add(gates.get(0).sigmoid().mul(gates.get(2).tanh()));
                    yield List.of(gates.get(3).sigmoid().mul(c.tanh()), c);
                }
                case GRU -> {
                    var now = p.chunk(3, -1);
                    var past = q.chunk(3, -1);
                    var r = now.get(0).add(past.get(0)).sigmoid();
                    var z = now.get(1).add(past.get(1)).sigmoid();
                    var n = now.get(2).add(r.mul(past.get(2))).tanh();
                    yield List.of(n.add(z.mul(h.sub(n))));
                }
                case TANH -> List.of(p.add(q).tanh());
                case RELU -> List.of(p.add(q).relu());
            };
        }
    }
}
