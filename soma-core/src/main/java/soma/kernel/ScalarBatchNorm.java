package soma.kernel;

/** Batch norm as plain loops with sums in double: the reference in tests, and the way without vectors. */
final class ScalarBatchNorm {

    private ScalarBatchNorm() {}

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
        double count = (double) images * size;
        for (int c = c0; c < c1; c++) {
            double sum = 0, squares = 0;
            for (int k = 0; k < images; k++) {
                int at = xo + (k * channels + c) * size;
                for (int i = 0; i < size; i++) {
                    sum += x[at + i];
                }
            }
            double m = sum / count;
            for (int k = 0; k < images; k++) {
                int at = xo + (k * channels + c) * size;
                for (int i = 0; i < size; i++) {
                    squares += (x[at + i] - m) * (x[at + i] - m);
                }
            }
            mean[mo + c] = (float) m;
            var[vo + c] = (float) (squares / count);
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
        for (int k = n0; k < n1; k++) {
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                float m = mean[mo + c], s = rstd[ro + c] * (w.length == 0 ? 1 : w[wo + c]);
                float h = b.length == 0 ? 0 : b[bo + c];
                for (int i = 0; i < size; i++) {
                    y[yo + at + i] = (x[xo + at + i] - m) * s + h;
                }
            }
        }
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
        for (int c = c0; c < c1; c++) {
            double sum = 0, sumX = 0, m = mean[mo + c], s = rstd[ro + c];
            for (int k = 0; k < images; k++) {
                int at = (k * channels + c) * size;
                for (int i = 0; i < size; i++) {
                    double g = dy[dyo + at + i];
                    sum += g;
                    sumX += g * (x[xo + at + i] - m);
                }
            }
            sumDy[so + c] = (float) sum;
            sumDyXhat[to + c] = (float) (sumX * s);
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
        double count = (double) images * size;
        for (int k = n0; k < n1; k++) {
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                double m = mean[mo + c], s = rstd[ro + c], a = s * (w.length == 0 ? 1 : w[wo + c]);
                double g0 = sumDy[so + c] / count, g1 = sumDyXhat[to + c] / count;
                for (int i = 0; i < size; i++) {
                    dx[dxo + at + i] = (float) (a * (dy[dyo + at + i] - g0 - (x[xo + at + i] - m) * s * g1));
                }
            }
        }
    }

    static void stats(
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
        double count = (double) images * size;
        for (int c = c0; c < c1; c++) {
            double sum = 0, squares = 0;
            for (int k = 0; k < images; k++) {
                int at = xo + (k * channels + c) * size;
                for (int i = 0; i < size; i++) {
                    sum += x[at + i];
                }
            }
            double m = sum / count;
            for (int k = 0; k < images; k++) {
                int at = xo + (k * channels + c) * size;
                for (int i = 0; i < size; i++) {
                    squares += (x[at + i] - m) * (x[at + i] - m);
                }
            }
            mean[mo + c] = m;
            var[vo + c] = (squares / count);
        }
    }

    static void normalise(
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
        for (int k = n0; k < n1; k++) {
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                double m = mean[mo + c], s = rstd[ro + c] * (w.length == 0 ? 1 : w[wo + c]);
                double h = b.length == 0 ? 0 : b[bo + c];
                for (int i = 0; i < size; i++) {
                    y[yo + at + i] = (x[xo + at + i] - m) * s + h;
                }
            }
        }
    }

    static void sums(
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
        for (int c = c0; c < c1; c++) {
            double sum = 0, sumX = 0, m = mean[mo + c], s = rstd[ro + c];
            for (int k = 0; k < images; k++) {
                int at = (k * channels + c) * size;
                for (int i = 0; i < size; i++) {
                    double g = dy[dyo + at + i];
                    sum += g;
                    sumX += g * (x[xo + at + i] - m);
                }
            }
            sumDy[so + c] = sum;
            sumDyXhat[to + c] = (sumX * s);
        }
    }

    static void back(
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
        double count = (double) images * size;
        for (int k = n0; k < n1; k++) {
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                double m = mean[mo + c], s = rstd[ro + c], a = s * (w.length == 0 ? 1 : w[wo + c]);
                double g0 = sumDy[so + c] / count, g1 = sumDyXhat[to + c] / count;
                for (int i = 0; i < size; i++) {
                    dx[dxo + at + i] = (a * (dy[dyo + at + i] - g0 - (x[xo + at + i] - m) * s * g1));
                }
            }
        }
    }
}
