package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgExp;

/** y = e^A for each matrix of a (..., n, n). Higham 2005. */
public record MatrixExp(Tensor a) implements KernelOp {

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
        var y = new double[from.length];
        Matrices.each(call, a, i -> LinalgExp.matrixExp(from, i * n * n, n, y, i * n * n));
        Matrices.write(call, 0, y);
    }

    /** The upper right block of exp((A^T, dY), (0, A^T)). Mathias 1996. */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        int n = a.size(-1);
        var at = a.t();
        var block = Tensor.cat(-2, Tensor.cat(-1, at, dy.expand(y.shape())), Tensor.cat(-1, at.zerosLike(), at));
        return List.of(Tensor.of(new MatrixExp(block)).slice(-2, 0, n).slice(-1, n, 2 * n));
    }
}
