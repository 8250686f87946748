package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Scan;

/** Running maximum (or minimum) along one axis: results y and, int64, where it was found, the last of equals. */
public record CumExtreme(Tensor x, int axis, boolean max) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
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
        return max ? axis : -1 - axis;
    }

    @Override
    public List<Output> outputs() {
        return List.of(new Output(shape(), dtype()), new Output(shape(), DType.INT64));
    }

    @Override
    public void compute(Call call) {
        var s = x.shape();
        int outer = s.product(0, axis);
        int n = s.dim(axis);
        int inner = s.product(axis + 1, s.rank());
        var place = call.outLongs(1);
        switch (call.out(0)) {
            case float[] y when max -> Scan.cummax(call.floats(0), call.at(0), y, 0, place, 0, 0, outer, n, inner);
            case float[] y -> Scan.cummin(call.floats(0), call.at(0), y, 0, place, 0, 0, outer, n, inner);
            case double[] y when max -> Scan.cummax(call.doubles(0), call.at(0), y, 0, place, 0, 0, outer, n, inner);
            case double[] y -> Scan.cummin(call.doubles(0), call.at(0), y, 0, place, 0, 0, outer, n, inner);
            case long[] y when max -> Scan.cummax(call.longs(0), call.at(0), y, 0, place, 0, 0, outer, n, inner);
            case long[] y -> Scan.cummin(call.longs(0), call.at(0), y, 0, place, 0, 0, outer, n, inner);
            default -> throw new IllegalStateException("running extreme of " + dtype());
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("a running extreme has two results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        return List.of(x.zerosLike().scatterAdd(axis, y.get(1), dy.get(0)));
    }
}
