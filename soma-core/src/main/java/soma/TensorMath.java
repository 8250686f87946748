package soma;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import soma.op.*;

/** Elementwise functions of tensors: shapes broadcast, dtypes promote as in PyTorch, and chains run fused in one pass. */
public sealed interface TensorMath permits Tensor {

    /** -x. */
    default Tensor neg() {
        return Tensor.of(new Neg(numeric("neg")));
    }

    /** |x|. */
    default Tensor abs() {
        return Tensor.of(new Abs(numeric("abs")));
    }

    /** -1, 0 or 1. */
    default Tensor sign() {
        return Tensor.of(new Sign(numeric("sign")));
    }

    /** x^2. */
    default Tensor square() {
        return Tensor.of(new Square(numeric("square")));
    }

    /** max(x, 0). */
    default Tensor relu() {
        return Tensor.of(new Relu(numeric("relu")));
    }

    /** The largest whole number not above x; integers stay as they are. */
    default Tensor floor() {
        var x = numeric("floor");
        return x.dtype().isFloating() ? Tensor.of(new Floor(x)) : x;
    }

    /** The smallest whole number not below x; integers stay as they are. */
    default Tensor ceil() {
        var x = numeric("ceil");
        return x.dtype().isFloating() ? Tensor.of(new Ceil(x)) : x;
    }

    /** The nearest whole number, halves to even; integers stay as they are. */
    default Tensor round() {
        var x = numeric("round");
        return x.dtype().isFloating() ? Tensor.of(new Round(x)) : x;
    }

    /** x without its fraction; integers stay as they are. */
    default Tensor trunc() {
        var x = numeric("trunc");
        return x.dtype().isFloating() ? Tensor.of(new Trunc(x)) : x;
    }

    /** Square root; integers become float32. */
    default Tensor sqrt() {
        return Tensor.of(new Sqrt(floating()));
    }

    /** 1 / square root; integers become float32. */
    default Tensor rsqrt() {
        return Tensor.of(new Rsqrt(floating()));
    }

    /** Real cube root; integers become float32. */
    default Tensor cbrt() {
        return Tensor.of(new Cbrt(floating()));
    }

    /** e^x; integers become float32. */
    default Tensor exp() {
        return Tensor.of(new Exp(floating()));
    }

    /** 2^x; integers become float32. */
    default Tensor exp2() {
        return Tensor.of(new Exp2(floating()));
    }

    /** e^x - 1, exact near 0; integers become float32. */
    default Tensor expm1() {
        return Tensor.of(new Expm1(floating()));
    }

    /** Natural logarithm; integers become float32. */
    default Tensor log() {
        return Tensor.of(new Log(floating()));
    }

    /** Logarithm to base 2; integers become float32. */
    default Tensor log2() {
        return Tensor.of(new Log2(floating()));
    }

    /** Logarithm to base 10; integers become float32. */
    default Tensor log10() {
        return Tensor.of(new Log10(floating()));
    }

    /** ln(1 + x), exact near 0; integers become float32. */
    default Tensor log1p() {
        return Tensor.of(new Log1p(floating()));
    }

    /** Sine; integers become float32. */
    default Tensor sin() {
        return Tensor.of(new Sin(floating()));
    }

    /** Cosine; integers become float32. */
    default Tensor cos() {
        return Tensor.of(new Cos(floating()));
    }

    /** Tangent; integers become float32. */
    default Tensor tan() {
        return Tensor.of(new Tan(floating()));
    }

    /** Arc sine; integers become float32. */
    default Tensor asin() {
        return Tensor.of(new Asin(floating()));
    }

    /** Arc cosine; integers become float32. */
    default Tensor acos() {
        return Tensor.of(new Acos(floating()));
    }

    /** Arc tangent; integers become float32. */
    default Tensor atan() {
        return Tensor.of(new Atan(floating()));
    }

    /** Hyperbolic sine; integers become float32. */
    default Tensor sinh() {
        return Tensor.of(new Sinh(floating()));
    }

