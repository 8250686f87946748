package soma.kernel;

/** Layer norm and RMS norm as plain loops with sums in double: the reference in tests, and the way without vectors. */
final class ScalarNorms {

    private ScalarNorms() {}

    static void layerNorm(
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

    static void layerNorm(
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
}
