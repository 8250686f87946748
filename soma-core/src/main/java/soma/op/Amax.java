package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Fold;

/** y = the largest along axes, NaN if there is one; equal maxima share the gradient evenly (PyTorch's amax). */
public record Amax(Tensor x, List<Integer> axes) implements Reduction {

    @Override
    public Fold fold() {
        return Fold.MAX;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(shared(this, y, dy));
    }

    static Tensor shared(Reduction r, Tensor y, Tensor dy) {
        var chosen = r.x().eq(y.reshape(r.kept())).to(dy.dtype());
        var count = Tensor.of(new Sum(chosen, r.axes()));
        return chosen.mul(dy.expand(y.shape()).div(count).reshape(r.kept()));
    }
}
