package soma.nn;

import soma.Param;
import soma.Tensor;

/**
 * Batch normalisation of features or of sequences; see {@link BatchNorm2d} for formula and defaults.
 * <p>x: (N, C) or (N, C, L), same shape out; weight, bias, runningMean, runningVar: (C).
 */
public record BatchNorm1d(Param weight, Param bias, Param runningMean, Param runningVar, double momentum, double eps)
        implements Layer {

    public BatchNorm1d(int channels) {
        this(
                Param.of(Tensor.ones(channels)),
                Param.of(Tensor.zeros(channels)),
                Param.state(Tensor.zeros(channels)),
                Param.state(Tensor.ones(channels)),
                0.1,
                1e-5);
    }

    /** How far the running statistics move towards each batch's. */
    public BatchNorm1d momentum(double changed) {
        return new BatchNorm1d(weight, bias, runningMean, runningVar, changed, eps);
    }

    /** What is added to the variance. */
    public BatchNorm1d eps(double changed) {
        return new BatchNorm1d(weight, bias, runningMean, runningVar, momentum, changed);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Normalization.batch("BatchNorm1d", x, 2, 3, weight, bias, runningMean, runningVar, momentum, eps);
    }

    @Override
    public String toString() {
        return "BatchNorm1d(" + weight.shape().size() + ")";
    }
}
