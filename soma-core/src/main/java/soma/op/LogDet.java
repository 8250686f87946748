package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgLu;

/**
 * Sign and ln |det A| for each matrix of a (..., n, n), two results (...); a singular matrix has sign 0 and -infinity.
 */
public record LogDet(Tensor a) implements KernelOp {

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
    public List<Output> outputs() {
        return List.of(new Output(shape(), dtype()), new Output(shape(), dtype()));
    }

    @Override
    public void compute(Call call) {
        int n = a.size(-1);
        int count = Matrices.count(a);
        var lu = Matrices.read(call, 0, a.numel());
        var sign = new double[count];
        var log = new double[count];
        Matrices.each(call, a, i -> {
            int s = LinalgLu.factor(lu, i * n * n, n, new int[n], 0);
            var det = LinalgLu.logDeterminant(lu, i * n * n, n, s);
            sign[i] = det.sign();
            log[i] = det.logAbs();
        });
        Matrices.write(call, 0, sign);
        Matrices.write(call, 1, log);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("a log-determinant has two results");
    }

    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        return List.of(Tensor.of(new Inverse(a)).t().mul(dy.get(1).unsqueeze(-1).unsqueeze(-1)));
    }
}
