package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgLu;

/** y = det A for each matrix of a (..., n, n). Its gradient needs the inverse, so A must be regular there. */
public record Det(Tensor a) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(a);
    }

    @Override
    public Shape shape() {
        return Matrices.lead(a);
    }

    @Override
    public DType dtype() {
        return a.dtype();
    }

    @Override
    public void compute(Call call) {
        int n = a.size(-1);
        int count = Matrices.count(a);
        var lu = Matrices.read(call, 0, a.numel());
        var det = new double[count];
        Matrices.each(call, a, i -> {
            int sign = LinalgLu.factor(lu, i * n * n, n, new int[n], 0);
            det[i] = LinalgLu.determinant(lu, i * n * n, n, sign);
        });
        Matrices.write(call, 0, det);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new Inverse(a)).t().mul(y.mul(dy).unsqueeze(-1).unsqueeze(-1)));
    }
}
