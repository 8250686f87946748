package soma.optim;

import soma.Tensor;

/**
 * Rectified Adam: plain momentum until enough gradients were seen to trust their variance. Liu et al. 2020, arXiv
 * 1908.03265, Algorithm 2.
 */
public record RAdam(Schedule lr, double beta1, double beta2, double eps, double weightDecay)
        implements Optimizer<Moments> {

    public RAdam(double lr) {
        this(Schedule.constant(lr));
    }

    public RAdam(Schedule lr) {
        this(lr, 0.9, 0.999, 1e-8, 0);
    }

    /** The rectification times the bias correction, 0 while the variance is not to be trusted. */
    private double rectified(int k) {
        double most = 2 / (1 - beta2) - 1;
        double power = Math.pow(beta2, k);
        double length = most - 2 * k * power / (1 - power);
        return length <= 5
                ? 0
                : Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length) * (1 - power));
    }

    @Override
    public Moments init(Tensor w) {
        return Moments.zeros(w);
    }

    @Override
    public Update<Moments> step(Iteration t, Tensor w, Tensor gradient, Moments s) {
        var g = weightDecay == 0 ? gradient : gradient.add(w.mul(weightDecay));
        var next = s.toward(g, beta1, beta2);
        var rate = t.at(k -> lr.at(k - 1) / (1 - Math.pow(beta1, k)));
        // One of the two terms is 0.
        var factor = t.at(this::rectified).div(next.square().sqrt().add(eps)).add(t.at(k -> rectified(k) == 0 ? 1 : 0));
        return new Update<>(w.sub(next.mean().mul(rate).mul(factor)), next);
    }
}
