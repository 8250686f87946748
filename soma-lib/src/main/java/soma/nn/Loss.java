package soma.nn;

import soma.DType;
import soma.ShapeException;
import soma.Tensor;

/**
 * How wrong a prediction is. A loss is a function of prediction and target, so {@code Loss::mse} is one; those with
 * more to choose are records: {@link CrossEntropyLoss}, {@link NllLoss}, {@link BceLoss}, {@link BceWithLogitsLoss}.
 * Formulas and defaults are PyTorch's.
 */
@FunctionalInterface
public interface Loss {

    /** What becomes of the single losses. */
    enum Reduction {
        /** They stay. */
        NONE,
        /** Their mean. */
        MEAN,
        /** Their sum. */
        SUM,
        /** Their sum, divided by the size of the first axis. */
        BATCH_MEAN;

        /** Reduces these losses. */
        public Tensor of(Tensor losses) {
            return switch (this) {
                case NONE -> losses;
                case MEAN -> losses.mean();
                case SUM -> losses.sum();
                case BATCH_MEAN -> losses.sum().div(losses.rank() == 0 ? 1 : losses.size(0));
            };
        }
    }

    /** The loss of a prediction, usually one number. */
    Tensor of(Tensor prediction, Tensor target);

    // ---- classes

    /**
     * Cross-entropy of logits with integer classes (N) or with probabilities of the logits' own shape; mean over the
     * batch. Logits: (N, C), (C) or (N, C, d...) with classes (N, d...).
     */
    static Tensor crossEntropy(Tensor logits, Tensor target) {
        return new CrossEntropyLoss().of(logits, target);
    }

    /** -logp[class], for log-probabilities such as logSoftmax gives; shapes as in {@link #crossEntropy}. */
    static Tensor nll(Tensor logProbabilities, Tensor target) {
        return new NllLoss().of(logProbabilities, target);
    }

    /** Binary cross-entropy of probabilities: -t ln p - (1 - t) ln (1 - p), logarithms cut at -100. */
    static Tensor bce(Tensor probability, Tensor target) {
        return new BceLoss().of(probability, target);
    }

    /** Binary cross-entropy of logits, without overflow. */
    static Tensor bceWithLogits(Tensor logit, Tensor target) {
        return new BceWithLogitsLoss().of(logit, target);
    }

    /**
     * Mean over examples of the sum over wrong classes j of max(0, margin - x[y] + x[j])^p / C, with p 1 and margin 1.
     */
    static Tensor multiMargin(Tensor scores, Tensor target) {
        return multiMargin(scores, target, 1, 1, Reduction.MEAN);
    }

    /** {@link #multiMargin(Tensor, Tensor)} with power (1 or 2) and margin. */
    static Tensor multiMargin(Tensor scores, Tensor target, int p, double margin, Reduction reduction) {
        if (scores.rank() != 2 || target.rank() != 1 || scores.size(0) != target.size(0)) {
            throw new ShapeException("multiMargin: scores " + scores.shape() + " and target " + target.shape()
                    + ", expected (N, C) and (N)");
        }
        var index = target.to(DType.INT64).unsqueeze(1);
        var hinge = scores.sub(scores.gather(1, index)).add(margin).relu();
        var wrong = Tensor.arange(scores.size(1)).ne(index).to(scores.dtype());
        return reduction.of((p == 1 ? hinge : hinge.pow(p)).mul(wrong).mean(1));
    }

    // ---- numbers

    /** (x - t)^2, mean. */
    static Tensor mse(Tensor prediction, Tensor target) {
        return mse(prediction, target, Reduction.MEAN);
    }

    /** (x - t)^2. */
    static Tensor mse(Tensor prediction, Tensor target, Reduction reduction) {
        return reduction.of(difference("mse", prediction, target).square());
    }

    /** |x - t|, mean. */
    static Tensor l1(Tensor prediction, Tensor target) {
        return l1(prediction, target, Reduction.MEAN);
    }

