package soma.nn;

import java.util.Optional;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * Cross-entropy of logits with the softmax inside, so that nothing overflows.
 * <p>Logits: (N, C), (C) or (N, C, d...). Target: integer classes (N), () or (N, d...), or probabilities of the logits'
 * shape. Label smoothing e mixes the target with e/C of each class (Szegedy et al. 2015, arXiv 1512.00567). The mean
 * over classes is weighted by the class weights, as in PyTorch.
 * {@snippet :
 * var loss = new CrossEntropyLoss().labelSmoothing(0.1).ignoreIndex(0);
 * }
 */
public record CrossEntropyLoss(Optional<Tensor> weight, double labelSmoothing, long ignoreIndex, Reduction reduction)
        implements Loss {

    public CrossEntropyLoss() {
        this(Optional.empty(), 0, -100, Reduction.MEAN);
    }

    public CrossEntropyLoss {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException(
                    "crossEntropy: label smoothing " + labelSmoothing + ", expected a number from 0 to 1");
        }
    }

    /** A weight for each class: (C). */
    public CrossEntropyLoss weight(Tensor classes) {
        return new CrossEntropyLoss(Optional.of(classes), labelSmoothing, ignoreIndex, reduction);
    }

    /** How much of the target is spread over all classes. */
    public CrossEntropyLoss labelSmoothing(double share) {
        return new CrossEntropyLoss(weight, share, ignoreIndex, reduction);
    }

    /** The class that counts for nothing. */
    public CrossEntropyLoss ignoreIndex(long index) {
        return new CrossEntropyLoss(weight, labelSmoothing, index, reduction);
    }

    /** What becomes of the single losses. */
    public CrossEntropyLoss reduction(Reduction r) {
        return new CrossEntropyLoss(weight, labelSmoothing, ignoreIndex, r);
    }

    @Override
    public Tensor of(Tensor logits, Tensor target) {
        if (target.dtype().isFloating()) {
            return ofProbabilities(logits, target);
        }
        var rows = NllLoss.rows("crossEntropy", logits, target);
        var classes = NllLoss.classes("crossEntropy", target);
        var losses = rows.crossEntropyRows(classes, ignoreIndex);
        var kept = classes.ne(ignoreIndex);
        if (weight.isEmpty() && labelSmoothing == 0) {
            return new NllLoss(weight, ignoreIndex, reduction).reduce(losses, kept.to(rows.dtype()), target);
        }
        var nll = new NllLoss(weight, ignoreIndex, reduction);
        var w = nll.weights(rows, Tensor.where(kept, classes, classes.zerosLike()), kept);
        losses = losses.mul(w);
        if (labelSmoothing > 0) {
            int c = rows.size(1);
            var logp = rows.logSoftmax(-1);
            var all = weight.map(v -> logp.mul(v.to(logp.dtype())))
                    .orElse(logp)
                    .sum(-1)
                    .neg();
            losses = losses.mul(1 - labelSmoothing)
                    .add(Tensor.where(kept, all, 0).mul(labelSmoothing / c));
        }
        return nll.reduce(losses, w, target);
    }

    private Tensor ofProbabilities(Tensor logits, Tensor target) {
        if (!logits.shape().equals(target.shape()) || logits.rank() == 0) {
            throw new ShapeException("crossEntropy: prediction " + logits.shape() + " and target " + target.shape()
                    + " of class probabilities differ; a floating target must have the prediction's shape."
                    + " Integer classes must be of an integer dtype");
        }
        var rows = NllLoss.flat(logits);
        int c = rows.size(1);
        var t = NllLoss.flat(target).to(rows.dtype());
        if (labelSmoothing > 0) {
            t = t.mul(1 - labelSmoothing).add(labelSmoothing / c);
        }
        var logp = rows.logSoftmax(-1);
        var weighted = weight.map(
                        w -> logp.mul(NllLoss.checked("crossEntropy", w, c).to(logp.dtype())))
                .orElse(logp);
        var losses = weighted.mul(t).sum(-1).neg();
        return switch (reduction) {
            case NONE ->
                losses.reshape(
                        logits.rank() == 1 ? Shape.SCALAR : logits.shape().without(1));
            case MEAN, SUM, BATCH_MEAN -> reduction.of(losses);
        };
    }
}
