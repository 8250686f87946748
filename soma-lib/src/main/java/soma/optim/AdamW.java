package soma.optim;

import soma.Tensor;

/**
 * Adam with decoupled weight decay: w shrinks by lr weightDecay before each step. Loshchilov, Hutter 2019, arXiv
 * 1711.05101.
 */
public record AdamW(Schedule lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
        implements Optimizer<Moments> {

    public AdamW(double lr) {
        this(Schedule.constant(lr));
    }

    public AdamW(Schedule lr) {
        this(lr, 0.9, 0.999, 1e-8, 0.01, false);
    }

    /** With other decay rates of the two means. */
    public AdamW betas(double first, double second) {
        return new AdamW(lr, first, second, eps, weightDecay, amsgrad);
    }

    /** What is added to the denominator. */
    public AdamW eps(double e) {
        return new AdamW(lr, beta1, beta2, e, weightDecay, amsgrad);
    }

    /** With another weight decay than 0.01. */
    public AdamW weightDecay(double d) {
        return new AdamW(lr, beta1, beta2, eps, d, amsgrad);
    }

    /** With AMSGrad. */
    public AdamW withAmsgrad() {
        return new AdamW(lr, beta1, beta2, eps, weightDecay, true);
    }

    private Adam adam() {
        return new Adam(lr, beta1, beta2, eps, 0, amsgrad);
    }

    @Override
    public Moments init(Tensor w) {
        return adam().init(w);
    }

    @Override
    public Update<Moments> step(Iteration t, Tensor w, Tensor g, Moments s) {
        return adam().step(t, w.mul(t.at(k -> 1 - lr.at(k - 1) * weightDecay)), g, s);
    }
}
