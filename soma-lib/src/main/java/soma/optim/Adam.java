package soma.optim;

import java.util.Optional;
import soma.Tensor;

/**
 * Adam, Kingma and Ba 2015 (arXiv 1412.6980), Algorithm 1. With AMSGrad the largest second moment so far is used (Reddi
 * et al. 2018, arXiv 1904.09237). Weight decay is added to the gradient; {@link AdamW} has the decoupled form.
 */
public record Adam(Schedule lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
        implements Optimizer<Moments> {

    public Adam(double lr) {
        this(Schedule.constant(lr));
    }

    public Adam(Schedule lr) {
        this(lr, 0.9, 0.999, 1e-8, 0, false);
    }

    /** With other decay rates of the two means. */
    public Adam betas(double first, double second) {
        return new Adam(lr, first, second, eps, weightDecay, amsgrad);
    }

    /** What is added to the denominator. */
    public Adam eps(double e) {
        return new Adam(lr, beta1, beta2, e, weightDecay, amsgrad);
    }

    /** With weight decay. */
    public Adam weightDecay(double d) {
        return new Adam(lr, beta1, beta2, eps, d, amsgrad);
    }

    /** With AMSGrad. */
    public Adam withAmsgrad() {
        return new Adam(lr, beta1, beta2, eps, weightDecay, true);
    }

    @Override
    public Moments init(Tensor w) {
        return new Moments(w.zerosLike(), w.zerosLike(), amsgrad ? Optional.of(w.zerosLike()) : Optional.empty());
    }

    @Override
    public Update<Moments> step(Iteration t, Tensor w, Tensor gradient, Moments s) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var next = s.toward(g, beta1, beta2);
        var largest = s.largest().map(next.square()::maximum);
        var v = largest.orElse(next.square());
        // w - lr mHat / (sqrt(vHat) + eps), the two bias corrections drawn into one factor each.
        var rate = t.at(k -> lr.at(k - 1) / (1 - Math.pow(beta1, k)));
        var root = t.at(k -> 1 / Math.sqrt(1 - Math.pow(beta2, k)));
        var move = next.mean().mul(rate).div(v.sqrt().mul(root).add(eps));
        return new Update<>(w.sub(move), new Moments(next.mean(), next.square(), largest));
    }
}
