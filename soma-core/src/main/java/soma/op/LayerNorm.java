package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Norms;

/**
 * y = (x - mean) rstd w + b over each row of x (R, n), with rstd = 1 / sqrt(var + eps) and the biased variance. w, b:
 * (n). Results: y (R, n), mean (R), rstd (R), the last two kept for the backward pass. Ba, Kiros, Hinton 2016, arXiv
 * 1607.06450.
 */
public record LayerNorm(Tensor x, Tensor w, Tensor b, double eps) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, w, b);
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
        return eps;
    }

    @Override
    public List<Output> outputs() {
        var row = new Output(Shape.of(x.size(0)), dtype());
        return List.of(new Output(shape(), dtype()), row, row);
    }

    @Override
    public void compute(Call call) {
        RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
            if (call.isDouble(0)) {
                Norms.layerNorm(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(1),
                        call.at(1),
                        call.doubles(2),
                        call.at(2),
                        call.outDoubles(0),
                        0,
                        call.outDoubles(1),
                        0,
                        call.outDoubles(2),
                        0,
                        lo,
                        hi,
                        n,
                        eps);
            } else {
                Norms.layerNorm(
                        call.floats(0),
                        call.at(0),
                        call.floats(1),
                        call.at(1),
                        call.floats(2),
                        call.at(2),
                        call.outFloats(0),
                        0,
                        call.outFloats(1),
                        0,
                        call.outFloats(2),
                        0,
                        lo,
                        hi,
                        n,
                        eps);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("layer norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var mean = y.get(1);
        var rstd = y.get(2);
        var back = Tensor.of(new LayerNormGrad(x, w, mean, rstd, dy.get(0)));
        var dx = back.pick(0);
        if (!NormRules.isZero(dy.get(1))) {
            dx = dx.add(dy.get(1).unsqueeze(1).div(x.size(1)));
        }
        if (!NormRules.isZero(dy.get(2))) {
            var centred = x.sub(mean.unsqueeze(1));
            dx = dx.sub(centred.mul(dy.get(2).mul(rstd.pow(3)).unsqueeze(1)).div(x.size(1)));
        }
        return List.of(dx, back.pick(1), back.pick(2));
    }
}
