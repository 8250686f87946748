package soma.nn;

import java.util.Optional;
import soma.Tensor;

/**
 * Binary cross-entropy of logits, without overflow: w (p t softplus(-x) + (1 - t) softplus(x)), p weighing the positive
 * examples.
 */
public record BceWithLogitsLoss(Optional<Tensor> weight, Optional<Tensor> posWeight, Reduction reduction)
        implements Loss {

    public BceWithLogitsLoss() {
        this(Optional.empty(), Optional.empty(), Reduction.MEAN);
    }

    /** A weight for each element, broadcast. */
    public BceWithLogitsLoss weight(Tensor w) {
        return new BceWithLogitsLoss(Optional.of(w), posWeight, reduction);
    }

    /** A weight for the positive examples, broadcast over the last axes. */
    public BceWithLogitsLoss posWeight(Tensor w) {
        return new BceWithLogitsLoss(weight, Optional.of(w), reduction);
    }

    /** What becomes of the single losses. */
    public BceWithLogitsLoss reduction(Reduction r) {
        return new BceWithLogitsLoss(weight, posWeight, r);
    }

    @Override
    public Tensor of(Tensor logit, Tensor target) {
        BceLoss.same("bceWithLogits", logit, target);
        var missed = logit.logSigmoid().neg();
        // ln(1 + e^x) = x + ln(1 + e^-x): one transcendental function for both terms.
        var positive = posWeight.map(p -> target.mul(p)).orElse(target);
        var negative = target.neg().add(1);
        var losses = missed.mul(positive.add(negative)).add(logit.mul(negative));
        return reduction.of(weight.map(losses::mul).orElse(losses));
    }
}
