package soma.optim;

import java.util.Optional;
import soma.Tensor;

/**
 * Stochastic gradient descent, with momentum in PyTorch's form: v = momentum v + (1 - dampening) g, which starts as g
 * itself; w = w - lr v, or w - lr (g + momentum v) with Nesterov's (Sutskever et al. 2013). Weight decay is added to
 * the gradient.
 */
public record Sgd(Schedule lr, double momentum, double dampening, boolean nesterov, double weightDecay)
        implements Optimizer<Optional<Tensor>> {

    public Sgd {
        if (nesterov && (momentum <= 0 || dampening != 0)) {
            throw new IllegalArgumentException("Sgd: Nesterov's form needs momentum above 0 and no dampening, given "
                    + momentum + " and " + dampening);
        }
    }

    public Sgd(double lr) {
        this(Schedule.constant(lr));
    }

    public Sgd(Schedule lr) {
        this(lr, 0, 0, false, 0);
    }

    /** With momentum, 0.9 as a rule. */
    public Sgd momentum(double m) {
        return new Sgd(lr, m, dampening, nesterov, weightDecay);
    }

    /** With a share of each gradient but the first kept from the momentum. */
    public Sgd dampening(double d) {
        return new Sgd(lr, momentum, d, nesterov, weightDecay);
    }

    /** In Nesterov's form. */
    public Sgd withNesterov() {
        return new Sgd(lr, momentum, dampening, true, weightDecay);
    }

    /** With weight decay. */
    public Sgd weightDecay(double d) {
        return new Sgd(lr, momentum, dampening, nesterov, d);
    }

    @Override
    public Optional<Tensor> init(Tensor w) {
        return momentum == 0 ? Optional.empty() : Optional.of(w.zerosLike());
    }

    @Override
    public Update<Optional<Tensor>> step(Iteration t, Tensor w, Tensor gradient, Optional<Tensor> state) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var v = state.map(before ->
                before.mul(momentum).add(dampening == 0 ? g : g.mul(t.at(k -> k == 1 ? 1 : 1 - dampening))));
        var move = nesterov ? g.add(v.orElse(g).mul(momentum)) : v.orElse(g);
        return new Update<>(w.sub(move.mul(t.lr(lr))), v);
    }
}
