package soma.kernel;

/**
 * Convolution over one to three spatial axes: y[n, co, o] = sum over ci and r of w[co, ci, r] x[n, ci, o * stride + r *
 * dilation - pad], its two adjoints, and with them transposed convolution. x: (N, Cin, in...), w: (Cout, Cin/groups,
 * kernel...), y: (N, Cout, out...).
 * <p>Large ones of two to five taps an axis go Winograd's way ({@link WinogradConv}), which rounds a little more; the rest sums products.
 * Results are the same bits for any number of threads.
 */
public final class Conv {

    private Conv() {}

    /** y = conv(x, w); {@code after} sees each finished range of y, counted from {@code yo}. */
    public static void forward(
            Workers workers, ConvShape shape, float[] x, int xo, float[] w, int wo, float[] y, int yo, Epilogue after) {
        check(shape, x.length, xo, w.length, wo, y.length, yo);
        if (Cpu.VECTORS) {
            VectorConv.forward(workers, shape.forwardPlan(), x, xo, w, wo, y, yo, after);
        } else {
            ScalarConv.forward(workers, shape.forwardPlan(), x, xo, w, wo, y, yo, after);
        }
    }

    /**
     * dx, the adjoint of {@link #forward} in x; with an epilogue since it is the forward pass of a transposed
     * convolution.
     */
    public static void backwardData(
            Workers workers,
            ConvShape shape,
            float[] dy,
            int dyo,
            float[] w,
            int wo,
            float[] dx,
            int dxo,
            Epilogue after) {
        check(shape, dx.length, dxo, w.length, wo, dy.length, dyo);
        if (Cpu.VECTORS) {
            VectorConv.forward(workers, shape.backwardPlan(), dy, dyo, w, wo, dx, dxo, after);
        } else {
            ScalarConv.forward(workers, shape.backwardPlan(), dy, dyo, w, wo, dx, dxo, after);
        }
    }

    /** dw, the adjoint of {@link #forward} in w. */
    public static void backwardWeight(
            Workers workers, ConvShape shape, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        check(shape, x.length, xo, dw.length, dwo, dy.length, dyo);
        if (Cpu.VECTORS) {
            VectorConvWeight.run(workers, shape.forwardPlan(), x, xo, dy, dyo, dw, dwo);
        } else {
            ScalarConv.backwardWeight(workers, shape.forwardPlan(), x, xo, dy, dyo, dw, dwo);
        }
    }

    /** {@link #forward} in double precision. */
    public static void forward(
            Workers workers,
            ConvShape shape,
            double[] x,
            int xo,
            double[] w,
            int wo,
            double[] y,
            int yo,
            Epilogue after) {
        check(shape, x.length, xo, w.length, wo, y.length, yo);
        ScalarConvDouble.forward(workers, shape.forwardPlan(), x, xo, w, wo, y, yo, after);
    }

    /** {@link #backwardData} in double precision. */
    public static void backwardData(
            Workers workers,
            ConvShape shape,
            double[] dy,
            int dyo,
            double[] w,
            int wo,
            double[] dx,
            int dxo,
            Epilogue after) {
        check(shape, dx.length, dxo, w.length, wo, dy.length, dyo);
        ScalarConvDouble.forward(workers, shape.backwardPlan(), dy, dyo, w, wo, dx, dxo, after);
    }

    /** {@link #backwardWeight} in double precision. */
    public static void backwardWeight(
            Workers workers, ConvShape shape, double[] x, int xo, double[] dy, int dyo, double[] dw, int dwo) {
        check(shape, x.length, xo, dw.length, dwo, dy.length, dyo);
        ScalarConvDouble.backwardWeight(workers, shape.forwardPlan(), x, xo, dy, dyo, dw, dwo);
    }

    private static void check(ConvShape shape, int x, int xo, int w, int wo, int y, int yo) {
        check("input side", x, xo, shape.inSize(), shape);
        check("weights", w, wo, shape.weightSize(), shape);
        check("output side", y, yo, shape.outSize(), shape);
    }

    private static void check(String what, int length, int from, int size, ConvShape shape) {
        if (from < 0 || length - from < size) {
            throw new IllegalArgumentException("conv: the array of the " + what + " has " + length
                    + " elements from offset " + from + " on, but needs " + size + ": " + shape);
        }
    }
}
