package soma;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import soma.op.Amax;
import soma.op.Amin;
import soma.op.ArgExtreme;
import soma.op.Op;
import soma.op.Prod;
import soma.op.Sum;

/**
 * Reductions: along the axes given, or over all elements without any. The axes vanish; {@link #keepdim} keeps them at size 1.
 */
public sealed interface TensorReductions permits Tensor {

    /** Sum; of integers and bool an int64. */
    default Tensor sum(int... axes) {
        var x = (Tensor) this;
        var wide = x.dtype().isFloating() ? x : x.to(DType.INT64);
        return reduce("sum", wide, axes, Sum::new);
    }

    /** Product; of integers and bool an int64. */
    default Tensor prod(int... axes) {
        var x = (Tensor) this;
        var wide = x.dtype().isFloating() ? x : x.to(DType.INT64);
        return reduce("prod", wide, axes, Prod::new);
    }

    /** Arithmetic mean; NaN over nothing. */
    default Tensor mean(int... axes) {
        var x = floating("mean");
        return x.sum(axes).div(count(x, axes));
    }

    /** Largest; NaN if any is. Equal maxima share the gradient (PyTorch's amax). */
    default Tensor amax(int... axes) {
        return reduce("amax", nonEmpty("amax", axes), axes, Amax::new);
    }

    /** Smallest; NaN if any is. Equal minima share the gradient (PyTorch's amin). */
    default Tensor amin(int... axes) {
        return reduce("amin", nonEmpty("amin", axes), axes, Amin::new);
    }

    /** Largest of all elements. */
    default Tensor max() {
        return amax();
    }

    /** Smallest of all elements. */
    default Tensor min() {
        return amin();
    }

    /** Largest along one axis; the gradient goes to the first maximum. */
    default Tensor max(int axis) {
        return extreme(axis, true);
    }

    /** Smallest along one axis; the gradient goes to the first minimum. */
    default Tensor min(int axis) {
        return extreme(axis, false);
    }

    /** Position of the first maximum along an axis, int64; NaN counts as largest. */
    default Tensor argmax(int axis) {
        return Tensor.of(new ArgExtreme(
                comparable(nonEmpty("argmax", axis)), ((Tensor) this).shape().axis(axis, "argmax"), true));
    }

    /** Position of the first maximum of all elements, int64. */
    default Tensor argmax() {
        return ((Tensor) this).flatten().argmax(0);
    }

    /** Position of the first minimum along an axis, int64; NaN counts as smallest. */
    default Tensor argmin(int axis) {
        return Tensor.of(new ArgExtreme(
                comparable(nonEmpty("argmin", axis)), ((Tensor) this).shape().axis(axis, "argmin"), false));
    }

    /** Position of the first minimum of all elements, int64. */
    default Tensor argmin() {
        return ((Tensor) this).flatten().argmin(0);
    }

    /** Unbiased variance (divided by n - 1), in two passes. */
    default Tensor var(int... axes) {
        return var(true, axes);
    }

    /** Variance, divided by n - 1 if {@code unbiased}, else by n. */
    default Tensor var(boolean unbiased, int... axes) {
        var x = floating("var");
        var centred = x.sub(x.keepdim(t -> t.mean(axes), axes));
        return centred.square().sum(axes).div(Math.max(0, count(x, axes) - (unbiased ? 1 : 0)));
    }

    /** Unbiased standard deviation. */
    default Tensor std(int... axes) {
        return std(true, axes);
    }

    /** Standard deviation, from {@link #var(boolean, int...)}; its gradient at 0 is 0. */
    default Tensor std(boolean unbiased, int... axes) {
        return root(var(unbiased, axes), 0.5);
    }

    /** Euclidean norm; its gradient at 0 is 0. */
    default Tensor norm(int... axes) {
        var x = floating("norm");
        return root(x.square().sum(axes), 0.5);
    }

    /** x to the power {@code exponent}, without a gradient at 0, where it would be infinite. */
    private static Tensor root(Tensor x, double exponent) {
        var zero = x.eq(0);
        var safe = Tensor.where(zero, 1, x);
        return Tensor.where(zero, 0, exponent == 0.5 ? safe.sqrt() : safe.pow(exponent));
    }

