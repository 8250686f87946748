package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Pool;
import soma.kernel.Pooling;

/** y = for each window the element of g at the place where x is largest: the adjoint of {@link MaxPoolGrad} in dy. */
public record MaxPoolPick(Tensor x, Tensor g, Pooling geometry) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, g);
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
        return geometry;
    }

    @Override
    public void compute(Call call) {
        if (call.isDouble(0)) {
            Pool.maxPick(
                    call.workers(),
                    geometry,
                    call.doubles(0),
                    call.at(0),
                    call.doubles(1),
                    call.at(1),
                    call.outDoubles(0),
                    0);
        } else {
            Pool.maxPick(
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
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(x.zerosLike(), Tensor.of(new MaxPoolGrad(x, dy.expand(y.shape()), geometry)));
    }
}
