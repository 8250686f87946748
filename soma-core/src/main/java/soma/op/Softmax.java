package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Rows;

/** y = e^(x - max) / sum e^(x - max) over the last axis, in one pass over memory. */
public record Softmax(Tensor x) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
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
    public void compute(Call call) {
        RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
            if (call.isDouble(0)) {
                Rows.softmax(call.doubles(0), call.at(0), call.outDoubles(0), 0, lo, hi, n);
            } else {
                Rows.softmax(call.floats(0), call.at(0), call.outFloats(0), 0, lo, hi, n);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new SoftmaxGrad(y, dy.expand(y.shape()))));
    }
}
