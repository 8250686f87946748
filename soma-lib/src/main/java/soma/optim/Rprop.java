package soma.optim;

import soma.Tensor;

/**
 * Resilient backpropagation, for whole-batch gradients: each number has its own step, which grows while its gradient
 * keeps its sign and shrinks when that turns. Riedmiller, Braun 1993. The learning rate at step 0 is the first step's
 * size.
 */
public record Rprop(Schedule lr, double etaMinus, double etaPlus, double smallest, double largest)
        implements Optimizer<Rprop.State> {

    /** The gradient before, 0 where its sign turned, and the steps' sizes. */
    public record State(Tensor gradient, Tensor size) {}

    public Rprop(double lr) {
        this(Schedule.constant(lr), 0.5, 1.2, 1e-6, 50);
    }

    @Override
    public State init(Tensor w) {
        return new State(w.zerosLike(), w.zerosLike().add(lr.at(0)));
    }

    @Override
    public Update<State> step(Iteration t, Tensor w, Tensor g, State s) {
        var agreement = g.mul(s.gradient());
        var turned = agreement.lt(0);
        var factor = Tensor.where(turned, etaMinus, Tensor.where(agreement.gt(0), etaPlus, w.onesLike()));
        var size = s.size().mul(factor).clamp(smallest, largest);
        var kept = Tensor.where(turned, 0, g);
        return new Update<>(w.sub(kept.sign().mul(size)), new State(kept, size));
    }
}
