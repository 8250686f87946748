package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Rows;

/** y = x - ln sum e^x over the last axis, without overflow. */
public record LogSoftmax(Tensor x) implements KernelOp {

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
                Rows.logSoftmax(call.doubles(0), call.at(0), call.outDoubles(0), 0, lo, hi, n);
            } else {
                Rows.logSoftmax(call.floats(0), call.at(0), call.outFloats(0), 0, lo, hi, n);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new LogSoftmaxGrad(y, dy.expand(y.shape()))));
    }
}