    /** Hyperbolic cosine; integers become float32. */
    default Tensor cosh() {
        return Tensor.of(new Cosh(floating()));
    }

    /** Inverse hyperbolic sine; integers become float32. */
    default Tensor asinh() {
        return Tensor.of(new Asinh(floating()));
    }

    /** Inverse hyperbolic cosine; integers become float32. */
    default Tensor acosh() {
        return Tensor.of(new Acosh(floating()));
    }

    /** Inverse hyperbolic tangent; integers become float32. */
    default Tensor atanh() {
        return Tensor.of(new Atanh(floating()));
    }

    /** Hyperbolic tangent; integers become float32. */
    default Tensor tanh() {
        return Tensor.of(new Tanh(floating()));
    }

    /** 1 / (1 + e^-x); integers become float32. */
    default Tensor sigmoid() {
        return Tensor.of(new Sigmoid(floating()));
    }

    /** ln sigmoid(x), without overflow; integers become float32. */
    default Tensor logSigmoid() {
        return Tensor.of(new LogSigmoid(floating()));
    }

    /** The error function; integers become float32. */
    default Tensor erf() {
        return Tensor.of(new Erf(floating()));
    }

    /** 1 - erf x; integers become float32. */
    default Tensor erfc() {
        return Tensor.of(new Erfc(floating()));
    }

    /** The inverse of erf; integers become float32. */
    default Tensor erfinv() {
        return Tensor.of(new Erfinv(floating()));
    }

    /** ln |Gamma(x)|; integers become float32. */
    default Tensor lgamma() {
        return Tensor.of(new Lgamma(floating()));
    }

    /** Derivative of lgamma; integers become float32. */
    default Tensor digamma() {
        return Tensor.of(new Digamma(floating()));
    }

    /** Derivative of digamma; integers become float32. */
    default Tensor trigamma() {
        return Tensor.of(new Trigamma(floating()));
    }

    /** 1 / x; integers become float32. */
    default Tensor reciprocal() {
        return Tensor.of(new Reciprocal(floating()));
    }

    /** x sigmoid(x), also called swish; integers become float32. */
    default Tensor silu() {
        return Tensor.of(new Silu(floating()));
    }

    /** x Phi(x), Phi the normal distribution; integers become float32. */
    default Tensor gelu() {
        return Tensor.of(new Gelu(floating()));
    }

    /** The tanh approximation of gelu; integers become float32. */
    default Tensor geluTanh() {
        return Tensor.of(new GeluTanh(floating()));
    }

    /** x tanh(softplus(x)); integers become float32. */
    default Tensor mish() {
        return Tensor.of(new Mish(floating()));
    }

    /** ln(1 + e^x), without overflow; integers become float32. */
    default Tensor softplus() {
        return Tensor.of(new Softplus(floating()));
    }

    /** Whether not a number, as bool. */
    default Tensor isNan() {
        return Tensor.of(new IsNan((Tensor) this));
    }

    /** Whether infinite, as bool. */
    default Tensor isInf() {
        return Tensor.of(new IsInf((Tensor) this));
    }

    /** Whether 0, as bool. */
    default Tensor logicalNot() {
        return Tensor.of(new Not((Tensor) this));
    }

