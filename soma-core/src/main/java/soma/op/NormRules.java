package soma.op;

import java.util.List;
import java.util.stream.IntStream;
import soma.Tensor;

/**
 * What layer norm, RMS norm and batch norm share in their derivatives. With xhat the normalised x, r = 1 / sqrt(var +
 * eps), a = w dy and means m over the normalised axes, dx = r P(a), P(a) = a - m(a) - xhat m(a xhat); RMS norm has no
 * term m(a). P is symmetric, which makes the second derivatives short.
 */
record NormRules(Tensor xhat, Tensor r, Tensor w, int[] axes, boolean centred) {

    private Tensor mean(Tensor t) {
        return t.keepdim(v -> v.mean(axes), axes);
    }

    private Tensor project(Tensor a) {
        var rest = a.sub(xhat.mul(mean(a.mul(xhat))));
        return centred ? rest.sub(mean(a)) : rest;
    }

    /**
     * The derivatives of (dx, dw, db) with respect to x, w and dy, for cotangents g, h and k: x counts with all that
     * depends on it (its mean and r). dx/dxhat = r P and dr/dx = -r^2 xhat / n give the rest.
     */
    List<Tensor> second(Tensor dy, Tensor g, Tensor h, Tensor k) {
        var a = dy.mul(w);
        var pg = project(g).mul(r);
        var c1 = mean(g.mul(xhat));
        var c2 = mean(a.mul(xhat));
        var inner = mean(g.mul(a)).sub(c1.mul(c2));
        var s = centred ? inner.sub(mean(g).mul(mean(a))) : inner;
        var e = h.mul(dy).sub(r.mul(g.mul(c2).add(a.mul(c1))));
        var dx = r.mul(project(e)).sub(r.square().mul(xhat).mul(s));
        var ddy = w.mul(pg).add(h.mul(xhat)).add(k);
        return List.of(dx, dy.mul(pg), ddy);
    }

    /** All axes of a rank but one. */
    static int[] without(int rank, int axis) {
        return IntStream.range(0, rank).filter(a -> a != axis).toArray();
    }

    /** Whether a cotangent is the zero that the driver hands where nothing depends on a result. */
    static boolean isZero(Tensor t) {
        return switch (t.op()) {
            case Expand e -> isZero(e.x());
            case Leaf.Scalar s -> s.value() == 0;
            default -> false;
        };
    }
}
