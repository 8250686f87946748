package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Fold;

/** y = the product along axes. */
public record Prod(Tensor x, List<Integer> axes) implements Reduction {

    @Override
    public Fold fold() {
        return Fold.PROD;
    }

    /**
     * The product of all the others, which must not divide by x since x may be 0: products from the left times products from the
     * right, by doubling (Hillis and Steele 1986), so that every derivative of it stays exact too.
     */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        int rank = x.rank();
        int folded = axes.size();
        var order = new int[rank];
        int at = 0;
        for (int i = 0; i < rank; i++) {
            if (!axes.contains(i)) {
                order[at++] = i;
            }
        }
        for (int a : axes) {
            order[at++] = a;
        }
        var moved = x.permute(order);
        var flat = moved.flatten(rank - folded, rank - 1);
        var others = before(flat).mul(before(flat.flip(-1)).flip(-1));
        var back = new int[rank];
        for (int i = 0; i < rank; i++) {
            back[order[i]] = i;
        }
        return List.of(dy.expand(y.shape())
                .unsqueeze(-1)
                .mul(others)
                .reshape(moved.shape())
                .permute(back));
    }

    /** Along the last axis, the product of all elements before each. */
    private static Tensor before(Tensor x) {
        int n = x.size(-1);
        var p = shift(x, 1);
        for (int step = 1; step < n; step *= 2) {
            p = p.mul(shift(p, step));
        }
        return p;
    }

    private static Tensor shift(Tensor x, int by) {
        int n = x.size(-1);
        if (by >= n) {
            return x.mul(0).add(1);
        }
        var ones = Tensor.ones(x.dtype(), x.shape().with(-1, by));
        return Tensor.cat(-1, ones, x.slice(-1, 0, n - by));
    }
}