    /** this + other. */
    default Tensor add(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Add(x.to(to), other.to(to)));
    }

    /** this + other. */
    default Tensor add(double other) {
        return add(number(other));
    }

    /** this - other. */
    default Tensor sub(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Sub(x.to(to), other.to(to)));
    }

    /** this - other. */
    default Tensor sub(double other) {
        return sub(number(other));
    }

    /** this * other. */
    default Tensor mul(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Mul(x.to(to), other.to(to)));
    }

    /** this * other. */
    default Tensor mul(double other) {
        return mul(number(other));
    }

    /** The larger, NaN if either is. */
    default Tensor maximum(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Maximum(x.to(to), other.to(to)));
    }

    /** The larger, NaN if either is. */
    default Tensor maximum(double other) {
        return maximum(number(other));
    }

    /** The smaller, NaN if either is. */
    default Tensor minimum(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Minimum(x.to(to), other.to(to)));
    }

    /** The smaller, NaN if either is. */
    default Tensor minimum(double other) {
        return minimum(number(other));
    }

    /** Remainder with the sign of this. */
    default Tensor fmod(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Fmod(x.to(to), other.to(to)));
    }

    /** Remainder with the sign of this. */
    default Tensor fmod(double other) {
        return fmod(number(other));
    }

    /** Remainder with the sign of other. */
    default Tensor remainder(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Remainder(x.to(to), other.to(to)));
    }

    /** Remainder with the sign of other. */
    default Tensor remainder(double other) {
        return remainder(number(other));
    }

    /** floor(this / other). */
    default Tensor floorDivide(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new FloorDiv(x.to(to), other.to(to)));
    }

    /** floor(this / other). */
    default Tensor floorDivide(double other) {
        return floorDivide(number(other));
    }

    /** this / other; integers become float32. */
    default Tensor div(Tensor other) {
        var x = (Tensor) this;
        var to = floatingOf(DType.promote(x, other));
        return Tensor.of(new Div(x.to(to), other.to(to)));
    }

    /** this / other. */
    default Tensor div(double other) {
        return div(number(other));
    }

    /** this to the power of other. */
    default Tensor pow(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Pow(x.to(to), other.to(to)));
    }

    /** The angle of the point (other, this); integers become float32. */
    default Tensor atan2(Tensor other) {
        var x = (Tensor) this;
        var to = floatingOf(DType.promote(x, other));
        return Tensor.of(new Atan2(x.to(to), other.to(to)));
    }

    /** The angle of the point (other, this). */
    default Tensor atan2(double other) {
        return atan2(number(other));
    }

    /** sqrt(this^2 + other^2), without overflow; integers become float32. */
    default Tensor hypot(Tensor other) {
        var x = (Tensor) this;
        var to = floatingOf(DType.promote(x, other));
        return Tensor.of(new Hypot(x.to(to), other.to(to)));
    }

    /** sqrt(this^2 + other^2), without overflow. */
    default Tensor hypot(double other) {
        return hypot(number(other));
    }

    /** ln(e^this + e^other), without overflow; integers become float32. */
    default Tensor logAddExp(Tensor other) {
        var x = (Tensor) this;
        var to = floatingOf(DType.promote(x, other));
        return Tensor.of(new LogAddExp(x.to(to), other.to(to)));
    }

    /** ln(e^this + e^other), without overflow. */
    default Tensor logAddExp(double other) {
        return logAddExp(number(other));
    }

    /** this ln other, 0 where this is 0; integers become float32. */
    default Tensor xlogy(Tensor other) {
        var x = (Tensor) this;
        var to = floatingOf(DType.promote(x, other));
        return Tensor.of(new Xlogy(x.to(to), other.to(to)));
    }

    /** this ln other, 0 where this is 0. */
    default Tensor xlogy(double other) {
        return xlogy(number(other));
    }

    /** This to the power of a number; 2, 0.5, -1 and 1 take the short way. */
    default Tensor pow(double exponent) {
        var x = (Tensor) this;
        if (exponent == 2) {
            return square();
        }
        if (exponent == 1) {
            return x;
        }
        if (exponent == 0.5) {
            return sqrt();
        }
        return exponent == -1 ? reciprocal() : pow(number(exponent));
    }

    /** Whether equal, as bool. */
    default Tensor eq(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Equal(x.to(to), other.to(to)));
    }

    /** Whether equal, as bool. */
    default Tensor eq(double other) {
        return eq(number(other));
    }

    /** Whether different, as bool. */
    default Tensor ne(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new NotEqual(x.to(to), other.to(to)));
    }

    /** Whether different, as bool. */
    default Tensor ne(double other) {
        return ne(number(other));
    }

    /** Whether less than other, as bool. */
    default Tensor lt(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Less(x.to(to), other.to(to)));
    }

    /** Whether less than other, as bool. */
    default Tensor lt(double other) {
        return lt(number(other));
    }

    /** Whether at most other, as bool. */
    default Tensor le(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new LessEqual(x.to(to), other.to(to)));
    }

    /** Whether at most other, as bool. */
    default Tensor le(double other) {
        return le(number(other));
    }

    /** Whether greater than other, as bool. */
    default Tensor gt(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new Greater(x.to(to), other.to(to)));
    }

    /** Whether greater than other, as bool. */
    default Tensor gt(double other) {
        return gt(number(other));
    }

    /** Whether at least other, as bool. */
    default Tensor ge(Tensor other) {
        var x = (Tensor) this;
        var to = DType.promote(x, other);
        return Tensor.of(new GreaterEqual(x.to(to), other.to(to)));
    }

    /** Whether at least other, as bool. */
    default Tensor ge(double other) {
        return ge(number(other));
    }

    /** Whether both hold, as bool; what is not bool counts as true where it is not 0. */
    default Tensor logicalAnd(Tensor other) {
        return Tensor.of(new And(((Tensor) this).to(DType.BOOL), other.to(DType.BOOL)));
    }

    /** Whether either hold, as bool; what is not bool counts as true where it is not 0. */
    default Tensor logicalOr(Tensor other) {
        return Tensor.of(new Or(((Tensor) this).to(DType.BOOL), other.to(DType.BOOL)));
    }

    /** Whether exactly one hold, as bool; what is not bool counts as true where it is not 0. */
    default Tensor logicalXor(Tensor other) {
        return Tensor.of(new Xor(((Tensor) this).to(DType.BOOL), other.to(DType.BOOL)));
    }

    /** Between {@code min} and {@code max}, both included. */
    default Tensor clamp(double min, double max) {
        var x = numeric("clamp");
        return Tensor.of(new Clamp(x, Tensor.scalar(min, x.dtype()), Tensor.scalar(max, x.dtype())));
    }

    /** Between two tensors that broadcast. */
    default Tensor clamp(Tensor min, Tensor max) {
        var x = numeric("clamp");
        return Tensor.of(new Clamp(x, min.to(x.dtype()), max.to(x.dtype())));
    }

    /** this + weight * (other - this). */
    default Tensor lerp(Tensor other, Tensor weight) {
        return add(weight.mul(other.sub((Tensor) this)));
    }

    /** this + weight * (other - this). */
    default Tensor lerp(Tensor other, double weight) {
        return add(other.sub((Tensor) this).mul(weight));
    }

    /** The n-th derivative of digamma. */
    default Tensor polygamma(int n) {
        var x = floating();
        return Tensor.of(new Polygamma(Tensor.scalar(n, x.dtype()), x));
    }

    /** x where positive, else {@code slope * x}. Maas et al. 2013. */
    default Tensor leakyRelu(double slope) {
        var x = floating();
        return Tensor.where(x.gt(0), x, x.mul(slope));
    }

    /** x where positive, else {@code 0.01 x}. */
    default Tensor leakyRelu() {
        return leakyRelu(0.01);
    }

    /** x where positive, else alpha (e^x - 1). Clevert et al. 2015, arXiv 1511.07289. */
    default Tensor elu(double alpha) {
        var x = floating();
        var up = x.gt(0);
        return Tensor.where(up, x, Tensor.where(up, 0, x).expm1().mul(alpha));
    }

    /** Elu with alpha 1. */
    default Tensor elu() {
        return elu(1);
    }

    /** max(0, x) + min(0, alpha (e^(x / alpha) - 1)). Barron 2017, arXiv 1704.07483. */
    default Tensor celu(double alpha) {
        var x = floating();
        var up = x.gt(0);
        // PyTorch's gradient has 1 / alpha rounded to float32; ours has too, so that runs can be compared digit by
        // digit.
        double inverse = 1 / (double) (float) alpha;
        var below = Autodiff.customGradient(
                low -> low.get(0).div(alpha).expm1().mul(alpha),
                java.util.List.of(Tensor.where(up, 0, x)),
                (y, dy) -> java.util.List.of(
                        dy.mul(Tensor.where(up, 0, x).mul(inverse).exp()).mul(inverse * alpha)));
        return Tensor.where(up, x, below);
    }

    /** Self-normalising elu. Klambauer et al. 2017, arXiv 1706.02515. */
    default Tensor selu() {
        return elu(1.6732632423543772848170429916717).mul(1.0507009873554804934193349852946);
    }

    /** min(max(x, 0), 6). */
    default Tensor relu6() {
        return hardtanh(0, 6);
    }

    /** x held between {@code min} and {@code max}; no gradient at the bounds. */
    default Tensor hardtanh(double min, double max) {
        var x = floating();
        return Tensor.where(
                x.gt(min).logicalAnd(x.lt(max)), x, x.clamp(min, max).stopGradient());
    }

    /** x held between -1 and 1. */
    default Tensor hardtanh() {
        return hardtanh(-1, 1);
    }

    /** max(0, min(1, x/6 + 1/2)). Howard et al. 2019, arXiv 1905.02244. */
    default Tensor hardsigmoid() {
        return floating().div(6).add(0.5).hardtanh(0, 1);
    }

    /** x hardsigmoid(x). Howard et al. 2019, arXiv 1905.02244. */
    default Tensor hardswish() {
        return floating().mul(hardsigmoid());
    }

    /** x where |x| > lambda, else 0. */
    default Tensor hardshrink(double lambda) {
        var x = floating();
        return Tensor.where(x.abs().gt(lambda), x, 0);
    }

    /** x moved towards 0 by lambda, 0 within lambda of it. */
    default Tensor softshrink(double lambda) {
        var x = floating();
        return Tensor.where(x.gt(lambda), x.sub(lambda), Tensor.where(x.lt(-lambda), x.add(lambda), 0));
    }

    /** x - tanh x. */
    default Tensor tanhshrink() {
        var x = floating();
        return x.sub(x.tanh());
    }

    /** x / (1 + |x|). */
    default Tensor softsign() {
        var x = floating();
        return x.div(x.abs().add(1));
    }

    /** ln(1 + e^(beta x)) / beta, x itself where beta x > threshold. */
    default Tensor softplus(double beta, double threshold) {
        var x = floating();
        var scaled = x.mul(beta);
        return Tensor.where(scaled.gt(threshold), x, scaled.softplus().div(beta));
    }

    /** x where x > threshold, else value. */
    default Tensor threshold(double threshold, double value) {
        var x = floating();
        return Tensor.where(x.gt(threshold), x, value);
    }

    /** This tensor as a constant: its value is the same and no gradient passes. */
    default Tensor stopGradient() {
        return Tensor.of(new Redirect.StopGradient((Tensor) this));
    }

    /** Any function of a tensor, so that chains read from left to right. */
    default Tensor apply(UnaryOperator<Tensor> f) {
        return f.apply((Tensor) this);
    }

    /** Any function of two tensors, so that chains read from left to right. */
    default Tensor apply(BinaryOperator<Tensor> f, Tensor other) {
        return f.apply((Tensor) this, other);
    }

    private Tensor numeric(String asker) {
        var x = (Tensor) this;
        if (x.dtype() == DType.BOOL) {
            throw new DTypeException(
                    asker + ": the tensor is bool, expected numbers; convert it with to(DType.FLOAT32)");
        }
        return x;
    }

    private Tensor floating() {
        var x = (Tensor) this;
        return x.to(floatingOf(x.dtype()));
    }

    private static DType floatingOf(DType dtype) {
        return dtype.isFloating() ? dtype : DType.FLOAT32;
    }

    /** A number takes this tensor's dtype, unless it has a fraction and the tensor does not. */
    private Tensor number(double value) {
        var dtype = ((Tensor) this).dtype();
        boolean fits = dtype.isFloating() || dtype.isInteger() && value == Math.rint(value);
        return Tensor.scalar(value, fits ? dtype : value == Math.rint(value) ? DType.INT64 : DType.FLOAT32);
    }
}
