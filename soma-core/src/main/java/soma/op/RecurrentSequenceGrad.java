package soma.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import soma.Autodiff;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.CellKind;
import soma.kernel.RecurrentLoops;
import soma.kernel.RecurrentShape;

/**
 * The gradient of {@link RecurrentSequence}, but for that of the weights, which is one product over all steps: results
 * dp (T, N, G H); a GRU's gradient beside its products with w (T, N, 3H); those of the first states (N, H). What is not
 * there has size 0. {@code kept} is what the forward pass left; the op's own derivative counts it as part of the inputs
 * and is that of the plain composition, step by step.
 */
public record RecurrentSequenceGrad(
        CellKind kind,
        boolean backwards,
        Tensor p,
        Tensor w,
        Optional<Tensor> bias,
        List<Tensor> start,
        Optional<Tensor> lengths,
        Tensor kept,
        Tensor dstates,
        Optional<Tensor> dcell)
        implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        var all = new ArrayList<>(RecurrentSequence.inputs(p, w, bias, start, lengths));
        all.add(kept);
        all.add(dstates);
        dcell.ifPresent(all::add);
        return all;
    }

    @Override
    public Shape shape() {
        return p.shape();
    }

    @Override
    public DType dtype() {
        return p.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(kind, backwards, bias.isPresent(), start.size(), lengths.isPresent());
    }

    @Override
    public List<Output> outputs() {
        var none = new Output(Shape.of(0), dtype());
        var all = new Output(shape(), dtype());
        var state = start.isEmpty() ? none : new Output(start.get(0).shape(), dtype());
        return List.of(all, kind == CellKind.GRU ? all : none, state, start.size() > 1 ? state : none);
    }

    @Override
    public void compute(Call call) {
        if (p.numel() == 0) {
            return;
        }
        var size = new RecurrentShape(kind, p.size(0), p.size(1), w.size(1), backwards);
        int first = bias.isPresent() ? 3 : 2;
        int cell = first + 1;
        int last = first + start.size();
        int saved = last + (lengths.isPresent() ? 1 : 0);
        boolean starts = !start.isEmpty();
        boolean lstm = kind == CellKind.LSTM;
        boolean gru = kind == CellKind.GRU;
        var ends = lengths.isPresent() ? call.longs(last) : Call.NO_LONGS;
        int endsAt = lengths.isPresent() ? call.at(last) : 0;
        if (call.isDouble(0)) {
            var none = Call.NO_DOUBLES;
            RecurrentLoops.backward(
                    call.workers(),
                    size,
                    call.doubles(1),
                    call.at(1),
                    starts ? call.doubles(first) : none,
                    starts ? call.at(first) : 0,
                    starts && lstm ? call.doubles(cell) : none,
                    starts && lstm ? call.at(cell) : 0,
                    ends,
                    endsAt,
                    call.doubles(saved),
                    call.at(saved),
                    call.doubles(saved + 1),
                    call.at(saved + 1),
                    lstm ? call.doubles(saved + 2) : none,
                    lstm ? call.at(saved + 2) : 0,
                    call.outDoubles(0),
                    gru ? call.outDoubles(1) : none,
                    starts ? call.outDoubles(2) : none,
                    starts && lstm ? call.outDoubles(3) : none);
        } else {
            var none = Call.NO_FLOATS;
            RecurrentLoops.backward(
                    call.workers(),
                    size,
                    call.floats(1),
                    call.at(1),
                    starts ? call.floats(first) : none,
                    starts ? call.at(first) : 0,
                    starts && lstm ? call.floats(cell) : none,
                    starts && lstm ? call.at(cell) : 0,
                    ends,
                    endsAt,
                    call.floats(saved),
                    call.at(saved),
                    call.floats(saved + 1),
                    call.at(saved + 1),
                    lstm ? call.floats(saved + 2) : none,
                    lstm ? call.at(saved + 2) : 0,
                    call.outFloats(0),
                    gru ? call.outFloats(1) : none,
                    starts ? call.outFloats(2) : none,
                    starts && lstm ? call.outFloats(3) : none);
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("the gradient of a recurrent sequence has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var vp = variable(p);
        var vw = variable(w);
        var vbias = bias.map(RecurrentSequenceGrad::variable);
        var vstart = start.stream().map(RecurrentSequenceGrad::variable).toList();
        var vdstates = variable(dstates);
        var vdcell = dcell.map(RecurrentSequenceGrad::variable);
        var extra = kind == CellKind.GRU ? Optional.of(variable(p.zerosLike())) : Optional.<Tensor>empty();
        var plain = RecurrentSequence.Plain.of(kind, backwards, vp, vw, vbias, vstart, lengths, extra);
        var through = plain.states().mul(vdstates).sum();
        if (vdcell.isPresent()) {
            through = through.add(plain.cell().orElseThrow().mul(vdcell.get()).sum());
        }
        var of = new ArrayList<>(List.of(vp));
        extra.ifPresent(of::add);
        of.addAll(vstart);
        var cotangents = new ArrayList<>(List.of(dy.get(0)));
        extra.ifPresent(e -> cotangents.add(dy.get(1)));
        for (int i = 0; i < start.size(); i++) {
            cotangents.add(dy.get(2 + i));
        }
        var first = Autodiff.grad(through, of);
        var total = Tensor.scalar(0, dtype());
        for (int i = 0; i < of.size(); i++) {
            total = total.add(first.get(i).mul(cotangents.get(i)).sum());
        }
        var floating = new ArrayList<>(List.of(vp, vw));
        vbias.ifPresent(floating::add);
        floating.addAll(vstart);
        int before = floating.size();
        floating.add(vdstates);
        vdcell.ifPresent(floating::add);
        var second = Autodiff.grad(total, floating);
        var all = new ArrayList<>(second.subList(0, before));
        lengths.ifPresent(all::add);
        all.add(kept.zerosLike());
        all.addAll(second.subList(before, second.size()));
        return all;
    }

    /** The same value as a node of its own: what it was made from may be among the other inputs. */
    private static Tensor variable(Tensor x) {
        return Tensor.of(new Redirect.Barrier(x, x));
    }
}
