package soma.nn;

import java.util.List;
import java.util.Optional;
import soma.Autodiff;
import soma.ShapeException;
import soma.Tensor;

/**
 * Binary cross-entropy of probabilities: -w (t ln p + (1 - t) ln (1 - p)); logarithms are cut at -100 and
 * the slopes at 1e12, as in PyTorch.
 */
public record BceLoss(Optional<Tensor> weight, Reduction reduction) implements Loss {

    public BceLoss() {
        this(Optional.empty(), Reduction.MEAN);
    }

    /** A weight for each element, broadcast. */
    public BceLoss weight(Tensor w) {
        return new BceLoss(Optional.of(w), reduction);
    }

    /** What becomes of the single losses. */
    public BceLoss reduction(Reduction r) {
        return new BceLoss(weight, r);
    }

    @Override
    public Tensor of(Tensor probability, Tensor target) {
        same("bce", probability, target);
        var losses = Autodiff.customGradient(
                pt -> likelihood(pt.get(0), pt.get(1)).neg(),
                List.of(probability, target),
                (_, dy) -> gradients(probability, target, dy));
        return reduction.of(weight.map(losses::mul).orElse(losses));
    }

    private static Tensor likelihood(Tensor p, Tensor t) {
        return t.mul(log(p)).add(t.neg().add(1).mul(log(p.neg().add(1))));
    }

    /** The slope (p - t) / (p (1 - p)) has its denominator cut at 1e-12, so that it is finite where p is 0 or 1. */
    private static List<Tensor> gradients(Tensor p, Tensor t, Tensor dy) {
        var one = p.neg().add(1);
        return List.of(dy.mul(p.sub(t)).div(p.mul(one).maximum(1e-12)), dy.mul(log(one).sub(log(p))));
    }

    private static Tensor log(Tensor x) {
        return x.log().maximum(-100);
    }

    static void same(String asker, Tensor x, Tensor target) {
        if (!x.shape().equals(target.shape()) || !target.dtype().isFloating()) {
            throw new ShapeException(
                    asker + ": prediction " + x.shape() + " and target " + target.shape() + " " + target.dtype()
                            + "; expected the same shape and a floating target. Add unsqueeze(1) to one or squeeze(1)"
                            + " to the other?");
        }
    }
}
