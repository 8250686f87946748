package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Strided;
import soma.kernel.Zeros;

/** y = zeros of {@code shape} with x written at y[start + i * step]: the adjoint of {@link Slice}, and padding with zeros. */
public record Embed(Tensor x, Shape shape, List<Integer> start, List<Integer> step) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(shape, start, step);
    }

    @Override
    public void compute(Call call) {
        Zeros.fill(call.workers(), call.out(0), shape.size());
        var strides = shape.strides();
        int offset = 0;
        for (int i = 0; i < strides.length; i++) {
            offset += start.get(i) * strides[i];
            strides[i] *= step.get(i);
        }
        Strided.copy(
                call.in(0),
                call.at(0),
                x.shape().strides(),
                call.out(0),
                offset,
                strides,
                x.shape().toArray());
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var sizes = java.util.Arrays.stream(x.shape().toArray()).boxed().toList();
        return List.of(Tensor.of(new Slice(dy.expand(shape), start, step, sizes)));
    }
}
