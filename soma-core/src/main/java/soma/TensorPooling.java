package soma;

import java.util.Arrays;
import soma.kernel.AdaptiveShape;
import soma.kernel.PoolShape;
import soma.op.AvgPool;
import soma.op.MaxPool;

/**
 * Pooling over the last 1 to 3 axes, as many as {@code kernel} or {@code out} has numbers; all axes before them stay.
 */
public sealed interface TensorPooling permits Tensor {

    /**
     * The largest element of each window. Padding never wins; with {@code ceilMode} a last window may hang over the
     * end. out = (in + 2 padding - dilation (kernel - 1) - 1) / stride + 1.
     */
    default Tensor maxPool(int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
        var x = pooled("maxPool", kernel.length);
        return Tensor.of(new MaxPool(x, geometry("maxPool", x, kernel, stride, padding, dilation, ceilMode)));
    }

    /** Like {@link #maxPool(int[], int[], int[], int[], boolean)}: windows side by side, without padding. */
    default Tensor maxPool(int... kernel) {
        int n = kernel.length;
        return maxPool(kernel, kernel, new int[n], filled(n, 1), false);
    }

    /**
     * The mean of each window; padding counts as zeros if {@code countIncludePad} (PyTorch's default), else not at all.
     */
    default Tensor avgPool(int[] kernel, int[] stride, int[] padding, boolean ceilMode, boolean countIncludePad) {
        var x = pooled("avgPool", kernel.length);
        var geometry = geometry("avgPool", x, kernel, stride, padding, filled(kernel.length, 1), ceilMode);
        return Tensor.of(new AvgPool(x, geometry, countIncludePad));
    }

    /** Like {@link #avgPool(int[], int[], int[], boolean, boolean)}: windows side by side, without padding. */
    default Tensor avgPool(int... kernel) {
        return avgPool(kernel, kernel, new int[kernel.length], false, true);
    }

    /** Means of windows laid so that {@code out} of them cover each axis; -1 keeps the size of an axis. */
    default Tensor adaptiveAvgPool(int... out) {
        var x = pooled("adaptiveAvgPool", out.length);
        return Tensor.of(new AvgPool(x, adaptive("adaptiveAvgPool", x, out), false));
    }

    /** Maxima of windows laid so that {@code out} of them cover each axis; -1 keeps the size of an axis. */
    default Tensor adaptiveMaxPool(int... out) {
        var x = pooled("adaptiveMaxPool", out.length);
        return Tensor.of(new MaxPool(x, adaptive("adaptiveMaxPool", x, out)));
    }

    /** (sum x^p)^(1/p) over each window; negative sums give 0. */
    default Tensor lpPool(double p, int[] kernel, int[] stride, boolean ceilMode) {
        var x = pooled("lpPool", kernel.length);
        int n = Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
        var mean = x.pow(p).avgPool(kernel, stride, new int[kernel.length], ceilMode, true);
        return mean.relu().mul(n).pow(1 / p);
    }

    private Tensor pooled(String asker, int axes) {
        var x = (Tensor) this;
        if (!x.dtype().isFloating()) {
            throw new DTypeException(asker + ": the tensor is " + x.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        if (axes < 1 || axes > 3 || x.rank() < axes) {
            throw new ShapeException(asker + ": a window over " + axes + " axes does not fit shape " + x.shape()
                    + "; expected 1 to 3 window axes, and at least as many in the tensor, as in (N, C, H, W)");
        }
        return x;
    }

    private static int[] filled(int n, int value) {
        var a = new int[n];
        Arrays.fill(a, value);
        return a;
    }

    private static AdaptiveShape adaptive(String asker, Tensor x, int[] out) {
        int lead = x.rank() - out.length;
        var in = new int[out.length];
        var sizes = out.clone();
        for (int i = 0; i < sizes.length; i++) {
            in[i] = x.size(lead + i);
            sizes[i] = sizes[i] == -1 ? in[i] : sizes[i];
            if (sizes[i] < 1 || in[i] < 1) {
                throw new ShapeException(asker + ": output " + Arrays.toString(out) + " from shape " + x.shape()
                        + "; all sizes must be at least 1, or -1 to keep an axis");
            }
        }
        return new AdaptiveShape(x.shape().product(0, lead), in, sizes);
    }

    private static PoolShape geometry(
            String asker, Tensor x, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
        int n = kernel.length;
        if (stride.length != n || padding.length != n || dilation.length != n) {
            throw new ShapeException(
                    asker + ": kernel " + Arrays.toString(kernel) + ", stride " + Arrays.toString(stride)
                            + ", padding " + Arrays.toString(padding) + ", dilation " + Arrays.toString(dilation)
                            + " must have equally many numbers");
        }
        int lead = x.rank() - n;
        var in = new int[n];
        var out = new int[n];
        for (int i = 0; i < n; i++) {
            in[i] = x.size(lead + i);
            if (kernel[i] < 1 || stride[i] < 1 || dilation[i] < 1 || padding[i] < 0 || 2 * padding[i] > kernel[i]) {
                throw new ShapeException(asker + ": kernel " + kernel[i] + ", stride " + stride[i] + ", dilation "
                        + dilation[i] + ", padding " + padding[i]
                        + "; expected all at least 1, and padding from 0 to half the kernel");
            }
            int room = in[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1;
            if (room < 0) {
                throw new ShapeException(
                        asker + ": a window of " + (dilation[i] * (kernel[i] - 1) + 1) + " does not fit axis "
                                + (lead + i) + " of shape " + x.shape() + " with padding " + padding[i]);
            }
            out[i] = (ceilMode ? Math.ceilDiv(room, stride[i]) : room / stride[i]) + 1;
            if (ceilMode && (out[i] - 1) * stride[i] >= in[i] + padding[i]) {
                out[i]--; // the last window must start inside the input or the padding before it
            }
        }
        return new PoolShape(x.shape().product(0, lead), in, kernel, stride, padding, padding, dilation, out);
    }
}
