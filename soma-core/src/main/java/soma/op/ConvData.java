package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.ConvShape;
import soma.kernel.Epilogue;

/** The adjoint of {@link Conv} in x, which is also transposed convolution. dy: (N, Cout, out...), w as there; result (N, Cin, in...). */
public record ConvData(Tensor dy, Tensor w, ConvShape geometry) implements Product {

    @Override
    public List<Tensor> inputs() {
        return List.of(dy, w);
    }

    @Override
    public Shape shape() {
        return Conv.planes(geometry.batch(), geometry.inChannels(), geometry.in());
    }

    @Override
    public DType dtype() {
        return dy.dtype();
    }

    @Override
    public Object attributes() {
        return geometry;
    }

    @Override
    public boolean takesEpilogue() {
        return true;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var g = given.expand(y.shape());
        return List.of(Tensor.of(new Conv(g, w, geometry)), Tensor.of(new ConvWeight(g, dy, geometry)));
    }

    @Override
    public void compute(Call call, Epilogue after) {
        switch (call.out(0)) {
            case float[] x ->
                soma.kernel.Conv.backwardData(
                        call.workers(), geometry, call.floats(0), call.at(0), call.floats(1), call.at(1), x, 0, after);
            case double[] x ->
                soma.kernel.Conv.backwardData(
                        call.workers(),
                        geometry,
                        call.doubles(0),
                        call.at(0),
                        call.doubles(1),
                        call.at(1),
                        x,
                        0,
                        after);
            default -> throw new IllegalStateException("convolution of " + dtype());
        }
    }
}
