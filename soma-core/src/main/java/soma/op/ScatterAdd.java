package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Fold;
import soma.kernel.Indexing;

/** y = x with source[i][j][k] added at y[i][index[i][j][k]][k] for axis 1 and so on: torch.scatter_add. */
public record ScatterAdd(Tensor x, Tensor index, Tensor source, int axis) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, index, source);
    }

    @Override
    public Shape shape() {
        return x.shape();
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
        System.arraycopy(call.in(0), call.at(0), call.out(0), 0, x.numel());
        IndexGuard.run(
                "scatterAdd",
                x.shape(),
                axis,
                () -> Indexing.scatterFold(
                        Fold.SUM,
                        call.out(0),
                        0,
                        x.shape().toArray(),
                        axis,
                        call.longs(1),
                        call.at(1),
                        index.shape().toArray(),
                        call.in(2),
                        call.at(2),
                        source.shape().strides(),
                        0,
                        index.size(0)));
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var dy = given.expand(y.shape());
        return List.of(dy, index, Tensor.of(new Gather(dy, index, axis)));
    }
}
