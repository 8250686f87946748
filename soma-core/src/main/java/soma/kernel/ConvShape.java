package soma.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a convolution over one, two or three spatial axes: x (N, Cin, in...), w (Cout, Cin/groups, kernel...), y
 * (N, Cout, out...).
 */
public final class ConvShape {

    private final int batch;
    private final int inChannels;
    private final int outChannels;
    private final int groups;
    private final int[] in;
    private final int[] kernel;
    private final int[] stride;
    private final int[] padLow;
    private final int[] padHigh;
    private final int[] dilation;
    private final int[] out;

    // Made at first use; every field of a plan is final, so a racing thread sees none or all of it.
    private @Nullable ConvPlan forwardPlan;
    private @Nullable ConvPlan backwardPlan;

    /** Checks the sizes; {@code padLow} and {@code padHigh} are the zeros before and after each axis. */
    public ConvShape(
            int batch,
            int inChannels,
            int outChannels,
            int groups,
            int[] in,
            int[] kernel,
            int[] stride,
            int[] padLow,
            int[] padHigh,
            int[] dilation) {
        this.batch = batch;
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.groups = groups;
        this.in = in.clone();
        this.kernel = kernel.clone();
        this.stride = stride.clone();
        this.padLow = padLow.clone();
        this.padHigh = padHigh.clone();
        this.dilation = dilation.clone();
        check(batch >= 0, "batch is " + batch + ", expected 0 or more");
        check(
                inChannels >= 1 && outChannels >= 1,
                "inChannels " + inChannels + " and outChannels " + outChannels + " must be at least 1");
        check(
                groups >= 1 && inChannels % groups == 0 && outChannels % groups == 0,
                "inChannels " + inChannels + " and outChannels " + outChannels + " must both be divisible by groups "
                        + groups);
        ConvAxes.checkAxes("conv", in, kernel, stride, padLow, padHigh, dilation);
        out = new int[in.length];
        for (int a = 0; a < in.length; a++) {
            int reach = (kernel[a] - 1) * dilation[a] + 1;
            int padded = in[a] + padLow[a] + padHigh[a];
            check(
                    reach <= padded,
                    "the kernel reaches over " + reach + " positions along axis " + a
                            + ", but the padded input has only " + padded + "; use a smaller kernel or more padding");
            out[a] = (padded - reach) / stride[a] + 1;
        }
        checkArray("x", (long) batch * inChannels, in);
        checkArray("w", (long) outChannels * (inChannels / groups), kernel);
        checkArray("y", (long) batch * outChannels, out);
    }

    private static void check(boolean ok, String message) {
        if (!ok) {
            throw new IllegalArgumentException("conv: " + message);
        }
    }

    private static void checkArray(String name, long planes, int[] axes) {
        double size = planes;
        for (int n : axes) {
            size *= n;
        }
        check(
                size <= Integer.MAX_VALUE - 64,
                name + " would have " + (long) size + " elements, more than a Java array can hold; "
                        + "use a smaller batch");
    }

    public int batch() {
        return batch;
    }

    public int inChannels() {
        return inChannels;
    }

    public int outChannels() {
        return outChannels;
    }

    public int groups() {
        return groups;
    }

    /** Number of spatial axes, 1 to 3. */
    public int axes() {
        return in.length;
    }

    public int[] in() {
        return in.clone();
    }

    public int[] kernel() {
        return kernel.clone();
    }

    public int[] stride() {
        return stride.clone();
    }

    public int[] padLow() {
        return padLow.clone();
    }

    public int[] padHigh() {
        return padHigh.clone();
    }

    public int[] dilation() {
        return dilation.clone();
    }

    /** Spatial sizes of y: (in + padLow + padHigh - dilation (kernel - 1) - 1) / stride + 1, rounded down. */
    public int[] out() {
        return out.clone();
    }

    /** Elements of x. */
    public int inSize() {
        return batch * inChannels * ConvAxes.product(in);
    }

    /** Elements of w. */
    public int weightSize() {
        return outChannels * (inChannels / groups) * ConvAxes.product(kernel);
    }

    /** Elements of y. */
    public int outSize() {
        return batch * outChannels * ConvAxes.product(out);
    }

    /** Floating-point operations of one pass, counting a multiply-add as two. */
    public double flops() {
        return 2.0 * outSize() * (inChannels / groups) * ConvAxes.product(kernel);
    }

    ConvPlan forwardPlan() {
        var plan = forwardPlan;
        return plan != null ? plan : (forwardPlan = ConvPlan.forward(this));
    }

    ConvPlan backwardPlan() {
        var plan = backwardPlan;
        return plan != null ? plan : (backwardPlan = ConvPlan.backward(this));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConvShape s
                && batch == s.batch
                && inChannels == s.inChannels
                && outChannels == s.outChannels
                && groups == s.groups
                && Arrays.equals(in, s.in)
                && Arrays.equals(kernel, s.kernel)
                && Arrays.equals(stride, s.stride)
                && Arrays.equals(padLow, s.padLow)
                && Arrays.equals(padHigh, s.padHigh)
                && Arrays.equals(dilation, s.dilation);
    }

    @Override
    public int hashCode() {
        int h = ((batch * 31 + inChannels) * 31 + outChannels) * 31 + groups;
        for (var axes : new int[][] {in, kernel, stride, padLow, padHigh, dilation}) {
            h = h * 31 + Arrays.hashCode(axes);
        }
        return h;
    }

    @Override
    public String toString() {
        return "conv " + batch + " x " + inChannels + "->" + outChannels + (groups > 1 ? " groups " + groups : "")
                + " in "
                + Arrays.toString(in) + " kernel " + Arrays.toString(kernel) + " stride " + Arrays.toString(stride)
                + " pad "
                + Arrays.toString(padLow) + Arrays.toString(padHigh) + " dilation " + Arrays.toString(dilation);
    }
}
