package soma.kernel;

import java.util.Arrays;

/**
 * Batch norm where a plane has 2 elements or more but is no vector long: (images, channels, size) is taken as
 * (images, channels * size, 1) with each channel's values repeated, and sums over the columns of a channel are added
 * at the end.
 */
final class VectorSmallPlanes {

    private VectorSmallPlanes() {}

    static boolean takes(int channels, int size) {
        return size > 1 && !VectorBatchNorm.takes(channels, size) && VectorBatchNorm.takes(channels * size, 1);
    }

    private static float[] repeated(float[] v, int vo, int c0, int c1, int size) {
        if (v.length == 0) {
            return v;
        }
        var wide = new float[(c1 - c0) * size];
        for (int c = c0; c < c1; c++) {
            Arrays.fill(wide, (c - c0) * size, (c - c0 + 1) * size, v[vo + c]);
        }
        return wide;
    }

    static void stats(
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
        int from = c0 * size, to = c1 * size;
        float[] means = new float[to - from], vars = new float[to - from];
        VectorBatchNorm.stats(x, xo, means, -from, vars, -from, images, channels * size, 1, from, to);
        for (int c = c0; c < c1; c++) {
            double m = 0, v = 0;
            for (int i = (c - c0) * size; i < (c - c0 + 1) * size; i++) {
                m += means[i];
            }
            m /= size;
            for (int i = (c - c0) * size; i < (c - c0 + 1) * size; i++) {
                v += vars[i] + (means[i] - m) * (means[i] - m);
            }
            mean[mo + c] = (float) m;
            var[vo + c] = (float) (v / size);
        }
    }

    static void normalise(
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
        VectorBatchNorm.normalise(
                x,
                xo,
                repeated(mean, mo, 0, channels, size),
                0,
                repeated(rstd, ro, 0, channels, size),
                0,
                repeated(w, wo, 0, channels, size),
                0,
                repeated(b, bo, 0, channels, size),
                0,
                y,
                yo,
                channels * size,
                1,
                n0,
                n1);
    }

    static void sums(
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
        int from = c0 * size, end = c1 * size;
        float[] sums = new float[end - from], sumsX = new float[end - from];
        VectorBatchNorm.sums(
                x,
                xo,
                dy,
                dyo,
                repeated(mean, mo, c0, c1, size),
                -from,
                repeated(rstd, ro, c0, c1, size),
                -from,
                sums,
                -from,
                sumsX,
                -from,
                images,
                channels * size,
                1,
                from,
                end);
        for (int c = c0; c < c1; c++) {
            double sum = 0, sumX = 0;
            for (int i = (c - c0) * size; i < (c - c0 + 1) * size; i++) {
                sum += sums[i];
                sumX += sumsX[i];
            }
            sumDy[so + c] = (float) sum;
            sumDyXhat[to + c] = (float) sumX;
        }
    }

    static void back(
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
        VectorBatchNorm.back(
                x,
                xo,
                dy,
                dyo,
                repeated(mean, mo, 0, channels, size),
                0,
                repeated(rstd, ro, 0, channels, size),
                0,
                repeated(w, wo, 0, channels, size),
                0,
                repeated(sumDy, so, 0, channels, size),
                0,
                repeated(sumDyXhat, to, 0, channels, size),
                0,
                dx,
                dxo,
                channels * size,
                1,
                (float) (1 / ((double) images * size)),
                n0,
                n1);
    }
}
