package soma.kernel;

/** Group norm as plain loops: the reference in tests, what runs without the vector module, and for small planes. */
final class ScalarGroupNorm {

    private ScalarGroupNorm() {}

    static void forward(
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
        int n = each * size;
        for (int r = lo; r < hi; r++) {
            int at = r * n, c0 = r % groups * each;
            double m = 0, squares = 0;
            for (int i = at; i < at + n; i++) {
                m += x[xo + i];
            }
            m /= n;
            for (int i = at; i < at + n; i++) {
                squares += (x[xo + i] - m) * (x[xo + i] - m);
            }
            double s = 1 / Math.sqrt(squares / n + eps);
            mean[r] = (float) m;
            rstd[r] = (float) s;
            for (int c = c0; c < c0 + each; c++) {
                for (int i = 0; i < size; i++, at++) {
                    y[at] = (float) ((x[xo + at] - m) * s * w[wo + c] + b[bo + c]);
                }
            }
        }
    }

    static void back(
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
        int n = each * size, channels = groups * each;
        for (int r = lo; r < hi; r++) {
            int from = r * n, c0 = r % groups * each, to = r / groups * 2 * channels;
            double m = mean[mo + r], s = rstd[ro + r], a = 0, q = 0;
            for (int c = c0, at = from; c < c0 + each; c++) {
                double sum = 0, sumX = 0;
                for (int i = 0; i < size; i++, at++) {
                    sum += dy[dyo + at];
                    sumX += dy[dyo + at] * (x[xo + at] - m) * s;
                }
                sums[to + c] = (float) sumX;
                sums[to + channels + c] = (float) sum;
                a += w[wo + c] * sum / n;
                q += w[wo + c] * sumX / n;
            }
            for (int c = c0, at = from; c < c0 + each; c++) {
                for (int i = 0; i < size; i++, at++) {
                    dx[at] = (float) (s * (w[wo + c] * dy[dyo + at] - a - (x[xo + at] - m) * s * q));
                }
            }
        }
    }

    static void forward(
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
        int n = each * size;
        for (int r = lo; r < hi; r++) {
            int at = r * n, c0 = r % groups * each;
            double m = 0, squares = 0;
            for (int i = at; i < at + n; i++) {
                m += x[xo + i];
            }
            m /= n;
            for (int i = at; i < at + n; i++) {
                squares += (x[xo + i] - m) * (x[xo + i] - m);
            }
            double s = 1 / Math.sqrt(squares / n + eps);
            mean[r] = m;
            rstd[r] = s;
            for (int c = c0; c < c0 + each; c++) {
                for (int i = 0; i < size; i++, at++) {
                    y[at] = ((x[xo + at] - m) * s * w[wo + c] + b[bo + c]);
                }
            }
        }
    }

    static void back(
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
        int n = each * size, channels = groups * each;
        for (int r = lo; r < hi; r++) {
            int from = r * n, c0 = r % groups * each, to = r / groups * 2 * channels;
            double m = mean[mo + r], s = rstd[ro + r], a = 0, q = 0;
            for (int c = c0, at = from; c < c0 + each; c++) {
                double sum = 0, sumX = 0;
                for (int i = 0; i < size; i++, at++) {
                    sum += dy[dyo + at];
                    sumX += dy[dyo + at] * (x[xo + at] - m) * s;
                }
                sums[to + c] = sumX;
                sums[to + channels + c] = sum;
                a += w[wo + c] * sum / n;
                q += w[wo + c] * sumX / n;
            }
            for (int c = c0, at = from; c < c0 + each; c++) {
                for (int i = 0; i < size; i++, at++) {
                    dx[at] = (s * (w[wo + c] * dy[dyo + at] - a - (x[xo + at] - m) * s * q));
                }
            }
        }
    }
}
