package soma.kernel;

/**
 * Layer norm and RMS norm on rows [lo, hi) of length {@code n} (row r at offset + r*n, per-row values at offset + r).
 * Variance is biased and never E[x^2] - mean^2.
 * <p>Ba, Kiros, Hinton 2016, arXiv 1607.06450.
 */
public final class Norms {

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
}
