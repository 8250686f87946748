package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Indexing;

/** y[i][j][k] = x[i][index[i][j][k]][k] for axis 1 and so on: torch.gather. The index may be smaller than x on the other axes. */
public record Gather(Tensor x, Tensor index, int axis) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, index);
    }

    @Override
    public Shape shape() {
        return index.shape();
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
        IndexGuard.run(
                "gather",
                x.shape(),
                axis,
                () -> Indexing.gather(
                        call.in(0),
                        call.at(0),
                        x.shape().toArray(),
                        axis,
                        call.longs(1),
                        call.at(1),
                        index.shape().toArray(),
                        call.out(0),
                        0,
                        0,
                        index.size(0)));
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new ScatterAdd(x.zerosLike(), index, dy.expand(y.shape()), axis)), index);
    }
}
