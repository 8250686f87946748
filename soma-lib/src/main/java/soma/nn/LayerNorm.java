package soma.nn;

import soma.Param;
import soma.Tensor;

/**
 * Layer normalisation over the last axes: y = (x - mean) / sqrt(var + eps) * weight + bias. Ba, Kiros, Hinton 2016,
 * arXiv
 * 1607.06450; var is the biased variance.
 * <p>x: (..., D) -> (..., D); weight, bias: (D), or as many last axes as the weight has.
 * {@snippet :
 * new LayerNorm(64).forward(Tensor.randn(Rng.seed(1), 8, 64)).mean(-1);   // close to 0
 * }
 */
public record LayerNorm(Param weight, Param bias, double eps) implements Layer {

    public LayerNorm(int... sizes) {
        this(Param.of(Tensor.ones(sizes)), Param.of(Tensor.zeros(sizes)), 1e-5);
    }

    /** What is added to the variance. */
    public LayerNorm eps(double changed) {
        return new LayerNorm(weight, bias, changed);
    }

    @Override
    public Tensor forward(Tensor x) {
        Normalization.checkTail("LayerNorm", x, weight.shape(), weight);
        return x.layerNorm(weight.value(), bias.value(), eps);
    }

    @Override
    public String toString() {
        return "LayerNorm" + weight.shape();
    }
}
