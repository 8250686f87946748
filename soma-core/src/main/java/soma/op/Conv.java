package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.ConvShape;
import soma.kernel.Epilogue;

/**
 * y = x * w, convolution as the field means it (cross-correlation), over 1 to 3 axes. x: (N, Cin, in...), w: (Cout, Cin/groups,
 * kernel...), y: (N, Cout, out...). {@link Conv}, {@link ConvData} and {@link ConvWeight} are one another's derivatives.
 */
public record Conv(Tensor x, Tensor w, ConvShape geometry) implements Product {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, w);
    }

    @Override
    public Shape shape() {
        return planes(geometry.batch(), geometry.outChannels(), geometry.out());
    }

    static Shape planes(int first, int second, int[] rest) {
        var d = new int[rest.length + 2];
        d[0] = first;
        d[1] = second;
        System.arraycopy(rest, 0, d, 2, rest.length);
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
    public boolean takesEpilogue() {
        return true;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var dy = given.expand(y.shape());
        return List.of(Tensor.of(new ConvData(dy, w, geometry)), Tensor.of(new ConvWeight(x, dy, geometry)));
    }

    @Override
    public void compute(Call call, Epilogue after) {
        switch (call.out(0)) {
            case float[] y ->
                soma.kernel.Conv.forward(
                        call.workers(), geometry, call.floats(0), call.at(0), call.floats(1), call.at(1), y, 0, after);
            case double[] y ->
                soma.kernel.Conv.forward(
                        call.workers(),
                        geometry,
                        call.doubles(0),
                        call.at(0),
                        call.doubles(1),
                        call.at(1),
                        y,
                        0,
                        after);
            default -> throw new IllegalStateException("convolution of " + dtype());
        }
    }
}
