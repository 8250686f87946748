package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgTriangular;

/**
 * x of T x = b, or T^T x = b if {@code transpose}, T being the upper or lower triangle of a (..., n, n), with ones on
 * its diagonal if {@code unit}. b: (..., n, k).
 */
public record TriangularSolve(Tensor a, Tensor b, boolean upper, boolean transpose, boolean unit) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(a, b);
    }

    @Override
    public Shape shape() {
        return b.shape();
    }

    @Override
    public DType dtype() {
        return b.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(upper, transpose, unit);
    }

    @Override
    public void compute(Call call) {
        int n = a.size(-1);
        int k = b.size(-1);
        var t = Matrices.read(call, 0, a.numel());
        var x = Matrices.read(call, 1, b.numel());
        Matrices.each(
                call,
                a,
                i -> LinalgTriangular.triangularSolve(upper, transpose, unit, t, i * n * n, n, x, i * n * k, k));
        Matrices.write(call, 0, x);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var db = Tensor.of(new TriangularSolve(a, dy.expand(y.shape()), upper, !transpose, unit));
        var da = (transpose ? y.matmul(db.t()) : db.matmul(y.t())).neg();
        int edge = !unit ? 0 : upper ? 1 : -1;
        return List.of(da.mul(Matrices.triangle(a, upper, edge)), db);
    }
}
