package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Indexing;

/**
 * y = the slices of x along {@code axis} that {@code index} (int64, any shape) names: x (A.., n, B..), index (I..) -> (A.., I..,
 * B..). An embedding is this along axis 0.
 */
public record Take(Tensor x, Tensor index, int axis) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, index);
    }

    @Override
    public Shape shape() {
        var shape = x.shape().without(axis);
        for (int i = 0; i < index.rank(); i++) {
            shape = shape.insert(axis + i, index.size(i));
        }
        return shape;
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return axis;
    }

    @Override
    public void compute(Call call) {
        var s = x.shape();
        int inner = s.product(axis + 1, s.rank());
        int k = index.numel();
        int rows = s.product(0, axis) * k;
        IndexGuard.run(
                "take",
                s,
                axis,
                () -> RowWork.share(
                        call.workers(),
                        rows,
                        inner,
                        (lo, hi) -> Indexing.take(
                                call.in(0),
                                call.at(0),
                                s.dim(axis),
                                inner,
                                call.longs(1),
                                call.at(1),
                                k,
                                call.out(0),
                                0,
                                lo,
                                hi)));
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new TakeAdd(dy.expand(y.shape()), index, x.shape(), axis)), index);
    }
}
