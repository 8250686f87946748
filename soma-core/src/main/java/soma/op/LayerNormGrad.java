package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Norms;

/**
 * The gradient of {@link LayerNorm} in one pass: results dx (R, n), dw (n), db (n). mean and rstd are those of x; its
 * own derivative counts them as part of x. Rows are cut into at most {@value #PARTS} parts by shape, whose sums for dw
 * and db (the fourth result) are added in order.
 */
public record LayerNormGrad(Tensor x, Tensor w, Tensor mean, Tensor rstd, Tensor dy) implements KernelOp {
    private static final int PARTS = 64;
    private static final int GRAIN = 16_384;

    @Override
    public List<Tensor> inputs() {
        return List.of(x, w, mean, rstd, dy);
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
        var column = new Output(Shape.of(n), dtype());
        return List.of(
                new Output(shape(), dtype()),
                column,
                column,
                new Output(Shape.of(Math.ceilDiv(x.size(0), each()), 2, n), dtype()));
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
            int dw = 2 * i * n;
            if (call.isDouble(0)) {
                java.util.Arrays.fill(call.outDoubles(3), dw, dw + 2 * n, 0);
                Norms.layerNormBack(
                        call.doubles(0),
                        call.at(0),
                        call.doubles(4),
                        call.at(4),
                        call.doubles(1),
                        call.at(1),
                        call.doubles(2),
                        call.at(2),
                        call.doubles(3),
                        call.at(3),
                        call.outDoubles(0),
                        0,
                        call.outDoubles(3),
                        dw,
                        call.outDoubles(3),
                        dw + n,
                        lo,
                        hi,
                        n);
            } else {
                java.util.Arrays.fill(call.outFloats(3), dw, dw + 2 * n, 0);
                Norms.layerNormBack(
                        call.floats(0),
                        call.at(0),
                        call.floats(4),
                        call.at(4),
                        call.floats(1),
                        call.at(1),
                        call.floats(2),
                        call.at(2),
                        call.floats(3),
                        call.at(3),
                        call.outFloats(0),
                        0,
                        call.outFloats(3),
                        dw,
                        call.outFloats(3),
                        dw + n,
                        lo,
                        hi,
                        n);
            }
        });
        PartSums.add(call, 3, parts, 2 * n, 0, 1, n);
        PartSums.add(call, 3, parts, 2 * n, n, 2, n);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("the gradient of layer norm has several results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> cotangents) {
        var r = rstd.unsqueeze(1);
        var xhat = x.sub(mean.unsqueeze(1)).mul(r);
        var second = new NormRules(xhat, r, w, new int[] {1}, true)
                .second(dy, cotangents.get(0), cotangents.get(1), cotangents.get(2));
        return List.of(second.get(0), second.get(1), mean.zerosLike(), rstd.zerosLike(), second.get(2));
    }
}
