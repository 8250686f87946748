package soma.op;

import java.util.ArrayList;
import java.util.List;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/** y = the parts joined along one axis. */
public record Concat(List<Tensor> parts, int axis) implements KernelOp {

    /** Checks shapes, promotes dtypes. */
    public static Tensor of(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw new ShapeException("cat: no tensors given, expected at least one");
        }
        var first = parts.get(0);
        int a = first.shape().axis(axis, "cat");
        var dtype = first.dtype();
        for (var p : parts) {
            if (p.rank() != first.rank()
                    || !p.shape().with(a, 0).equals(first.shape().with(a, 0))) {
                throw new ShapeException(
                        "cat: shapes " + first.shape() + " and " + p.shape() + " differ besides axis " + a);
            }
            dtype = DType.promote(dtype, p.dtype());
        }
        var to = dtype;
        return parts.size() == 1
                ? first
                : Tensor.of(new Concat(parts.stream().map(p -> p.to(to)).toList(), a));
    }

    @Override
    public List<Tensor> inputs() {
        return parts;
    }

    @Override
    public Shape shape() {
        int n = 0;
        for (var p : parts) {
            n += p.size(axis);
        }
        return parts.get(0).shape().with(axis, n);
    }

    @Override
    public DType dtype() {
        return parts.get(0).dtype();
    }

    @Override
    public Object attributes() {
        return axis;
    }

    @Override
    public void compute(Call call) {
        var shape = shape();
        int outer = shape.product(0, axis);
        int inner = shape.product(axis + 1, shape.rank());
        int row = shape.dim(axis) * inner;
        if (outer == 1) {
            int offset = 0;
            for (int i = 0; i < parts.size(); i++) {
                copy(call, i, offset, parts.get(i).numel());
                offset += parts.get(i).numel();
            }
            return;
        }
        var pieces = parts.stream().mapToInt(p -> p.size(axis) * inner).toArray();
        RowWork.share(call.workers(), outer, row, (lo, hi) -> {
            for (int i = 0, offset = 0; i < pieces.length; offset += pieces[i++]) {
                for (int o = lo; o < hi; o++) {
                    System.arraycopy(call.in(i), call.at(i) + o * pieces[i], call.out(0), o * row + offset, pieces[i]);
                }
            }
        });
    }

    private static void copy(Call call, int i, int to, int n) {
        RowWork.share(
                call.workers(),
                n,
                1,
                (lo, hi) -> System.arraycopy(call.in(i), call.at(i) + lo, call.out(0), to + lo, hi - lo));
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var whole = dy.expand(y.shape());
        var all = new ArrayList<Tensor>(parts.size());
        int at = 0;
        for (var p : parts) {
            all.add(whole.slice(axis, at, at + p.size(axis)));
            at += p.size(axis);
        }
        return all;
    }
}
