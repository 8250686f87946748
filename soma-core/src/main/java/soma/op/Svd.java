package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgSvd;

/**
 * A = U diag(s) V^T for each matrix of a (..., m, n): results U (..., m, k), s (..., k) descending, and V^T (..., k,
 * n), k = min(m, n). The gradients of U and V need singular values that differ and are not 0.
 */
public record Svd(Tensor a) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(a);
    }

    private int k() {
        return Math.min(a.size(-1), a.size(-2));
    }

    @Override
    public Shape shape() {
        return a.shape().with(-1, k());
    }

    @Override
    public DType dtype() {
        return a.dtype();
    }

    @Override
    public List<Output> outputs() {
        return List.of(
                new Output(shape(), dtype()),
                new Output(Matrices.lead(a, k()), dtype()),
                new Output(a.shape().with(-2, k()), dtype()));
    }

    @Override
    public void compute(Call call) {
        int m = a.size(-2);
        int n = a.size(-1);
        int k = k();
        int count = Matrices.count(a);
        var from = Matrices.read(call, 0, a.numel());
        var u = new double[count * m * k];
        var s = new double[count * k];
        var vt = new double[count * k * n];
        Matrices.each(call, a, i -> LinalgSvd.svd(from, i * m * n, m, n, u, i * m * k, s, i * k, vt, i * k * n));
        Matrices.write(call, 0, u);
        Matrices.write(call, 1, s);
        Matrices.write(call, 2, vt);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("a singular value decomposition has three results");
    }

    /**
     * U ((skew(U^T dU) / E) S + S (skew(V^T dV) / E) + diag(ds)) V^T with E_ij = s_j^2 - s_i^2, and for the directions
     * outside U and V the terms (I - U U^T) dU S^-1 V^T and U S^-1 dV^T (I - V V^T). Giles 2008, section 3.2.
     */
    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var u = y.get(0);
        var s = y.get(1);
        var vt = y.get(2);
        var values = Matrices.scaleColumns(u, dy.get(1)).matmul(vt);
        if (NormRules.isZero(dy.get(0)) && NormRules.isZero(dy.get(2))) {
            return List.of(values);
        }
        var du = dy.get(0);
        var dv = dy.get(2).t();
        var one = Tensor.eye(s.size(-1), dtype());
        var squares = s.square();
        var e = squares.unsqueeze(-2).sub(squares.unsqueeze(-1)).add(one);
        var left = Matrices.scaleColumns(skew(u.t().matmul(du)).div(e), s);
        var right = skew(vt.matmul(dv)).div(e).mul(s.unsqueeze(-1));
        var da = u.matmul(left.add(right)).matmul(vt).add(values);
        if (a.size(-2) > s.size(-1)) {
            var outside = du.sub(u.matmul(u.t().matmul(du)));
            da = da.add(outside.div(s.unsqueeze(-2)).matmul(vt));
        }
        if (a.size(-1) > s.size(-1)) {
            var outside = dv.sub(vt.t().matmul(vt.matmul(dv)));
            da = da.add(Matrices.scaleColumns(u, s.reciprocal()).matmul(outside.t()));
        }
        return List.of(da);
    }

    private static Tensor skew(Tensor x) {
        return x.sub(x.t());
    }
}
