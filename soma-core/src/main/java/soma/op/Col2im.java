package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Unfold;
import soma.kernel.Unfold.Window;

/**
 * y (N, C, H, W) = the columns x (N, C kh kw, L) added up where their windows lie: torch.fold, col2im, the adjoint of
 * {@link Im2col}.
 */
public record Col2im(Tensor x, Shape shape, Window window) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return List.of(shape, window);
    }

    @Override
    public void compute(Call call) {
        int h = shape.dim(2);
        int w = shape.dim(3);
        int planes = shape.dim(0) * shape.dim(1);
        RowWork.share(call.workers(), planes, x.numel() / Math.max(1, planes), (lo, hi) -> {
            if (call.isDouble(0)) {
                Unfold.col2im(call.doubles(0), call.at(0), call.outDoubles(0), 0, window, h, w, lo, hi);
            } else {
                Unfold.col2im(call.floats(0), call.at(0), call.outFloats(0), 0, window, h, w, lo, hi);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new Im2col(dy.expand(shape), window)));
    }
}
