package soma.kernel;

/**
 * Layer norm and RMS norm on rows [lo, hi) of length {@code n} (row r at offset + r*n, per-row values at offset + r),
 * batch norm on (images, channels, size). Variance is biased and never E[x^2] - mean^2. Group norm is {@code
 * layerNorm} on the rows (images * groups, channels / groups * size) with empty w and b, then {@code affineChannels}.
 * <p>Ba, Kiros, Hinton 2016, arXiv 1607.06450; Ioffe, Szegedy 2015, arXiv 1502.03167; Wu, He 2018, arXiv 1803.08494.
 */
public final class Norms {

    private static final float[] NONE = new float[0];

    private Norms() {}

    /**
     * y = (x - mean) rstd w + b with the biased variance in two passes; also writes mean and rstd = 1 / sqrt(var +
     * eps) of each row. {@code w}, {@code b} may be empty.
     */
    public static void layerNorm(
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] b,
            int bo,
            float[] y,
            int yo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            int lo,
            int hi,
            int n,
            double eps) {
        if (Cpu.VECTORS && n >= VectorNorms.VL) {
            if (WarmNorms.LAYER.isCold((long) (hi - lo) * n)) {
                WarmNorms.layerNorm(x, xo, w, wo, b, bo, y, yo, mean, mo, rstd, ro, lo, hi, n, eps);
            } else {
                VectorNorms.layerNorm(x, xo, w, wo, b, bo, y, yo, mean, mo, rstd, ro, lo, hi, n, eps);
            }
        } else {
            ScalarNorms.layerNorm(x, xo, w, wo, b, bo, y, yo, mean, mo, rstd, ro, lo, hi, n, eps);
        }
    }

    /**
     * dx for the rows, and dw += dy xhat, db += dy over the rows, into partial sums that the caller adds in a
     * fixed order. {@code w}, {@code dw}, {@code db} may be empty.
     */
    public static void layerNormBack(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] w,
            int wo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] dx,
            int dxo,
            float[] dw,
            int dwo,
            float[] db,
            int dbo,
            int lo,
            int hi,
            int n) {
        if (Cpu.VECTORS && n >= VectorNorms.VL && w.length > 0 && dw.length > 0 && db.length > 0) {
            if (WarmNorms.LAYER_BACK.isCold((long) (hi - lo) * n)) {
                WarmNorms.layerNormBack(
                        x, xo, dy, dyo, w, wo, mean, mo, rstd, ro, dx, dxo, dw, dwo, db, dbo, lo, hi, n);
            } else {
                VectorNorms.layerNormBack(
                        x, xo, dy, dyo, w, wo, mean, mo, rstd, ro, dx, dxo, dw, dwo, db, dbo, lo, hi, n);
            }
        } else {
            ScalarNorms.layerNormBack(x, xo, dy, dyo, w, wo, mean, mo, rstd, ro, dx, dxo, dw, dwo, db, dbo, lo, hi, n);
        }
    }

    /**
     * y = x rstd w with rstd = 1 / sqrt(mean x^2 + eps), also written. {@code w} may be empty. Zhang, Sennrich
     * 2019, arXiv 1910.07467.
     */
    public static void rmsNorm(
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] y,
            int yo,
            float[] rstd,
            int ro,
            int lo,
            int hi,
            int n,
            double eps) {
        if (Cpu.VECTORS && n >= VectorNorms.VL) {
            if (WarmNorms.RMS.isCold((long) (hi - lo) * n)) {
                WarmNorms.rmsNorm(x, xo, w, wo, y, yo, rstd, ro, lo, hi, n, eps);
            } else {
                VectorNorms.rmsNorm(x, xo, w, wo, y, yo, rstd, ro, lo, hi, n, eps);
            }
        } else {
            ScalarNorms.rmsNorm(x, xo, w, wo, y, yo, rstd, ro, lo, hi, n, eps);
        }
    }

    /** dx for the rows, and dw += dy x rstd over the rows. {@code w}, {@code dw} may be empty. */
    public static void rmsNormBack(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] w,
            int wo,
            float[] rstd,
            int ro,
            float[] dx,
            int dxo,
            float[] dw,
            int dwo,
            int lo,
            int hi,
            int n) {
        if (Cpu.VECTORS && n >= VectorNorms.VL && w.length > 0 && dw.length > 0) {
            if (WarmNorms.RMS_BACK.isCold((long) (hi - lo) * n)) {
                WarmNorms.rmsNormBack(x, xo, dy, dyo, w, wo, rstd, ro, dx, dxo, dw, dwo, lo, hi, n);
            } else {
                VectorNorms.rmsNormBack(x, xo, dy, dyo, w, wo, rstd, ro, dx, dxo, dw, dwo, lo, hi, n);
            }
        } else {
            ScalarNorms.rmsNormBack(x, xo, dy, dyo, w, wo, rstd, ro, dx, dxo, dw, dwo, lo, hi, n);
        }
    }

    /** Mean and biased variance, in two passes, of the channels [c0, c1) of x: (images, channels, size). */
    public static void batchStats(
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

    /**
     * y = x scale[c] + shift[c] for the images [n0, n1) of x: (., channels, size); an empty scale is 1, an empty
     * shift 0.
     */
    public static void affineChannels(
            float[] x,
            int xo,
            float[] scale,
            int so,
            float[] shift,
            int ho,
            float[] y,
            int yo,
            int channels,
            int size,
            int n0,
            int n1) {
        if (Cpu.VECTORS && VectorBatchNorm.takes(channels, size)) {
            VectorBatchNorm.normalise(x, xo, NONE, 0, NONE, 0, scale, so, shift, ho, y, yo, channels, size, n0, n1);
        } else if (Cpu.VECTORS && VectorSmallPlanes.takes(channels, size)) {
            VectorSmallPlanes.normalise(x, xo, NONE, 0, NONE, 0, scale, so, shift, ho, y, yo, channels, size, n0, n1);
        } else {
            ScalarBatchNorm.affineChannels(x, xo, scale, so, shift, ho, y, yo, channels, size, n0, n1);
        }
    }

    /** y = (x - mean[c]) rstd[c] w[c] + b[c] for the images [n0, n1); {@code w}, {@code b} may be empty. */
    public static void batchNorm(
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
    public static void batchNormSums(
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
    public static void batchNormBack(
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

    /**
     * y = (x - mean) rstd w + b with the biased variance in two passes; also writes mean and rstd = 1 / sqrt(var +
     * eps) of each row. {@code w}, {@code b} may be empty.
     */
    public static void layerNorm(
            double[] x,
            int xo,
            double[] w,
            int wo,
            double[] b,
            int bo,
            double[] y,
            int yo,
            double[] mean,
            int mo,
            double[] rstd,
            int ro,
            int lo,
            int hi,
            int n,
            double eps) {
        ScalarNorms.layerNorm(x, xo, w, wo, b, bo, y, yo, mean, mo, rstd, ro, lo, hi, n, eps);
    }

    /**
     * dx for the rows, and dw += dy xhat, db += dy over the rows, into partial sums that the caller adds in a
     * fixed order. {@code w}, {@code dw}, {@code db} may be empty.
     */
    public static void layerNormBack(
            double[] x,
            int xo,
            double[] dy,
            int dyo,
            double[] w,
            int wo,
            double[] mean,
            int mo,
            double[] rstd,
            int ro,
            double[] dx,
            int dxo,
            double[] dw,
            int dwo,
            double[] db,
            int dbo,
            int lo,
            int hi,
            int n) {
        ScalarNorms.layerNormBack(x, xo, dy, dyo, w, wo, mean, mo, rstd, ro, dx, dxo, dw, dwo, db, dbo, lo, hi, n);
    }

    /**
     * y = x rstd w with rstd = 1 / sqrt(mean x^2 + eps), also written. {@code w} may be empty. Zhang, Sennrich
     * 2019, arXiv 1910.07467.
     */
    public static void rmsNorm(
            double[] x,
            int xo,
            double[] w,
            int wo,
            double[] y,
            int yo,
            double[] rstd,
            int ro,
            int lo,
            int hi,
            int n,
            double eps) {
        ScalarNorms.rmsNorm(x, xo, w, wo, y, yo, rstd, ro, lo, hi, n, eps);
    }

    /** dx for the rows, and dw += dy x rstd over the rows. {@code w}, {@code dw} may be empty. */
    public static void rmsNormBack(
            double[] x,
            int xo,
            double[] dy,
            int dyo,
            double[] w,
            int wo,
            double[] rstd,
            int ro,
            double[] dx,
            int dxo,
            double[] dw,
            int dwo,
            int lo,
            int hi,
            int n) {
        ScalarNorms.rmsNormBack(x, xo, dy, dyo, w, wo, rstd, ro, dx, dxo, dw, dwo, lo, hi, n);
    }

    /** Mean and biased variance, in two passes, of the channels [c0, c1) of x: (images, channels, size). */
    public static void batchStats(
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

    /**
     * y = x scale[c] + shift[c] for the images [n0, n1) of x: (., channels, size); an empty scale is 1, an empty
     * shift 0.
     */
    public static void affineChannels(
            double[] x,
            int xo,
            double[] scale,
            int so,
            double[] shift,
            int ho,
            double[] y,
            int yo,
            int channels,
            int size,
            int n0,
            int n1) {
        ScalarBatchNorm.affineChannels(x, xo, scale, so, shift, ho, y, yo, channels, size, n0, n1);
    }

    /** y = (x - mean[c]) rstd[c] w[c] + b[c] for the images [n0, n1); {@code w}, {@code b} may be empty. */
    public static void batchNorm(
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
    public static void batchNormSums(
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
    public static void batchNormBack(
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
