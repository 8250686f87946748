package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Pool;
import soma.kernel.Pooling;

/** dx = each dy spread evenly over its window: the adjoint of {@link AvgPool}. */
public record AvgPoolGrad(Tensor dy, Shape shape, Pooling geometry, boolean countPadding) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(dy);
    }

    @Override
    public DType dtype() {
        return dy.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(geometry, countPadding);
    }

    @Override
    public void compute(Call call) {
        if (call.isDouble(0)) {
            Pool.avgBackward(
                    call.workers(), geometry, countPadding, call.doubles(0), call.at(0), call.outDoubles(0), 0);
        } else {
            Pool.avgBackward(call.workers(), geometry, countPadding, call.floats(0), call.at(0), call.outFloats(0), 0);
        }
    }

    @Override
    public List<Tensor> vjp(Tensor dx, Tensor g) {
        return List.of(Tensor.of(new AvgPool(g.expand(shape), geometry, countPadding)));
    }
}
