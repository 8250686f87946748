package soma.op;

import java.util.Arrays;
import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Norms;

/**
 * The gradient of {@link RmsNorm} in one pass, as {@link LayerNormGrad}: results dx (R, n), dw (n), and the partial
 * sums of dw.
 */
public record RmsNormGrad(Tensor x, Tensor w, Tensor rstd, Tensor dy) implements KernelOp {
    private static final int PARTS = 64;
    private static final int GRAIN = 16_384;

    @Override
    public List<Tensor> inputs() {
        return List.of(x, w, rstd, dy);
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
    public List<Output> outputs() {
        int n = x.size(1);
        return List.of(
                new Output(shape(), dtype()),
                new Output(Shape.of(n), dtype()),
                new Output(Shape.of(Math.ceilDiv(x.size(0), each()), n), dtype()));
    }

    private int each() {
        return Math.max(Math.max(1, GRAIN / Math.max(1, x.size(1))), Math.ceilDiv(x.size(0), PARTS));
    }

    @Override
    public void compute(Call call) {
        int rows = x.size(0);
        int n = x.size(1);
        int each = each();
        int parts = Math.ceilDiv(rows, each);
        call.workers().run(parts, (i, scratch) -> {
            int lo = i * each;
            int hi = Math.min(rows, lo + each);
            int dw = i * n;
            if (call.isDouble(0)) {
                Arrays.fill(call.outDoubles(2), dw, dw + n, 0);
                Norms.rmsNormBack(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(3),
                        call.at(3),
                        call.doubles(1),
                        call.at(1),
                        call.doubles(2),
                        call.at(2),
                        call.outDoubles(0),
                        0,
                        call.outDoubles(2),
                        dw,
                        lo,
                        hi,
                        n);
            } else {
                Arrays.fill(call.outFloats(2), dw, dw + n, 0);
                Norms.rmsNormBack(
                        call.floats(0),
                        call.at(0),
                        call.floats(3),
                        call.at(3),
                        call.floats(1),
                        call.at(1),
                        call.floats(2),
                        call.at(2),
                        call.outFloats(0),
                        0,
                        call.outFloats(2),
                        dw,
                        lo,
                        hi,
                        n);
            }
        });
        PartSums.add(call, 2, parts, n, 0, 1, n);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("the gradient of RMS norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> cotangents) {
        var r = rstd.unsqueeze(1);
        var second = new NormRules(x.mul(r), r, w, new int[] {1}, false)
                .second(dy, cotangents.get(0), cotangents.get(1), x.zerosLike());
        return List.of(second.get(0), second.get(1), rstd.zerosLike(), second.get(2));
    }
}
