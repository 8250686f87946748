package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgEigen;

/**
 * A = V diag(w) V^T for each symmetric matrix of a (..., n, n), whose lower triangle is read: results w (..., n),
 * ascending, and V (..., n, n), the vectors in its columns. The gradient of V needs eigenvalues that differ.
 */
public record Eigh(Tensor a) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(a);
    }

    @Override
    public Shape shape() {
        return a.shape().without(-1);
    }

    @Override
    public DType dtype() {
        return a.dtype();
    }

    @Override
    public List<Output> outputs() {
        return List.of(new Output(shape(), dtype()), new Output(a.shape(), dtype()));
    }

    @Override
    public void compute(Call call) {
        int n = a.size(-1);
        int count = Matrices.count(a);
        var from = Matrices.read(call, 0, a.numel());
        var w = new double[count * n];
        var v = new double[count * n * n];
        Matrices.each(call, a, i -> LinalgEigen.symmetricEigen(from, i * n * n, n, w, i * n, v, i * n * n));
        Matrices.write(call, 0, w);
        Matrices.write(call, 1, v);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("an eigenvalue decomposition has two results");
    }

    /**
     * V (diag(dw) + V^T dV / (w_j - w_i)) V^T. Giles 2008, An extended collection of matrix derivative results, section
     * 3.1.
     */
    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var w = y.get(0);
        var v = y.get(1);
        var values = Matrices.scaleColumns(v, dy.get(0)).matmul(v.t());
        if (NormRules.isZero(dy.get(1))) {
            return List.of(values);
        }
        var one = Tensor.eye(w.size(-1), dtype());
        var gap = w.unsqueeze(-2).sub(w.unsqueeze(-1)).add(one);
        var inner = v.t().matmul(dy.get(1)).mul(one.neg().add(1)).div(gap);
        return List.of(values.add(v.matmul(inner).matmul(v.t())));
    }
}
