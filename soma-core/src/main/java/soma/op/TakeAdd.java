package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Indexing;
import soma.kernel.Zeros;

/** y = zeros of {@code shape}, with each slice of g added where {@code index} says: the adjoint of {@link Take}. */
public record TakeAdd(Tensor g, Tensor index, Shape shape, int axis) implements KernelOp {

    /** Elements of g that are worth a thread, which then adds to some of the rows and passes over the others. */
    private static final int PART = 65_536;

    @Override
    public List<Tensor> inputs() {
        return List.of(g, index);
    }

    @Override
    public DType dtype() {
        return g.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(shape, axis);
    }

    @Override
    public void compute(Call call) {
        Zeros.fill(call.workers(), call.out(0), shape.size());
        int rows = shape.product(0, axis + 1);
        int parts = Math.clamp(
                g.numel() / PART, 1, Math.clamp(rows, 1, call.workers().threads()));
        IndexGuard.run(
                "indexAdd",
                shape,
                axis,
                () -> call.workers().run(parts, (part, scratch) -> {
                    int lo = (int) ((long) rows * part / parts);
                    int hi = (int) ((long) rows * (part + 1) / parts);
                    add(call, lo, hi);
                }));
    }

    /** Adds to rows [lo, hi). */
    private void add(Call call, int lo, int hi) {
        Indexing.takeAdd(
                call.in(0),
                call.at(0),
                shape.dim(axis),
                shape.product(axis + 1, shape.rank()),
                call.longs(1),
                call.at(1),
                index.numel(),
                call.out(0),
                0,
                lo,
                hi);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new Take(dy.expand(shape), index, axis)), index);
    }
}
