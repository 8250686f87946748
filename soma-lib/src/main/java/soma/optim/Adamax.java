package soma.optim;

import soma.Tensor;

/** Adam with the infinity norm: Kingma and Ba 2015 (arXiv 1412.6980), Algorithm 2; eps where PyTorch has it. */
public record Adamax(Schedule lr, double beta1, double beta2, double eps, double weightDecay)
        implements Optimizer<Adamax.State> {

    /** Running mean of the gradient, and its decayed largest size. */
    public record State(Tensor mean, Tensor size) {}

    public Adamax(double lr) {
        this(Schedule.constant(lr));
    }

    public Adamax(Schedule lr) {
        this(lr, 0.9, 0.999, 1e-8, 0);
    }

    @Override
    public State init(Tensor w) {
        return new State(w.zerosLike(), w.zerosLike());
    }

    @Override
    public Update<State> step(Iteration t, Tensor w, Tensor gradient, State s) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var mean = s.mean().mul(beta1).add(g.mul(1 - beta1));
        var size = s.size().mul(beta2).maximum(g.abs().add(eps));
        var rate = t.at(k -> lr.at(k - 1) / (1 - Math.pow(beta1, k)));
        return new Update<>(w.sub(mean.mul(rate).div(size)), new State(mean, size));
    }
}
