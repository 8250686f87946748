package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Pool;
import soma.kernel.Pooling;

/**
 * y = the mean of each window over the last 1 to 3 axes; padding counts as zeros if {@code countPadding}, else not at
 * all.
 */
public record AvgPool(Tensor x, Pooling geometry, boolean countPadding) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return MaxPool.over(x, geometry.out());
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(geometry, countPadding);
    }

    @Override
    public void compute(Call call) {
        if (call.isDouble(0)) {
            Pool.avgForward(call.workers(), geometry, countPadding, call.doubles(0), call.at(0), call.outDoubles(0), 0);
        } else {
            Pool.avgForward(call.workers(), geometry, countPadding, call.floats(0), call.at(0), call.outFloats(0), 0);
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new AvgPoolGrad(dy.expand(y.shape()), x.shape(), geometry, countPadding)));
    }
}