    /** |x - t|. */
    static Tensor l1(Tensor prediction, Tensor target, Reduction reduction) {
        return reduction.of(difference("l1", prediction, target).abs());
    }

    /** Huber's loss with delta 1, mean: d^2 / 2 where |d| < delta, else delta (|d| - delta / 2). */
    static Tensor huber(Tensor prediction, Tensor target) {
        return huber(prediction, target, 1, Reduction.MEAN);
    }

    /** d^2 / 2 where |d| < delta, else delta (|d| - delta / 2), d = x - t. Huber 1964. */
    static Tensor huber(Tensor prediction, Tensor target, double delta, Reduction reduction) {
        var d = difference("huber", prediction, target).abs();
        // With c = min(|d|, delta) both branches are c (|d| - c / 2): no choice, and no gradient of a branch not taken.
        var c = d.minimum(delta);
        return reduction.of(c.mul(d.sub(c.mul(0.5))));
    }

    /** Smooth L1 with beta 1, mean. */
    static Tensor smoothL1(Tensor prediction, Tensor target) {
        return smoothL1(prediction, target, 1, Reduction.MEAN);
    }

    /** d^2 / (2 beta) where |d| < beta, else |d| - beta / 2; beta 0 is l1. Girshick 2015, arXiv 1504.08083. */
    static Tensor smoothL1(Tensor prediction, Tensor target, double beta, Reduction reduction) {
        return beta == 0
                ? l1(prediction, target, reduction)
                : huber(prediction, target, beta, reduction).div(beta);
    }

    /** Mean of e^x - t x: the negative log likelihood of counts t under the Poisson law with logarithmic rate x. */
    static Tensor poissonNll(Tensor logRate, Tensor target) {
        return poissonNll(logRate, target, true, false, Reduction.MEAN);
    }

    /**
     * {@link #poissonNll(Tensor, Tensor)}; the rate itself if not {@code logInput}, Stirling's term for t > 1 if {@code
     * full}.
     */
    static Tensor poissonNll(Tensor input, Tensor target, boolean logInput, boolean full, Reduction reduction) {
        same("poissonNll", input, target);
        var loss = logInput
                ? input.exp().sub(target.mul(input))
                : input.sub(target.mul(input.add(1e-8).log()));
        if (full) {
            var above = target.gt(1);
            var t = Tensor.where(above, target, 1);
            var stirling = t.mul(t.log()).sub(t).add(t.mul(2 * Math.PI).log().mul(0.5));
            loss = loss.add(Tensor.where(above, stirling, 0).to(loss.dtype()));
        }
        return reduction.of(loss);
    }

    /** Mean of (ln var + (x - t)^2 / var) / 2; var at least 1e-6, which is not differentiated. Nix, Weigend 1994. */
    static Tensor gaussianNll(Tensor mean, Tensor target, Tensor variance) {
        return gaussianNll(mean, target, variance, false, 1e-6, Reduction.MEAN);
    }

    /** {@link #gaussianNll(Tensor, Tensor, Tensor)}; with the constant ln(2 pi) / 2 if {@code full}. */
    static Tensor gaussianNll(
            Tensor mean, Tensor target, Tensor variance, boolean full, double eps, Reduction reduction) {
        same("gaussianNll", mean, target);
        // The cut changes the value only: its gradient passes as if there were none.
        var var = variance.add(variance.maximum(eps).sub(variance).stopGradient());
        if (var.rank() == mean.rank() - 1) {
            var = var.unsqueeze(-1);
        }
        var loss = var.log().add(mean.sub(target).square().div(var)).mul(0.5);
        return reduction.of(full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss);
    }

    // ---- distributions

    /**
     * Mean over all elements of t (ln t - x), x being log-probabilities; {@link Reduction#BATCH_MEAN} is the true
     * divergence.
     */
    static Tensor klDiv(Tensor logProbabilities, Tensor target) {
        return klDiv(logProbabilities, target, false, Reduction.MEAN);
    }

