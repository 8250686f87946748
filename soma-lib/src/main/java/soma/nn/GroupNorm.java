package soma.nn;

import soma.Param;
import soma.ShapeException;
import soma.Tensor;

/**
 * Normalisation of groups of channels, in each example by itself: y = (x - mean) / sqrt(var + eps) * weight + bias. Wu,
 * He 2018, arXiv 1803.08494; var is the biased variance.
 * <p>x: (N, C, ...) -> same shape; weight, bias: (C). Does the same in training and after.
 * {@snippet :
 * Sequential.of(new Conv2d(3, 64, 3).pad(1), new GroupNorm(8, 64), Tensor::relu);
 * }
 */
public record GroupNorm(int groups, Param weight, Param bias, double eps) implements Layer {

    public GroupNorm {
        int channels = weight.shape().size();
        if (groups < 1 || channels % groups != 0) {
            throw new ShapeException("GroupNorm: " + channels + " channels do not divide into " + groups
                    + " groups; choose a number of groups that divides the channels");
        }
    }

    public GroupNorm(int groups, int channels) {
        this(groups, Param.of(Tensor.ones(channels)), Param.of(Tensor.zeros(channels)), 1e-5);
    }

    /** What is added to the variance. */
    public GroupNorm eps(double changed) {
        return new GroupNorm(groups, weight, bias, changed);
    }

    @Override
    public Tensor forward(Tensor x) {
        Normalization.checkChannels(
                ParamTree.name("GroupNorm", weight), x, 2, weight.shape().size(), "(N, C, ...)");
        return x.groupNorm(groups, weight.value(), bias.value(), eps);
    }

    @Override
    public String toString() {
        return "GroupNorm(" + groups + ", " + weight.shape().size() + ")";
    }
}
