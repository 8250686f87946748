package soma.nn;

import soma.Param;
import soma.Tensor;

/**
 * Division by the root of the mean square over the last axes: y = x / sqrt(mean x^2 + eps) * weight. Zhang, Sennrich
 * 2019, arXiv 1910.07467.
 * <p>x: (..., D) -> (..., D); weight: (D), or as many last axes as the weight has. eps is 1.19e-7, the distance from 1
 * to the next float32, for every dtype; PyTorch takes that of the input's dtype.
 * {@snippet :
 * new RmsNorm(64).forward(Tensor.randn(Rng.seed(1), 8, 64)).square().mean(-1);   // close to 1
 * }
 */
public record RmsNorm(Param weight, double eps) implements Layer {

    public RmsNorm(int... sizes) {
        this(Param.of(Tensor.ones(sizes)), Math.ulp(1f));
    }

    /** What is added to the mean square. */
    public RmsNorm eps(double changed) {
        return new RmsNorm(weight, changed);
    }

    @Override
    public Tensor forward(Tensor x) {
        Normalization.checkTail("RmsNorm", x, weight.shape(), weight);
        return x.rmsNorm(weight.value(), eps);
    }

    @Override
    public String toString() {
        return "RmsNorm" + weight.shape();
    }
}
