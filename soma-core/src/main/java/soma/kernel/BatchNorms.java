package soma.kernel;

/**
 * Batch norm on (images, channels, size). Variance is biased and never E[x^2] - mean^2.
 * <p>Ioffe, Szegedy 2015, arXiv 1502.03167.
 */
public final class BatchNorms {

    private BatchNorms() {}

    /** Mean and biased variance, in two passes, of the channels [c0, c1) of x: (images, channels, size). */
    public static void stats(
            float[] x,
            int xo,
            float[] mean,
            int mo,
            float[] var,
            int vo,
            int images,
            int channels,
            int size,
            int c0,
            int c1) {
        if (Cpu.VECTORS && VectorBatchNorm.takes(channels, size)) {
            VectorBatchNorm.stats(x, xo, mean, mo, var, vo, images, channels, size, c0, c1);
        } else if (Cpu.VECTORS && VectorSmallPlanes.takes(channels, size)) {
            VectorSmallPlanes.stats(x, xo, mean, mo, var, vo, images, channels, size, c0, c1);
        } else {
            ScalarBatchNorm.stats(x, xo, mean, mo, var, vo, images, channels, size, c0, c1);
        }
    }

    /** y = (x - mean[c]) rstd[c] w[c] + b[c] for the images [n0, n1); {@code w}, {@code b} may be empty. */
    public static void forward(
            float[] x,
            int xo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] w,
            int wo,
            float[] b,
            int bo,
            float[] y,
            int yo,
            int channels,
            int size,
            int n0,
            int n1) {
        if (Cpu.VECTORS && VectorBatchNorm.takes(channels, size)) {
            VectorBatchNorm.normalise(x, xo, mean, mo, rstd, ro, w, wo, b, bo, y, yo, channels, size, n0, n1);
        } else if (Cpu.VECTORS && VectorSmallPlanes.takes(channels, size)) {
            VectorSmallPlanes.normalise(x, xo, mean, mo, rstd, ro, w, wo, b, bo, y, yo, channels, size, n0, n1);
        } else {
            ScalarBatchNorm.normalise(x, xo, mean, mo, rstd, ro, w, wo, b, bo, y, yo, channels, size, n0, n1);
        }
    }

    /** For the channels [c0, c1): sum of dy (the gradient of b) and sum of dy xhat (the gradient of w). */
    public static void sums(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] sumDy,
            int so,
            float[] sumDyXhat,
            int to,
            int images,
            int channels,
            int size,
            int c0,
            int c1) {
        if (Cpu.VECTORS && VectorBatchNorm.takes(channels, size)) {
            VectorBatchNorm.sums(
                    x, xo, dy, dyo, mean, mo, rstd, ro, sumDy, so, sumDyXhat, to, images, channels, size, c0, c1);
        } else if (Cpu.VECTORS && VectorSmallPlanes.takes(channels, size)) {
            VectorSmallPlanes.sums(
                    x, xo, dy, dyo, mean, mo, rstd, ro, sumDy, so, sumDyXhat, to, images, channels, size, c0, c1);
        } else {
            ScalarBatchNorm.sums(
                    x, xo, dy, dyo, mean, mo, rstd, ro, sumDy, so, sumDyXhat, to, images, channels, size, c0, c1);
        }
    }

    /**
     * dx = w rstd (dy - sumDy / M - xhat sumDyXhat / M), M = images * size, for the images [n0, n1). {@code w} may
     * be empty.
     */
    public static void back(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] w,
            int wo,
            float[] sumDy,
            int so,
            float[] sumDyXhat,
            int to,
            float[] dx,
            int dxo,
            int images,
            int channels,
            int size,
            int n0,
            int n1) {
        if (Cpu.VECTORS && VectorBatchNorm.takes(channels, size)) {
            VectorBatchNorm.back(
                    x,
                    xo,
                    dy,
                    dyo,
                    mean,
                    mo,
                    rstd,
                    ro,
                    w,
                    wo,
                    sumDy,
                    so,
                    sumDyXhat,
                    to,
                    dx,
                    dxo,
                    channels,
                    size,
                    (float) (1 / ((double) images * size)),
                    n0,
                    n1);
        } else if (Cpu.VECTORS && VectorSmallPlanes.takes(channels, size)) {
            VectorSmallPlanes.back(
                    x, xo, dy, dyo, mean, mo, rstd, ro, w, wo, sumDy, so, sumDyXhat, to, dx, dxo, images, channels,
                    size, n0, n1);
        } else {
            ScalarBatchNorm.back(
                    x, xo, dy, dyo, mean, mo, rstd, ro, w, wo, sumDy, so, sumDyXhat, to, dx, dxo, images, channels,
                    size, n0, n1);
        }
    }

    /** Mean and biased variance, in two passes, of the channels [c0, c1) of x: (images, channels, size). */
    public static void stats(
            double[] x,
            int xo,
            double[] mean,
            int mo,
            double[] var,
            int vo,
            int images,
            int channels,
            int size,
            int c0,
            int c1) {
        ScalarBatchNorm.stats(x, xo, mean, mo, var, vo, images, channels, size, c0, c1);
    }

    /** y = (x - mean[c]) rstd[c] w[c] + b[c] for the images [n0, n1); {@code w}, {@code b} may be empty. */
    public static void forward(
            double[] x,
            int xo,
            double[] mean,
            int mo,
            double[] rstd,
            int ro,
            double[] w,
            int wo,
            double[] b,
            int bo,
            double[] y,
            int yo,
            int channels,
            int size,
            int n0,
            int n1) {
        ScalarBatchNorm.normalise(x, xo, mean, mo, rstd, ro, w, wo, b, bo, y, yo, channels, size, n0, n1);
    }

    /** For the channels [c0, c1): sum of dy (the gradient of b) and sum of dy xhat (the gradient of w). */
    public static void sums(
            double[] x,
            int xo,
            double[] dy,
            int dyo,
            double[] mean,
            int mo,
            double[] rstd,
            int ro,
            double[] sumDy,
            int so,
            double[] sumDyXhat,
            int to,
            int images,
            int channels,
            int size,
            int c0,
            int c1) {
        ScalarBatchNorm.sums(
                x, xo, dy, dyo, mean, mo, rstd, ro, sumDy, so, sumDyXhat, to, images, channels, size, c0, c1);
    }

    /**
     * dx = w rstd (dy - sumDy / M - xhat sumDyXhat / M), M = images * size, for the images [n0, n1). {@code w} may
     * be empty.
     */
    public static void back(
            double[] x,
            int xo,
            double[] dy,
            int dyo,
            double[] mean,
            int mo,
            double[] rstd,
            int ro,
            double[] w,
            int wo,
            double[] sumDy,
            int so,
            double[] sumDyXhat,
            int to,
            double[] dx,
            int dxo,
            int images,
            int channels,
            int size,
            int n0,
            int n1) {
        ScalarBatchNorm.back(
                x, xo, dy, dyo, mean, mo, rstd, ro, w, wo, sumDy, so, sumDyXhat, to, dx, dxo, images, channels, size,
                n0, n1);
    }
}
