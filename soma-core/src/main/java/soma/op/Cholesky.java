package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgCholesky;

/** y = L, lower triangular with A = L L^T, for each symmetric positive definite matrix of a (..., n, n). */
public record Cholesky(Tensor a) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(a);
    }

    @Override
    public Shape shape() {
        return a.shape();
    }

    @Override
    public DType dtype() {
        return a.dtype();
    }

    @Override
    public void compute(Call call) {
        int n = a.size(-1);
        var from = Matrices.read(call, 0, a.numel());
        var l = new double[from.length];
        Matrices.each(call, a, i -> LinalgCholesky.cholesky(from, i * n * n, n, l, i * n * n));
        Matrices.write(call, 0, l);
    }

    /**
     * Murray 2016, arXiv 1602.07527, equation 10: L^-T Phi(L^T dL) L^-1 made symmetric, Phi halving the diagonal of the
     * lower triangle.
     */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var lower = Matrices.triangle(y, false, 0)
                .add(Matrices.triangle(y, false, -1))
                .mul(0.5);
        var phi = y.t().matmul(dy.expand(y.shape())).mul(lower);
        var left = Tensor.of(new TriangularSolve(y, phi, false, true, false));
        var s = Tensor.of(new TriangularSolve(y, left.t(), false, true, false)).t();
        return List.of(s.add(s.t()).mul(0.5));
    }
}
