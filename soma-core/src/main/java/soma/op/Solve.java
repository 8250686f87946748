package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgLu;

/** x of A x = b by LU with row exchanges. a: (..., n, n), b: (..., n, k). */
public record Solve(Tensor a, Tensor b) implements KernelOp {

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
    public void compute(Call call) {
        int n = a.size(-1);
        int k = b.size(-1);
        var lu = Matrices.read(call, 0, a.numel());
        var x = Matrices.read(call, 1, b.numel());
        Matrices.each(call, a, i -> {
            var order = new int[n];
            LinalgLu.factor(lu, i * n * n, n, order, 0);
            LinalgLu.solve(lu, i * n * n, n, order, 0, x, i * n * k, k);
        });
        Matrices.write(call, 0, x);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var db = Tensor.of(new Solve(a.t(), dy.expand(y.shape())));
        return List.of(db.matmul(y.t()).neg(), db);
    }
}