    /** p-norm: 0 counts what is not 0, infinity the largest magnitude, otherwise (sum |x|^p)^(1/p). */
    default Tensor norm(double p, int... axes) {
        var x = floating("norm");
        if (p == 2) {
            return norm(axes);
        }
        if (p == 0) {
            return x.ne(0).to(x.dtype()).sum(axes);
        }
        if (p == 1) {
            return x.abs().sum(axes);
        }
        if (Double.isInfinite(p)) {
            return p > 0 ? x.abs().amax(axes) : x.abs().amin(axes);
        }
        if (p < 0) {
            return root(x.abs().pow(p).sum(axes), 1 / p);
        }
        // The slopes of power and root at 0 are 0 or infinite, and their product NaN; both are left out, so that the
        // gradient there is 0, as in PyTorch.
        var zero = x.eq(0);
        var powers =
                Tensor.where(zero, 0, Tensor.where(zero, 1, x.abs()).pow(p)).sum(axes);
        var none = powers.eq(0);
        return Tensor.where(none, 0, Tensor.where(none, 1, powers).pow(1 / p));
    }

    /** ln sum e^x without overflow. */
    default Tensor logsumexp(int... axes) {
        var x = floating("logsumexp");
        var peak = x.amax(axes).stopGradient();
        var safe = Tensor.where(peak.isInf(), 0, peak);
        var sum = x.sub(safe.reshape(kept(x, axes))).exp().sum(axes);
        var none = sum.eq(0);
        return Tensor.where(
                none, Double.NEGATIVE_INFINITY, Tensor.where(none, 1, sum).log().add(safe));
    }

    /** Whether any is not 0, as bool. */
    default Tensor any(int... axes) {
        var x = ((Tensor) this).to(DType.BOOL);
        return x.numel() == 0 && x.sum(axes).numel() > 0 ? x.sum(axes).ne(0) : reduce("any", x, axes, Amax::new);
    }

    /** Whether all are not 0, as bool. */
    default Tensor all(int... axes) {
        return ((Tensor) this).to(DType.BOOL).logicalNot().any(axes).logicalNot();
    }

    /** A reduction along {@code axes} whose axes are kept at size 1: {@code x.keepdim(t -> t.sum(1), 1)}. */
    default Tensor keepdim(java.util.function.UnaryOperator<Tensor> reduction, int... axes) {
        var x = (Tensor) this;
        return reduction.apply(x).reshape(kept(x, axes));
    }

    private static Tensor comparable(Tensor x) {
        return x.dtype().isHalf() ? x.to(DType.FLOAT32) : x.dtype().isFloating() ? x : x.to(DType.INT64);
    }

    private Tensor extreme(int axis, boolean max) {
        var x = (Tensor) this;
        int a = x.shape().axis(axis, max ? "max" : "min");
        var at = (max ? argmax(a) : argmin(a)).unsqueeze(a);
        return x.gather(a, at).squeeze(a);
    }

    private static Shape kept(Tensor x, int... axes) {
        var shape = x.shape();
        for (int a : axesOf("keepdim", x, axes)) {
            shape = shape.with(a, 1);
        }
        return shape;
    }

    private static Tensor reduce(String asker, Tensor x, int[] axes, BiFunction<Tensor, List<Integer>, Op> make) {
        var list = axesOf(asker, x, axes);
        return list.isEmpty() ? x : Tensor.of(make.apply(x, list));
    }

    private static List<Integer> axesOf(String asker, Tensor x, int[] axes) {
        if (axes.length == 0) {
            return IntStream.range(0, x.rank()).boxed().toList();
        }
        var list = Arrays.stream(axes)
                .map(a -> x.shape().axis(a, asker))
                .sorted()
                .distinct()
                .boxed()
                .toList();
        if (list.size() != axes.length) {
            throw new ShapeException(asker + ": an axis appears twice in " + Arrays.toString(axes));
        }
        return list;
    }

    private static int count(Tensor x, int[] axes) {
        int n = 1;
        for (int a : axesOf("mean", x, axes)) {
            n *= x.size(a);
        }
        return n;
    }

    private Tensor floating(String asker) {
        var x = (Tensor) this;
        if (!x.dtype().isFloating()) {
            throw new DTypeException(asker + ": the tensor is " + x.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        return x;
    }

    private Tensor nonEmpty(String asker, int... axes) {
        var x = (Tensor) this;
        axesOf(asker, x, axes);
        if (count(x, axes) == 0) {
            throw new ShapeException(asker + ": shape " + x.shape() + " has no element to choose along "
                    + (axes.length == 0 ? "all axes" : "axes " + Arrays.toString(axes)));
        }
        return x;
    }
}
