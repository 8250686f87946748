package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgSvd;

/**
 * y = A^+ (..., n, m), the Moore-Penrose inverse of each matrix of a (..., m, n); singular values up to {@code rcond}
 * times the largest count as 0.
 */
public record Pinverse(Tensor a, double rcond) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(a);
    }

    @Override
    public Shape shape() {
        return Matrices.lead(a, a.size(-1), a.size(-2));
    }

    @Override
    public DType dtype() {
        return a.dtype();
    }

    @Override
    public Object attributes() {
        return rcond;
    }

    @Override
    public void compute(Call call) {
        int m = a.size(-2);
        int n = a.size(-1);
        int k = Math.min(m, n);
        var from = Matrices.read(call, 0, a.numel());
        var y = new double[from.length];
        Matrices.each(call, a, i -> {
            var u = new double[m * k];
            var s = new double[k];
            var vt = new double[k * n];
            LinalgSvd.svd(from, i * m * n, m, n, u, 0, s, 0, vt, 0);
            for (int p = 0; p < k && s[p] > rcond * s[0]; p++) {
                for (int r = 0; r < n; r++) {
                    for (int c = 0; c < m; c++) {
                        y[i * m * n + r * m + c] += vt[p * n + r] * u[c * k + p] / s[p];
                    }
                }
            }
        });
        Matrices.write(call, 0, y);
    }

    /** Golub and Pereyra 1973, theorem 4.3, for matrices whose rank does not change nearby. */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var gt = given.expand(y.shape()).t();
        var main = y.t().matmul(gt.t()).matmul(y.t()).neg();
        var ggt = gt.matmul(y).matmul(y.t());
        var left = ggt.sub(a.matmul(y.matmul(ggt)));
        var pg = y.t().matmul(y).matmul(gt);
        var right = pg.sub(pg.matmul(y).matmul(a));
        return List.of(main.add(left).add(right));
    }
}
