package soma.nn;

import java.util.Optional;
import soma.DType;
import soma.DTypeException;
import soma.ShapeException;
import soma.Tensor;

/**
 * -weight[class] logp[class]. Log-probabilities: (N, C), (C) or (N, C, d...) with integer classes (N), (), (N, d...).
 * The mean is weighted; classes equal to {@code ignoreIndex} (-100, as in PyTorch) count for nothing.
 */
public record NllLoss(Optional<Tensor> weight, long ignoreIndex, Reduction reduction) implements Loss {

    public NllLoss() {
        this(Optional.empty(), -100, Reduction.MEAN);
    }

    /** A weight for each class: (C). */
    public NllLoss weight(Tensor classes) {
        return new NllLoss(Optional.of(classes), ignoreIndex, reduction);
    }

    /** The class that counts for nothing. */
    public NllLoss ignoreIndex(long index) {
        return new NllLoss(weight, index, reduction);
    }

    /** What becomes of the single losses. */
    public NllLoss reduction(Reduction r) {
        return new NllLoss(weight, ignoreIndex, r);
    }

    @Override
    public Tensor of(Tensor logProbabilities, Tensor target) {
        var rows = rows("nll", logProbabilities, target);
        var classes = classes("nll", target);
        var kept = classes.ne(ignoreIndex);
        var index = Tensor.where(kept, classes, classes.zerosLike());
        var picked = rows.gather(1, index.unsqueeze(1)).squeeze(1).neg();
        var w = weights(rows, index, kept);
        var losses = Tensor.where(kept, picked.mul(w), 0);
        return reduce(losses, w, target);
    }

    /** For each row the weight of its class, 0 where ignored. */
    Tensor weights(Tensor rows, Tensor index, Tensor kept) {
        var mask = kept.to(rows.dtype());
        return weight.map(w -> checked("loss", w, rows.size(1))
                        .to(rows.dtype())
                        .take(0, index)
                        .mul(mask))
                .orElse(mask);
    }

    Tensor reduce(Tensor losses, Tensor weights, Tensor target) {
        return switch (reduction) {
            case NONE -> losses.reshape(target.shape());
            case MEAN -> losses.sum().div(weights.sum());
            case SUM -> losses.sum();
            case BATCH_MEAN -> losses.sum().div(losses.size(0));
        };
    }

    static Tensor checked(String asker, Tensor weight, int classes) {
        if (weight.rank() != 1 || weight.size(0) != classes) {
            throw new ShapeException(asker + ": class weights of shape " + weight.shape() + " for " + classes
                    + " classes, expected (" + classes + ")");
        }
        return weight;
    }

    /** Scores as a matrix (rows, C), the classes being axis 1, or the only one. */
    static Tensor rows(String asker, Tensor scores, Tensor target) {
        boolean fits = scores.rank() >= 1 && scores.rank() == target.rank() + 1;
        if (fits && scores.rank() > 1) {
            fits = scores.shape().without(1).equals(target.shape());
        }
        if (!fits) {
            throw new ShapeException(asker + ": prediction " + scores.shape() + " and target " + target.shape()
                    + ", expected (N, C) and integer classes (N), or (N, C, d...) and (N, d...)");
        }
        return flat(scores);
    }

    static Tensor flat(Tensor scores) {
        if (scores.rank() == 1) {
            return scores.unsqueeze(0);
        }
        return scores.rank() == 2 ? scores : scores.moveAxis(1, -1).flatten(0, -2);
    }

    static Tensor classes(String asker, Tensor target) {
        if (!target.dtype().isInteger()) {
            throw new DTypeException(asker + ": target is " + target.dtype()
                    + ", expected integer classes; convert it with to(DType.INT64)");
        }
        return target.to(DType.INT64).flatten();
    }
}
