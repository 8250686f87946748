package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgLu;

/** y = A^-1 for each matrix of a (..., n, n). */
public record Inverse(Tensor a) implements KernelOp {

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
        var lu = Matrices.read(call, 0, a.numel());
        var y = new double[lu.length];
        Matrices.each(call, a, i -> {
            var order = new int[n];
            LinalgLu.factor(lu, i * n * n, n, order, 0);
            LinalgLu.inverse(lu, i * n * n, n, order, 0, y, i * n * n);
        });
        Matrices.write(call, 0, y);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(y.t().matmul(dy.expand(y.shape())).matmul(y.t()).neg());
    }
}
