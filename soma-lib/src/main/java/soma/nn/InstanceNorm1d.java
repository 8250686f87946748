package soma.nn;

import java.util.Optional;
import soma.Param;
import soma.Tensor;

/**
 * Normalisation of sequences, a channel of an example at a time: y = (x - mean) / sqrt(var + eps), and * weight + bias
 * with {@link #affine()}. Ulyanov et al. 2016, arXiv 1607.08022; var is the biased variance.
 * <p>x: (N, C, L) -> same shape; weight, bias: (C), none at first, as in PyTorch. Does the same in training and after.
 * {@snippet :
 * Sequential.of(new Conv1d(3, 64, 3).pad(1), new InstanceNorm1d(64).affine(), Tensor::relu);
 * }
 */
public record InstanceNorm1d(int channels, Optional<Param> weight, Optional<Param> bias, double eps) implements Layer {

    public InstanceNorm1d(int channels) {
        this(channels, Optional.empty(), Optional.empty(), 1e-5);
    }

    /** With a trained weight, 1 at first, and a trained bias, 0 at first, for each channel. */
    public InstanceNorm1d affine() {
        return new InstanceNorm1d(
                channels,
                Optional.of(Param.of(Tensor.ones(channels))),
                Optional.of(Param.of(Tensor.zeros(channels))),
                eps);
    }

    /** What is added to the variance. */
    public InstanceNorm1d eps(double changed) {
        return new InstanceNorm1d(channels, weight, bias, changed);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Normalization.instance("InstanceNorm1d", x, 3, "(N, C, L)", channels, weight, bias, eps);
    }

    @Override
    public String toString() {
        return "InstanceNorm1d(" + channels + (weight.isPresent() ? ", affine" : "") + ")";
    }
}
