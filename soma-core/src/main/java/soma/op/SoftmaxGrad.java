package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Rows;

/** dx = y (dy - sum dy y) over the last axis: the gradient of {@link Softmax} in one pass. */
public record SoftmaxGrad(Tensor y, Tensor dy) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(y, dy);
    }

    @Override
    public Shape shape() {
        return y.shape();
    }

    @Override
    public DType dtype() {
        return y.dtype();
    }

    @Override
    public void compute(Call call) {
        RowWork.run(call.workers(), y.shape(), (lo, hi, n) -> {
            if (call.isDouble(0)) {
                Rows.softmaxBack(
                        call.doubles(0), call.at(0), call.doubles(1), call.at(1), call.outDoubles(0), 0, lo, hi, n);
            } else {
                Rows.softmaxBack(
                        call.floats(0), call.at(0), call.floats(1), call.at(1), call.outFloats(0), 0, lo, hi, n);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor dx, Tensor g) {
        var inner = dy.mul(y).sum(-1).unsqueeze(-1);
        var gy = g.mul(y).sum(-1).unsqueeze(-1);
        return List.of(g.mul(dy.sub(inner)).sub(dy.mul(gy)), y.mul(g.sub(gy)));
    }
}
