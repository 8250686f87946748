package soma.op;

import java.util.List;
import soma.Shape;
import soma.Tensor;

/** y[.., i_k, ..] = x with its axes in another order: axis k of y is axis {@code axes[k]} of x. */
public record Permute(Tensor x, List<Integer> axes) implements View {

    @Override
    public Shape shape() {
        var d = new int[axes.size()];
        for (int i = 0; i < d.length; i++) {
            d[i] = x.shape().dim(axes.get(i));
        }
        return Shape.of(d);
    }

    @Override
    public Object attributes() {
        return axes;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var back = new int[axes.size()];
        for (int i = 0; i < back.length; i++) {
            back[axes.get(i)] = i;
        }
        return List.of(dy.expand(y.shape()).permute(back));
    }

    /** Whether an op is the transposition of the last two axes and nothing else. */
    public static boolean swapsLastTwo(Op op) {
        if (!(op instanceof Permute p)) {
            return false;
        }
        int rank = p.axes().size();
        for (int i = 0; i < rank - 2; i++) {
            if (p.axes().get(i) != i) {
                return false;
            }
        }
        return rank >= 2 && p.axes().get(rank - 1) == rank - 2;
    }
}
