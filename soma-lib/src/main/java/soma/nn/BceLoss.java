package soma.nn;

import java.util.Optional;
import soma.ShapeException;
import soma.Tensor;

/** Binary cross-entropy of probabilities: -w (t ln p + (1 - t) ln (1 - p)); logarithms are cut at -100, as in PyTorch. */
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
        var one = probability.neg().add(1);
        var losses = probability.log().maximum(-100).mul(target)
                .add(one.log().maximum(-100).mul(target.neg().add(1)))
                .neg();
        return reduction.of(weight.map(losses::mul).orElse(losses));
    }

    static void same(String asker, Tensor x, Tensor target) {
        if (!x.shape().equals(target.shape()) || !target.dtype().isFloating()) {
            throw new ShapeException(asker + ": prediction " + x.shape() + " and target " + target.shape() + " " + target.dtype()
                    + "; expected the same shape and a floating target. Add unsqueeze(1) to one or squeeze(1) to the other?");
        }
    }
}
