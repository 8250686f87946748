package soma.kernel;

import java.util.Arrays;

/**
 * The row kernels as plain loops with sums in double: the reference in tests, and what runs without the vector
 * module.
 */
final class ScalarRows {

    private ScalarRows() {}

    static void softmax(float[] x, int xo, float[] y, int yo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            float max = max(x, xr, n);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double e = Math.exp(x[xr + i] - max);
                y[yr + i] = (float) e;
                sum += e;
            }
            float scale = (float) (1 / sum);
            for (int i = 0; i < n; i++) {
                y[yr + i] *= scale;
            }
        }
    }

    static void softmaxBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int yr = yo + r * n, dyr = dyo + r * n, dxr = dxo + r * n;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (double) dy[dyr + i] * y[yr + i];
            }
            float s = (float) sum;
            for (int i = 0; i < n; i++) {
                dx[dxr + i] = y[yr + i] * (dy[dyr + i] - s);
            }
        }
    }

    static void logSoftmax(float[] x, int xo, float[] y, int yo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            float max = max(x, xr, n);
            float log = (float) Math.log(sumExp(x, xr, n, max));
            for (int i = 0; i < n; i++) {
                y[yr + i] = x[xr + i] - max - log;
            }
        }
    }

    static void logSoftmaxBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int yr = yo + r * n, dyr = dyo + r * n, dxr = dxo + r * n;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += dy[dyr + i];
            }
            for (int i = 0; i < n; i++) {
                dx[dxr + i] = (float) (dy[dyr + i] - Math.exp(y[yr + i]) * sum);
            }
        }
    }

    static void crossEntropy(
            float[] x, int xo, long[] labels, int lo0, float[] loss, int so, int lo, int hi, int n, long ignoreIndex) {
        for (int r = lo; r < hi; r++) {
            long label = labels[lo0 + r];
            if (label == ignoreIndex) {
                loss[so + r] = 0;
                continue;
            }
            int xr = xo + r * n, c = Rows.checked(label, r, n);
            float max = max(x, xr, n);
            loss[so + r] = (float) (Math.log(sumExp(x, xr, n, max)) + (max - x[xr + c]));
        }
    }

    static void crossEntropyBack(
            float[] x,
            int xo,
            long[] labels,
            int lo0,
            float[] scale,
            int so,
            float[] dx,
            int dxo,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        for (int r = lo; r < hi; r++) {
            long label = labels[lo0 + r];
            int xr = xo + r * n, dxr = dxo + r * n;
            if (label == ignoreIndex) {
                Arrays.fill(dx, dxr, dxr + n, 0);
                continue;
            }
            int c = Rows.checked(label, r, n);
            float s = scale[so + r];
            float max = max(x, xr, n);
            double sum = sumExp(x, xr, n, max);
            for (int i = 0; i < n; i++) {
                double p = Math.exp(x[xr + i] - max) / sum;
                dx[dxr + i] = (float) ((i == c ? p - 1 : p) * s);
            }
        }
    }

    private static float max(float[] x, int xr, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[xr + i]);
        }
        return max;
    }

    private static double sumExp(float[] x, int xr, int n, float max) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(x[xr + i] - max);
        }
        return sum;
    }

    static void softmax(double[] x, int xo, double[] y, int yo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            double max = max(x, xr, n);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double e = Math.exp(x[xr + i] - max);
                y[yr + i] = e;
                sum += e;
            }
            double scale = (1 / sum);
            for (int i = 0; i < n; i++) {
                y[yr + i] *= scale;
            }
        }
    }

    static void softmaxBack(double[] y, int yo, double[] dy, int dyo, double[] dx, int dxo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int yr = yo + r * n, dyr = dyo + r * n, dxr = dxo + r * n;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += dy[dyr + i] * y[yr + i];
            }
            double s = sum;
            for (int i = 0; i < n; i++) {
                dx[dxr + i] = y[yr + i] * (dy[dyr + i] - s);
            }
        }
    }

    static void logSoftmax(double[] x, int xo, double[] y, int yo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            double max = max(x, xr, n);
            double log = Math.log(sumExp(x, xr, n, max));
            for (int i = 0; i < n; i++) {
                y[yr + i] = x[xr + i] - max - log;
            }
        }
    }

    static void logSoftmaxBack(double[] y, int yo, double[] dy, int dyo, double[] dx, int dxo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int yr = yo + r * n, dyr = dyo + r * n, dxr = dxo + r * n;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += dy[dyr + i];
            }
            for (int i = 0; i < n; i++) {
                dx[dxr + i] = (dy[dyr + i] - Math.exp(y[yr + i]) * sum);
            }
        }
    }

    static void crossEntropy(
            double[] x,
            int xo,
            long[] labels,
            int lo0,
            double[] loss,
            int so,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        for (int r = lo; r < hi; r++) {
            long label = labels[lo0 + r];
            if (label == ignoreIndex) {
                loss[so + r] = 0;
                continue;
            }
            int xr = xo + r * n, c = Rows.checked(label, r, n);
            double max = max(x, xr, n);
            loss[so + r] = (Math.log(sumExp(x, xr, n, max)) + (max - x[xr + c]));
        }
    }

    static void crossEntropyBack(
            double[] x,
            int xo,
            long[] labels,
            int lo0,
            double[] scale,
            int so,
            double[] dx,
            int dxo,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        for (int r = lo; r < hi; r++) {
            long label = labels[lo0 + r];
            int xr = xo + r * n, dxr = dxo + r * n;
            if (label == ignoreIndex) {
                Arrays.fill(dx, dxr, dxr + n, 0);
                continue;
            }
            int c = Rows.checked(label, r, n);
            double s = scale[so + r];
            double max = max(x, xr, n);
            double sum = sumExp(x, xr, n, max);
            for (int i = 0; i < n; i++) {
                double p = Math.exp(x[xr + i] - max) / sum;
                dx[dxr + i] = ((i == c ? p - 1 : p) * s);
            }
        }
    }

    private static double max(double[] x, int xr, int n) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[xr + i]);
        }
        return max;
    }

    private static double sumExp(double[] x, int xr, int n, double max) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(x[xr + i] - max);
        }
        return sum;
    }
}
