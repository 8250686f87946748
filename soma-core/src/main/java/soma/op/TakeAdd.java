package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Indexing;
import soma.kernel.Strided;

/** y = zeros of {@code shape}, with each slice of g added where {@code index} says: the adjoint of {@link Take}. */
public record TakeAdd(Tensor g, Tensor index, Shape shape, int axis) implements KernelOp {

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
        RowWork.share(call.workers(), shape.size(), 1, (lo, hi) -> Strided.fill(call.out(0), lo, hi, 0));
        int inner = shape.product(axis + 1, shape.rank());
        int rows = shape.product(0, axis + 1);
        IndexGuard.run(
                "indexAdd",
                shape,
                axis,
                () -> Indexing.takeAdd(
                        call.in(0),
                        call.at(0),
                        shape.dim(axis),
                        inner,
                        call.longs(1),
                        call.at(1),
                        index.numel(),
                        call.out(0),
                        0,
                        0,
                        rows));
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new Take(dy.expand(shape), index, axis)), index);
    }
}
