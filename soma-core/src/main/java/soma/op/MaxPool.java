package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Pool;
import soma.kernel.Pooling;

/**
 * y = the largest element of each window over the last 1 to 3 axes; padding never wins. {@link MaxPool}, {@link
 * MaxPoolGrad} and {@link MaxPoolPick} close the family under differentiation: all three find the same winners, the
 * first of equal ones, in x.
 */
public record MaxPool(Tensor x, Pooling geometry) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return over(x, geometry.out());
    }

    /** x's shape with other sizes of its last axes. */
    static Shape over(Tensor x, int[] last) {
        var d = x.shape().toArray();
        System.arraycopy(last, 0, d, d.length - last.length, last.length);
        return Shape.of(d);
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
            Pool.maxForward(call.workers(), geometry, call.doubles(0), call.at(0), call.outDoubles(0), 0);
        } else {
            Pool.maxForward(call.workers(), geometry, call.floats(0), call.at(0), call.outFloats(0), 0);
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new MaxPoolGrad(x, dy.expand(y.shape()), geometry)));
    }
}
