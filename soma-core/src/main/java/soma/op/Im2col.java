package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Unfold;
import soma.kernel.Unfold.Window;

/**
 * y = the windows of x (N, C, H, W) as columns (N, C kh kw, L), zeros outside: torch.unfold, im2col. {@link Im2col} and
 * {@link Col2im} are one another's derivatives.
 */
public record Im2col(Tensor x, Window window) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return Shape.of(x.size(0), x.size(1) * window.size(), window.outHeight(x.size(2)) * window.outWidth(x.size(3)));
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return window;
    }

    @Override
    public void compute(Call call) {
        int h = x.size(2);
        int w = x.size(3);
        int planes = x.size(0) * x.size(1);
        RowWork.share(call.workers(), planes, shape().size() / Math.max(1, planes), (lo, hi) -> {
            if (call.isDouble(0)) {
                Unfold.im2col(call.doubles(0), call.at(0), call.outDoubles(0), 0, window, h, w, lo, hi);
            } else {
                Unfold.im2col(call.floats(0), call.at(0), call.outFloats(0), 0, window, h, w, lo, hi);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new Col2im(dy.expand(y.shape()), x.shape(), window)));
    }
}