    /** t (ln t - x), or e^t (t - x) for a target of log-probabilities. */
    static Tensor klDiv(Tensor logProbabilities, Tensor target, boolean logTarget, Reduction reduction) {
        same("klDiv", logProbabilities, target);
        var loss = logTarget
                ? target.exp().mul(target.sub(logProbabilities))
                : target.xlogy(target).sub(target.mul(logProbabilities));
        return reduction.of(loss);
    }

    // ---- margins; targets are 1 or -1

    /** x where t is 1, max(0, margin - x) where t is -1. */
    static Tensor hingeEmbedding(Tensor x, Tensor target, double margin, Reduction reduction) {
        same("hingeEmbedding", x, target);
        return reduction.of(Tensor.where(target.eq(1), x, x.neg().add(margin).relu()));
    }

    /** {@link #hingeEmbedding(Tensor, Tensor, double, Reduction)} with margin 1, mean. */
    static Tensor hingeEmbedding(Tensor x, Tensor target) {
        return hingeEmbedding(x, target, 1, Reduction.MEAN);
    }

    /** ln(1 + e^(-t x)), mean. */
    static Tensor softMargin(Tensor x, Tensor target) {
        return softMargin(x, target, Reduction.MEAN);
    }

    /** ln(1 + e^(-t x)). */
    static Tensor softMargin(Tensor x, Tensor target, Reduction reduction) {
        same("softMargin", x, target);
        return reduction.of(x.mul(target).neg().softplus());
    }

    /** max(0, margin - t (a - b)): a should rank above b where t is 1. */
    static Tensor marginRanking(Tensor a, Tensor b, Tensor target, double margin, Reduction reduction) {
        return reduction.of(target.neg().mul(a.sub(b)).add(margin).relu());
    }

    /** 1 - cos(a, b) where t is 1, max(0, cos(a, b) - margin) where it is -1; a, b: (N, D) or (D). */
    static Tensor cosineEmbedding(Tensor a, Tensor b, Tensor target, double margin, Reduction reduction) {
        // PyTorch adds eps to the squared lengths here, not to their product.
        double eps = 1e-12;
        var lengths =
                a.square().sum(-1).add(eps).mul(b.square().sum(-1).add(eps)).sqrt();
        var cos = a.mul(b).sum(-1).div(lengths);
        return reduction.of(
                Tensor.where(target.eq(1), cos.neg().add(1), cos.sub(margin).relu()));
    }

    /** max(0, |a - p| - |a - n| + margin) with margin 1 and Euclidean distance, mean. */
    static Tensor tripletMargin(Tensor anchor, Tensor positive, Tensor negative) {
        return tripletMargin(anchor, positive, negative, 1, 2, false, Reduction.MEAN);
    }

    /**
     * max(0, |a - p| - |a - n| + margin) in the p-norm; with {@code swap} the negative's distance is the smaller of
     * those to anchor and positive. Balntas et al. 2016.
     */
    static Tensor tripletMargin(
            Tensor anchor,
            Tensor positive,
            Tensor negative,
            double margin,
            double p,
            boolean swap,
            Reduction reduction) {
        var near = distance(anchor, positive, p);
        var far = distance(anchor, negative, p);
        if (swap) {
            far = far.minimum(distance(positive, negative, p));
        }
        return reduction.of(near.sub(far).add(margin).relu());
    }

    /** PyTorch's pairwise_distance: eps is added to each difference. */
    private static Tensor distance(Tensor a, Tensor b, double p) {
        return a.sub(b).add(1e-6).norm(p, -1);
    }

    private static Tensor difference(String asker, Tensor prediction, Tensor target) {
        same(asker, prediction, target);
        return prediction.sub(target);
    }

    /**
     * Losses do not broadcast: a target of (N) against a prediction of (N, 1) would silently compare everything with
     * everything.
     */
    private static void same(String asker, Tensor prediction, Tensor target) {
        if (!prediction.shape().equals(target.shape())) {
            throw new ShapeException(asker + ": prediction " + prediction.shape() + " and target " + target.shape()
                    + " differ; both must have the same shape. Add unsqueeze(1) to one or squeeze(1) to the other?");
        }
    }
}
