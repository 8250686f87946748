package soma.nn;

import soma.Param;
import soma.Tensor;

/**
 * Batch normalisation of images: y = (x - mean) / sqrt(var + eps) * weight + bias, a channel at a time. Ioffe, Szegedy
 * 2015, arXiv 1502.03167.
 * <p>x: (N, C, H, W), same shape out; weight, bias, runningMean, runningVar: (C). In training mean and (biased)
 * variance are the batch's, and the running statistics move by {@code momentum} (0.1, PyTorch's sense) towards the
 * batch's mean and unbiased variance; otherwise the running statistics are used.
 * {@snippet :
 * Sequential.of(new Conv2d(3, 64, 3).pad(1).withoutBias(), new BatchNorm2d(64), Tensor::relu);
 * }
 */
public record BatchNorm2d(Param weight, Param bias, Param runningMean, Param runningVar, double momentum, double eps)
        implements Layer {

    public BatchNorm2d(int channels) {
        this(
                Param.of(Tensor.ones(channels)),
                Param.of(Tensor.zeros(channels)),
                Param.state(Tensor.zeros(channels)),
                Param.state(Tensor.ones(channels)),
                0.1,
                1e-5);
    }

    /** How far the running statistics move towards each batch's. */
    public BatchNorm2d momentum(double changed) {
        return new BatchNorm2d(weight, bias, runningMean, runningVar, changed, eps);
    }

    /** What is added to the variance. */
    public BatchNorm2d eps(double changed) {
        return new BatchNorm2d(weight, bias, runningMean, runningVar, momentum, changed);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Normalization.batch("BatchNorm2d", x, 4, 4, weight, bias, runningMean, runningVar, momentum, eps);
    }

    @Override
    public String toString() {
        return "BatchNorm2d(" + weight.shape().size() + ")";
    }
}
