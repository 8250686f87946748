package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.ConvShape;
import soma.kernel.Epilogue;

/** The adjoint of {@link Conv} in w. x: (N, Cin, in...), dy: (N, Cout, out...); result (Cout, Cin/groups, kernel...). */
public record ConvWeight(Tensor x, Tensor dy, ConvShape geometry) implements Product {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, dy);
    }

    @Override
    public Shape shape() {
        return Conv.planes(geometry.outChannels(), geometry.inChannels() / geometry.groups(), geometry.kernel());
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
    public boolean takesEpilogue() {
        return false;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var g = given.expand(y.shape());
        return List.of(Tensor.of(new ConvData(dy, g, geometry)), Tensor.of(new Conv(x, g, geometry)));
    }

    @Override
    public void compute(Call call, Epilogue after) {
        switch (call.out(0)) {
            case float[] dw ->
                soma.kernel.Conv.backwardWeight(
                        call.workers(), geometry, call.floats(0), call.at(0), call.floats(1), call.at(1), dw, 0);
            case double[] dw ->
                soma.kernel.Conv.backwardWeight(
                        call.workers(), geometry, call.doubles(0), call.at(0), call.doubles(1), call.at(1), dw, 0);
            default -> throw new IllegalStateException("convolution of " + dtype());
        }
    }
}
