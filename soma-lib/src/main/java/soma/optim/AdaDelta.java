package soma.optim;

import soma.Tensor;

/**
 * Steps in the parameter's own units: running sizes of gradients and of steps. Zeiler 2012, arXiv 1212.5701, Algorithm
 * 1.
 */
public record AdaDelta(Schedule lr, double rho, double eps, double weightDecay) implements Optimizer<AdaDelta.State> {

    /** Running mean squares of gradients and of steps. */
    public record State(Tensor gradient, Tensor step) {}

    public AdaDelta(double lr) {
        this(Schedule.constant(lr));
    }

    public AdaDelta(Schedule lr) {
        this(lr, 0.9, 1e-6, 0);
    }

    @Override
    public State init(Tensor w) {
        return new State(w.zerosLike(), w.zerosLike());
    }

    @Override
    public Update<State> step(Iteration t, Tensor w, Tensor gradient, State s) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var square = s.gradient().mul(rho).add(g.square().mul(1 - rho));
        var move = s.step().add(eps).sqrt().div(square.add(eps).sqrt()).mul(g);
        var steps = s.step().mul(rho).add(move.square().mul(1 - rho));
        return new Update<>(w.sub(move.mul(t.lr(lr))), new State(square, steps));
    }
}
