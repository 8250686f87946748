package soma.kernel;

/** The normalisations as plain loops with sums in double: the reference in tests, and what runs without the vector module. */
final class ScalarNorms {

    private ScalarNorms() {}

    static void layerNorm(
            float[] x, int xo, float[] w, int wo, float[] b, int bo, float[] y, int yo,
            float[] mean, int mo, float[] rstd, int ro, int lo, int hi, int n, double eps) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += x[xr + i];
            }
            double m = sum / n, squares = 0;
            for (int i = 0; i < n; i++) {
                squares += (x[xr + i] - m) * (x[xr + i] - m);
            }
            double s = 1 / Math.sqrt(squares / n + eps);
            mean[mo + r] = (float) m;
            rstd[ro + r] = (float) s;
            for (int i = 0; i < n; i++) {
                double h = (x[xr + i] - m) * s;
                y[yr + i] = (float) (h * (w.length == 0 ? 1 : w[wo + i]) + (b.length == 0 ? 0 : b[bo + i]));
            }
        }
    }

    static void layerNormBack(
            float[] x, int xo, float[] dy, int dyo, float[] w, int wo, float[] mean, int mo, float[] rstd, int ro,
            float[] dx, int dxo, float[] dw, int dwo, float[] db, int dbo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            double m = mean[mo + r], s = rstd[ro + r], sum = 0, sumX = 0;
            for (int i = 0; i < n; i++) {
                double h = (x[xr + i] - m) * s, g = dy[gr + i] * (double) (w.length == 0 ? 1 : w[wo + i]);
                sum += g;
                sumX += g * h;
                if (dw.length > 0) {
                    dw[dwo + i] += (float) (dy[gr + i] * h);
                }
                if (db.length > 0) {
                    db[dbo + i] += dy[gr + i];
                }
            }
            for (int i = 0; i < n; i++) {
                double h = (x[xr + i] - m) * s, g = dy[gr + i] * (double) (w.length == 0 ? 1 : w[wo + i]);
                dx[dr + i] = (float) ((g - sum / n - h * (sumX / n)) * s);
            }
        }
    }

    static void rmsNorm(
            float[] x, int xo, float[] w, int wo, float[] y, int yo, float[] rstd, int ro,
            int lo, int hi, int n, double eps) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                squares += (double) x[xr + i] * x[xr + i];
            }
            float s = (float) (1 / Math.sqrt(squares / n + eps));
            rstd[ro + r] = s;
            for (int i = 0; i < n; i++) {
                y[yr + i] = x[xr + i] * s * (w.length == 0 ? 1 : w[wo + i]);
            }
        }
    }

    static void rmsNormBack(
            float[] x, int xo, float[] dy, int dyo, float[] w, int wo, float[] rstd, int ro,
            float[] dx, int dxo, float[] dw, int dwo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            double s = rstd[ro + r], sumX = 0;
            for (int i = 0; i < n; i++) {
                double h = x[xr + i] * s;
                sumX += dy[gr + i] * (double) (w.length == 0 ? 1 : w[wo + i]) * h;
                if (dw.length > 0) {
                    dw[dwo + i] += (float) (dy[gr + i] * h);
                }
            }
            for (int i = 0; i < n; i++) {
                double g = dy[gr + i] * (double) (w.length == 0 ? 1 : w[wo + i]);
                dx[dr + i] = (float) ((g - x[xr + i] * s * (sumX / n)) * s);
            }
        }
    }

    static void batchStats(
            float[] x, int xo, float[] mean, int mo, float[] var, int vo, int images, int channels, int size,
            int c0, int c1) {
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

    static void affineChannels(
            float[] x, int xo, float[] scale, int so, float[] shift, int ho, float[] y, int yo,
            int channels, int size, int n0, int n1) {
        for (int k = n0; k < n1; k++) {
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                float a = scale.length == 0 ? 1 : scale[so + c], b = shift.length == 0 ? 0 : shift[ho + c];
                for (int i = 0; i < size; i++) {
                    y[yo + at + i] = x[xo + at + i] * a + b;
                }
            }
        }
    }

    static void batchNorm(
            float[] x, int xo, float[] mean, int mo, float[] rstd, int ro, float[] w, int wo, float[] b, int bo,
            float[] y, int yo, int channels, int size, int n0, int n1) {
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

    static void batchNormSums(
            float[] x, int xo, float[] dy, int dyo, float[] mean, int mo, float[] rstd, int ro,
            float[] sumDy, int so, float[] sumDyXhat, int to, int images, int channels, int size, int c0, int c1) {
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

    static void batchNormBack(
            float[] x, int xo, float[] dy, int dyo, float[] mean, int mo, float[] rstd, int ro, float[] w, int wo,
            float[] sumDy, int so, float[] sumDyXhat, int to, float[] dx, int dxo,
            int images, int channels, int size, int n0, int n1) {
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

    static void layerNorm(
            double[] x, int xo, double[] w, int wo, double[] b, int bo, double[] y, int yo,
            double[] mean, int mo, double[] rstd, int ro, int lo, int hi, int n, double eps) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += x[xr + i];
            }
            double m = sum / n, squares = 0;
            for (int i = 0; i < n; i++) {
                squares += (x[xr + i] - m) * (x[xr + i] - m);
            }
            double s = 1 / Math.sqrt(squares / n + eps);
            mean[mo + r] = m;
            rstd[ro + r] = s;
            for (int i = 0; i < n; i++) {
                double h = (x[xr + i] - m) * s;
                y[yr + i] = (h * (w.length == 0 ? 1 : w[wo + i]) + (b.length == 0 ? 0 : b[bo + i]));
            }
        }
    }

    static void layerNormBack(
            double[] x, int xo, double[] dy, int dyo, double[] w, int wo, double[] mean, int mo, double[] rstd, int ro,
            double[] dx, int dxo, double[] dw, int dwo, double[] db, int dbo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            double m = mean[mo + r], s = rstd[ro + r], sum = 0, sumX = 0;
            for (int i = 0; i < n; i++) {
                double h = (x[xr + i] - m) * s, g = dy[gr + i] * (w.length == 0 ? 1 : w[wo + i]);
                sum += g;
                sumX += g * h;
                if (dw.length > 0) {
                    dw[dwo + i] += (dy[gr + i] * h);
                }
                if (db.length > 0) {
                    db[dbo + i] += dy[gr + i];
                }
            }
            for (int i = 0; i < n; i++) {
                double h = (x[xr + i] - m) * s, g = dy[gr + i] * (w.length == 0 ? 1 : w[wo + i]);
                dx[dr + i] = ((g - sum / n - h * (sumX / n)) * s);
            }
        }
    }

    static void rmsNorm(
            double[] x, int xo, double[] w, int wo, double[] y, int yo, double[] rstd, int ro,
            int lo, int hi, int n, double eps) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, yr = yo + r * n;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                squares += x[xr + i] * x[xr + i];
            }
            double s = (1 / Math.sqrt(squares / n + eps));
            rstd[ro + r] = s;
            for (int i = 0; i < n; i++) {
                y[yr + i] = x[xr + i] * s * (w.length == 0 ? 1 : w[wo + i]);
            }
        }
    }

    static void rmsNormBack(
            double[] x, int xo, double[] dy, int dyo, double[] w, int wo, double[] rstd, int ro,
            double[] dx, int dxo, double[] dw, int dwo, int lo, int hi, int n) {
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n, gr = dyo + r * n, dr = dxo + r * n;
            double s = rstd[ro + r], sumX = 0;
            for (int i = 0; i < n; i++) {
                double h = x[xr + i] * s;
                sumX += dy[gr + i] * (w.length == 0 ? 1 : w[wo + i]) * h;
                if (dw.length > 0) {
                    dw[dwo + i] += (dy[gr + i] * h);
                }
            }
            for (int i = 0; i < n; i++) {
                double g = dy[gr + i] * (w.length == 0 ? 1 : w[wo + i]);
                dx[dr + i] = ((g - x[xr + i] * s * (sumX / n)) * s);
            }
        }
    }

    static void batchStats(
            double[] x, int xo, double[] mean, int mo, double[] var, int vo, int images, int channels, int size,
            int c0, int c1) {
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

    static void affineChannels(
            double[] x, int xo, double[] scale, int so, double[] shift, int ho, double[] y, int yo,
            int channels, int size, int n0, int n1) {
        for (int k = n0; k < n1; k++) {
            for (int c = 0; c < channels; c++) {
                int at = (k * channels + c) * size;
                double a = scale.length == 0 ? 1 : scale[so + c], b = shift.length == 0 ? 0 : shift[ho + c];
                for (int i = 0; i < size; i++) {
                    y[yo + at + i] = x[xo + at + i] * a + b;
                }
            }
        }
    }

    static void batchNorm(
            double[] x, int xo, double[] mean, int mo, double[] rstd, int ro, double[] w, int wo, double[] b, int bo,
            double[] y, int yo, int channels, int size, int n0, int n1) {
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

    static void batchNormSums(
            double[] x, int xo, double[] dy, int dyo, double[] mean, int mo, double[] rstd, int ro,
            double[] sumDy, int so, double[] sumDyXhat, int to, int images, int channels, int size, int c0, int c1) {
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

    static void batchNormBack(
            double[] x, int xo, double[] dy, int dyo, double[] mean, int mo, double[] rstd, int ro, double[] w, int wo,
            double[] sumDy, int so, double[] sumDyXhat, int to, double[] dx, int dxo,
            int images, int channels, int size, int n0, int n1) {
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
