package soma.optim;

import soma.Tensor;

/** The gradient divided by the root of the sum of all its squares. Duchi, Hazan, Singer 2011. State: that sum. */
public record AdaGrad(Schedule lr, double lrDecay, double initialSum, double eps, double weightDecay)
        implements Optimizer<Tensor> {

    public AdaGrad(double lr) {
        this(Schedule.constant(lr));
    }

    public AdaGrad(Schedule lr) {
        this(lr, 0, 0, 1e-10, 0);
    }

    @Override
    public Tensor init(Tensor w) {
        return w.zerosLike().add(initialSum);
    }

    @Override
    public Update<Tensor> step(Iteration t, Tensor w, Tensor gradient, Tensor before) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var sum = before.add(g.square());
        var rate = t.at(k -> lr.at(k - 1) / (1 + (k - 1) * lrDecay));
        return new Update<>(w.sub(g.mul(rate).div(sum.sqrt().add(eps))), sum);
    }
}
