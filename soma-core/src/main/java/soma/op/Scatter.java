package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Indexing;

/**
 * y = x with y[i][index[i][j][k]][k] = source[i][j][k] for axis 1 and so on, the last writer winning: torch.scatter.
 */
public record Scatter(Tensor x, Tensor index, Tensor source, int axis) implements KernelOp {

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
                "scatter",
                x.shape(),
                axis,
                () -> Indexing.scatter(
                        call.out(0),
                        0,
                        x.shape().toArray(),
                        axis,
                        call.longs(1),
                        call.at(1),
                        index.shape().toArray(),
                        call.in(2),
                        call.at(2),
                        index.shape().strides(),
                        0,
                        index.size(0)));
    }

    /**
     * Only the element that was written last at a place is in y, so only it gets the gradient: each finds out by its
     * number.
     */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var dy = given.expand(y.shape());
        var number = Tensor.arange(index.numel()).reshape(index.shape());
        var last = Tensor.of(new Scatter(Tensor.zeros(DType.INT64, x.shape()), index, number, axis));
        var mine = Tensor.of(new Gather(last, index, axis)).eq(number);
        return List.of(
                Tensor.of(new Scatter(dy, index, source.zerosLike(), axis)),
                index,
                Tensor.where(mine, Tensor.of(new Gather(dy, index, axis)), 0));
    }
}
