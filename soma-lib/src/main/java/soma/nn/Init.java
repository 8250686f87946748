package soma.nn;

import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/** A law for the first numbers of a parameter. */
@FunctionalInterface
public interface Init {

    /** Which of a weight's sizes its deviation is fitted to: what goes in, or (for gradients) what comes out. */
    enum Fan {
        IN,
        OUT
    }

    /** The function that follows a weight. */
    enum Nonlinearity {
        LINEAR,
        SIGMOID,
        TANH,
        RELU,
        LEAKY_RELU,
        SELU
    }

    /** A float32 sample. */
    Tensor draw(Rng rng, Shape shape);

    /** By how much a nonlinearity shrinks what passes it, as PyTorch's calculate_gain. */
    static double gain(Nonlinearity f) {
        return gain(f, 0.01);
    }

    /** {@link #gain(Nonlinearity)} with the negative slope of a leaky relu. */
    static double gain(Nonlinearity f, double slope) {
        return switch (f) {
            case LINEAR, SIGMOID -> 1;
            case TANH -> 5.0 / 3;
            case RELU -> Math.sqrt(2);
            case LEAKY_RELU -> Math.sqrt(2 / (1 + slope * slope));
            case SELU -> 0.75;
        };
    }

    /** How many inputs one output of a weight (out, in, kernel...) sees. */
    static int fanIn(Shape weight) {
        return fan(weight, 1);
    }

    /** How many outputs one input of a weight (out, in, kernel...) reaches. */
    static int fanOut(Shape weight) {
        return fan(weight, 0);
    }

    private static int fan(Shape weight, int axis) {
        if (weight.rank() < 2) {
            throw new ShapeException("init: shape " + weight
                    + " has no fan-in and fan-out, which takes two axes or more;" + " use normal, uniform or constant");
        }
        return weight.dim(axis) * weight.product(2, weight.rank());
    }

    private static int fan(Shape weight, Fan fan) {
        return fan == Fan.IN ? fanIn(weight) : fanOut(weight);
    }

    /** All equal to {@code value}. */
    static Init constant(double value) {
        return (rng, shape) -> Tensor.full(DType.FLOAT32, shape, value);
    }

    /** Zeros. */
    static Init zeros() {
        return constant(0);
    }

    /** Ones. */
    static Init ones() {
        return constant(1);
    }

    /** Uniform in [low, high). */
    static Init uniform(double low, double high) {
        return (rng, shape) -> rng.uniform(low, high, DType.FLOAT32, shape);
    }

    /** Normal. */
    static Init normal(double mean, double std) {
        return (rng, shape) -> rng.normal(mean, std, DType.FLOAT32, shape);
    }

    /** Normal, cut to [low, high]. */
    static Init truncNormal(double mean, double std, double low, double high) {
        return (rng, shape) ->
                rng.truncatedNormal(mean, std, (low - mean) / std, (high - mean) / std, DType.FLOAT32, shape);
    }

    /** Uniform with deviation gain sqrt(2 / (fan in + fan out)). Glorot, Bengio 2010. */
    static Init xavierUniform(double gain) {
        return (rng, shape) -> symmetric(gain * Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape))))
                .draw(rng, shape);
    }

    /** {@link #xavierUniform(double)} with gain 1. */
    static Init xavierUniform() {
        return xavierUniform(1);
    }

    /** Normal with deviation gain sqrt(2 / (fan in + fan out)). Glorot, Bengio 2010. */
    static Init xavierNormal(double gain) {
        return (rng, shape) -> normal(0, gain * Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape))))
                .draw(rng, shape);
    }

    /** {@link #xavierNormal(double)} with gain 1. */
    static Init xavierNormal() {
        return xavierNormal(1);
    }

    /** Uniform with deviation gain / sqrt(fan). He et al. 2015, arXiv 1502.01852. */
    static Init kaimingUniform(Fan fan, Nonlinearity f, double slope) {
        return (rng, shape) ->
                symmetric(gain(f, slope) * Math.sqrt(3.0 / fan(shape, fan))).draw(rng, shape);
    }

    /** {@link #kaimingUniform(Fan, Nonlinearity, double)} for relu and the fan in. */
    static Init kaimingUniform() {
        return kaimingUniform(Fan.IN, Nonlinearity.RELU, 0);
    }

    /** Normal with deviation gain / sqrt(fan). He et al. 2015, arXiv 1502.01852. */
    static Init kaimingNormal(Fan fan, Nonlinearity f, double slope) {
        return (rng, shape) ->
                normal(0, gain(f, slope) / Math.sqrt(fan(shape, fan))).draw(rng, shape);
    }

    /** {@link #kaimingNormal(Fan, Nonlinearity, double)} for relu and the fan in. */
    static Init kaimingNormal() {
        return kaimingNormal(Fan.IN, Nonlinearity.RELU, 0);
    }

    /** Normal with deviation 1 / sqrt(fan in). LeCun et al. 1998, Efficient BackProp. */
    static Init lecunNormal() {
        return (rng, shape) -> normal(0, 1 / Math.sqrt(fanIn(shape))).draw(rng, shape);
    }

    /**
     * A random matrix with orthonormal rows (or columns, where there are fewer), times gain. Saxe et al. 2013, arXiv
     * 1312.6120.
     */
    static Init orthogonal(double gain) {
        return (rng, shape) -> Orthogonal.draw(rng, shape, gain);
    }

    private static Init symmetric(double bound) {
        return uniform(-bound, bound);
    }

    /** Uniform in +-1/sqrt(fan in): PyTorch's default weights, which it writes as kaiming_uniform with a = sqrt 5. */
    static Init pytorchWeight() {
        return (rng, shape) -> symmetric(1 / Math.sqrt(fanIn(shape))).draw(rng, shape);
    }

    /** Uniform in +-1/sqrt(fan in of the weight): PyTorch's default bias. */
    static Init pytorchBias(Param weight) {
        return (rng, shape) -> symmetric(1 / Math.sqrt(fanIn(weight.shape()))).draw(rng, shape);
    }
}
