package soma.kernel;

/**
 * Group norm of x: (images, groups * each channels, size), for the rows [lo, hi), a row being one group of one image:
 * {@code each} channels of {@code size}. Per-row values are at their offset + row, results start at 0.
 */
public final class GroupNorms {

    private GroupNorms() {}

    /** y = (x - mean) rstd w + b, and each row's mean and rstd = 1 / sqrt(var + eps). */
    public static void forward(
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] b,
            int bo,
            float[] y,
            float[] mean,
            float[] rstd,
            int groups,
            int each,
            int size,
            int lo,
            int hi,
            double eps) {
        if (Cpu.VECTORS && VectorGroupNorm.takes(size)) {
            VectorGroupNorm.forward(x, xo, w, wo, b, bo, y, mean, rstd, groups, each, size, lo, hi, eps);
        } else {
            ScalarGroupNorm.forward(x, xo, w, wo, b, bo, y, mean, rstd, groups, each, size, lo, hi, eps);
        }
    }

    /**
     * dx = rstd (w dy - m(w dy) - xhat m(w dy xhat)), m the mean over the row; and the sums of dy xhat and of dy over
     * each channel of an image, at sums[image][0][channel] and sums[image][1][channel].
     */
    public static void back(
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
            float[] sums,
            int groups,
            int each,
            int size,
            int lo,
            int hi) {
        if (Cpu.VECTORS && VectorGroupNorm.takes(size)) {
            VectorGroupNorm.back(x, xo, dy, dyo, w, wo, mean, mo, rstd, ro, dx, sums, groups, each, size, lo, hi);
        } else {
            ScalarGroupNorm.back(x, xo, dy, dyo, w, wo, mean, mo, rstd, ro, dx, sums, groups, each, size, lo, hi);
        }
    }

    /** {@link #forward} in double. */
    public static void forward(
            double[] x,
            int xo,
            double[] w,
            int wo,
            double[] b,
            int bo,
            double[] y,
            double[] mean,
            double[] rstd,
            int groups,
            int each,
            int size,
            int lo,
            int hi,
            double eps) {
        ScalarGroupNorm.forward(x, xo, w, wo, b, bo, y, mean, rstd, groups, each, size, lo, hi, eps);
    }

    /** {@link #back} in double. */
    public static void back(
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
            double[] sums,
            int groups,
            int each,
            int size,
            int lo,
            int hi) {
        ScalarGroupNorm.back(x, xo, dy, dyo, w, wo, mean, mo, rstd, ro, dx, sums, groups, each, size, lo, hi);
    }
}
