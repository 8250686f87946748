package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Pool;
import soma.kernel.Pooling;

/** dx = each dy added at the place of its window's largest element of x, 0 elsewhere. */
public record MaxPoolGrad(Tensor x, Tensor dy, Pooling geometry) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, dy);
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
        return geometry;
    }

    @Override
    public void compute(Call call) {
        if (call.isDouble(0)) {
            Pool.maxBackward(
                    call.workers(),
                    geometry,
                    call.doubles(0),
                    call.at(0),
                    call.doubles(1),
                    call.at(1),
                    call.outDoubles(0),
                    0);
        } else {
            Pool.maxBackward(
                    call.workers(),
                    geometry,
                    call.floats(0),
                    call.at(0),
                    call.floats(1),
                    call.at(1),
                    call.outFloats(0),
                    0);
        }
    }

    @Override
    public List<Tensor> vjp(Tensor dx, Tensor g) {
        return List.of(x.zerosLike(), Tensor.of(new MaxPoolPick(x, g.expand(x.shape()), geometry)));
    }
}
