package soma.optim;

import soma.Tensor;

/** Adam with Nesterov's momentum. Dozat 2016; the momentum's warm-up is PyTorch's. */
public record NAdam(Schedule lr, double beta1, double beta2, double eps, double weightDecay, double momentumDecay)
        implements Optimizer<NAdam.State> {

    /** The two moments, and the product of all momenta so far. */
    public record State(Moments moments, Tensor product) {}

    public NAdam(double lr) {
        this(Schedule.constant(lr));
    }

    public NAdam(Schedule lr) {
        this(lr, 0.9, 0.999, 1e-8, 0, 4e-3);
    }

    private double momentum(int k) {
        return beta1 * (1 - 0.5 * Math.pow(0.96, k * momentumDecay));
    }

    @Override
    public State init(Tensor w) {
        return new State(Moments.zeros(w), Tensor.scalar(1, w.dtype()));
    }

    @Override
    public Update<State> step(Iteration t, Tensor w, Tensor gradient, State s) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var next = s.moments().toward(g, beta1, beta2);
        var product = s.product().mul(t.at(this::momentum));
        var ahead = t.at(k -> momentum(k + 1));
        var root = t.at(k -> 1 / Math.sqrt(1 - Math.pow(beta2, k)));
        var mean = g.mul(t.at(k -> 1 - momentum(k)).div(product.neg().add(1)))
                .add(next.mean().mul(ahead.div(product.mul(ahead).neg().add(1))));
        var move = mean.mul(t.lr(lr)).div(next.square().sqrt().mul(root).add(eps));
        return new Update<>(w.sub(move), new State(next, product));
    }
}
