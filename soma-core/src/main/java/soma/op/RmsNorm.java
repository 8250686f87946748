package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Norms;

/**
 * y = x rstd w over each row of x (R, n), rstd = 1 / sqrt(mean x^2 + eps). w: (n). Results: y (R, n), rstd (R). Zhang
 * and Sennrich 2019, arXiv 1910.07467.
 */
public record RmsNorm(Tensor x, Tensor w, double eps) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, w);
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
        return List.of(new Output(shape(), dtype()), new Output(Shape.of(x.size(0)), dtype()));
    }

    @Override
    public void compute(Call call) {
        RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
            if (call.isDouble(0)) {
                Norms.rmsNorm(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(1),
                        call.at(1),
                        call.outDoubles(0),
                        0,
                        call.outDoubles(1),
                        0,
                        lo,
                        hi,
                        n,
                        eps);
            } else {
                Norms.rmsNorm(
                        call.floats(0),
                        call.at(0),
                        call.floats(1),
                        call.at(1),
                        call.outFloats(0),
                        0,
                        call.outFloats(1),
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
        throw new IllegalStateException("RMS norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var rstd = y.get(1);
        var back = Tensor.of(new RmsNormGrad(x, w, rstd, dy.get(0)));
        var dx = back.pick(0);
        if (!NormRules.isZero(dy.get(1))) {
            dx = dx.sub(x.mul(dy.get(1).mul(rstd.pow(3)).unsqueeze(1)).div(x.size(1)));
        }
        return List.of(dx, back.pick(1));
    }
}
