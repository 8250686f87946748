package soma.optim;

import java.util.Optional;
import soma.Tensor;

/**
 * RMSProp: the gradient divided by the root of its running mean square. Tieleman, Hinton 2012; centred by the running
 * mean as in Graves 2013 (arXiv 1308.0850), with momentum after the division, as in PyTorch.
 */
public record RmsProp(Schedule lr, double alpha, double eps, double momentum, boolean centered, double weightDecay)
        implements Optimizer<RmsProp.State> {

    /** Running means of the square and, where asked for, of the gradient; the momentum. */
    public record State(Tensor square, Optional<Tensor> mean, Optional<Tensor> velocity) {}

    public RmsProp(double lr) {
        this(Schedule.constant(lr));
    }

    public RmsProp(Schedule lr) {
        this(lr, 0.99, 1e-8, 0, false, 0);
    }

    /** With another decay rate of the mean square. */
    public RmsProp alpha(double a) {
        return new RmsProp(lr, a, eps, momentum, centered, weightDecay);
    }

    /** What is added to the denominator. */
    public RmsProp eps(double e) {
        return new RmsProp(lr, alpha, e, momentum, centered, weightDecay);
    }

    /** With momentum. */
    public RmsProp momentum(double m) {
        return new RmsProp(lr, alpha, eps, m, centered, weightDecay);
    }

    /** With the mean square about the mean, the variance. */
    public RmsProp withCentering() {
        return new RmsProp(lr, alpha, eps, momentum, true, weightDecay);
    }

    @Override
    public State init(Tensor w) {
        return new State(
                w.zerosLike(),
                centered ? Optional.of(w.zerosLike()) : Optional.empty(),
                momentum == 0 ? Optional.empty() : Optional.of(w.zerosLike()));
    }

    @Override
    public Update<State> step(Iteration t, Tensor w, Tensor gradient, State s) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var square = s.square().mul(alpha).add(g.square().mul(1 - alpha));
        var mean = s.mean().map(m -> m.mul(alpha).add(g.mul(1 - alpha)));
        var variance = mean.map(m -> square.sub(m.square())).orElse(square);
        var scaled = g.div(variance.sqrt().add(eps));
        var velocity = s.velocity().map(v -> v.mul(momentum).add(scaled));
        var next = w.sub(velocity.orElse(scaled).mul(t.lr(lr)));
        return new Update<>(next, new State(square, mean, velocity));
    }
}
