package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Rows;

/**
 * y[i] = ln sum e^x[i] - x[i][label[i]], one number a row, 0 where the label is {@code ignored}. x: (N, C), label: (N) int64. Softmax
 * and logarithm are one op because apart they overflow.
 */
public record CrossEntropy(Tensor x, Tensor label, long ignored) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, label);
    }

    @Override
    public Shape shape() {
        return label.shape();
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return ignored;
    }

    @Override
    public void compute(Call call) {
        IndexGuard.run(
                "crossEntropy",
                () -> RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
                    if (call.isDouble(0)) {
                        Rows.crossEntropy(
                                call.doubles(0),
                                call.at(0),
                                call.longs(1),
                                call.at(1),
                                call.outDoubles(0),
                                0,
                                lo,
                                hi,
                                n,
                                ignored);
                    } else {
                        Rows.crossEntropy(
                                call.floats(0),
                                call.at(0),
                                call.longs(1),
                                call.at(1),
                                call.outFloats(0),
                                0,
                                lo,
                                hi,
                                n,
                                ignored);
                    }
                }));
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new CrossEntropyGrad(x, label, dy.expand(y.shape()), ignored)), label);
    }
}
