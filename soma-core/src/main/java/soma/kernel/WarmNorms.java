package soma.kernel;

import org.jspecify.annotations.Nullable;

/** Layer norm and RMS norm on their way to hot. The twins keep a sum for each lane, and fold them as the vectors do. */
final class WarmNorms extends Warming {

    private enum Kind {
        LAYER,
        LAYER_BACK,
        RMS,
        RMS_BACK
    }

    static final WarmNorms LAYER = new WarmNorms(Kind.LAYER);
    static final WarmNorms LAYER_BACK = new WarmNorms(Kind.LAYER_BACK);
    static final WarmNorms RMS = new WarmNorms(Kind.RMS);
    static final WarmNorms RMS_BACK = new WarmNorms(Kind.RMS_BACK);

    private static final int VL = VectorNorms.VL;
    private static final float[] NONE = new float[0];

    /** The longer of the rows that are sampled. */
    private static final int LONG = 9 * VL + 1;

    private final Kind kind;
    private float @Nullable [] numbers;
    private int calls;

    private WarmNorms(Kind kind) {
        this.kind = kind;
    }

    @Override
    int instructions() {
        return 250;
    }

    @Override
    int turns() {
        return 4;
    }

    /** Rows with and without a part of a vector at their end, in turn. */
    @Override
    void sample(int turns) {
        if (numbers == null) {
            numbers = new float[7 * LONG * turns()];
        }
        var x = numbers;
        int n = ++calls % 2 == 0 ? 8 * VL : LONG;
        int rows = Math.min(turns, turns());
        int out = rows * n;
        int w = 2 * out;
        int mean = w + n;
        int rstd = mean + rows;
        int dw = rstd + rows;
        int db = dw + n;
        switch (kind) {
            case LAYER -> VectorNorms.layerNorm(x, 0, x, w, x, w, x, out, x, mean, x, rstd, 0, rows, n, 1);
            case LAYER_BACK ->
                VectorNorms.layerNormBack(x, 0, x, 0, x, w, x, mean, x, rstd, x, out, x, dw, x, db, 0, rows, n);
            case RMS -> VectorNorms.rmsNorm(x, 0, x, w, x, out, x, rstd, 0, rows, n, 1);
            case RMS_BACK -> VectorNorms.rmsNormBack(x, 0, x, 0, x, w, x, rstd, x, out, x, dw, 0, rows, n);
        }
    }

    // ---- the twins

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
            int xr = xo + r * n;
            float m = sum(x, xr, n) / n;
            float s = (float) (1 / Math.sqrt(squares(x, xr, n, m) / n + eps));
            mean[mo + r] = m;
            rstd[ro + r] = s;
            normalise(x, xr, m, s, w, wo, b, bo, y, yo + r * n, n);
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
            int xr = xo + r * n;
            float s = (float) (1 / Math.sqrt(squares(x, xr, n, 0) / n + eps));
            rstd[ro + r] = s;
            normalise(x, xr, 0, s, w, wo, NONE, 0, y, yo + r * n, n);
        }
    }

    private static float sum(float[] x, int at, int n) {
        int end = n & -VL;
        int fours = n & -4 * VL;
        var lanes = new float[4 * VL];
        for (int i = 0; i < n; i++) {
            lanes[lane(i, n, end, fours)] += x[at + i];
        }
        return fold(lanes);
    }

    private static float squares(float[] x, int at, int n, float m) {
        int end = n & -VL;
        int fours = n & -4 * VL;
        var lanes = new float[4 * VL];
        for (int i = 0; i < n; i++) {
            float d = x[at + i] - m;
            int lane = lane(i, n, end, fours);
            lanes[lane] = i < end ? Math.fma(d, d, lanes[lane]) : lanes[lane] + d * d;
        }
        return fold(lanes);
    }

    /** Four vectors of sums for four at a time; what is left by whole ones goes to the first, the rest to the second. */
    private static int lane(int i, int n, int end, int fours) {
        if (i < fours) {
            return i % (4 * VL);
        }
        return i < end ? i % VL : VL + i - (n - VL);
    }

    private static float fold(float[] lanes) {
        var all = new float[VL];
        for (int l = 0; l < VL; l++) {
            all[l] = lanes[l] + lanes[VL + l] + (lanes[2 * VL + l] + lanes[3 * VL + l]);
        }
        return VectorFold.sum(all);
    }

    private static void normalise(
            float[] x, int xr, float m, float s, float[] w, int wo, float[] b, int bo, float[] y, int yr, int n) {
        for (int i = 0; i < n; i++) {
            float h = (x[xr + i] - m) * s;
            if (w.length == 0) {
                y[yr + i] = b.length == 0 ? h : h + b[bo + i];
            } else {
                y[yr + i] = b.length == 0 ? h * w[wo + i] : Math.fma(h, w[wo + i], b[bo + i]);
            }
        }
    }

    /** For w, dw and db all given. */
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
        int end = n & -VL;
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n;
            int gr = dyo + r * n;
            float m = mean[mo + r];
            float s = rstd[ro + r];
            var sum = new float[VL];
            var sumX = new float[VL];
            for (int i = 0; i < n; i++) {
                float g = dy[gr + i];
                float h = (x[xr + i] - m) * s;
                float gw = g * w[wo + i];
                int lane = i < end ? i % VL : i - (n - VL);
                sum[lane] += gw;
                sumX[lane] = i < end ? Math.fma(gw, h, sumX[lane]) : sumX[lane] + gw * h;
                dw[dwo + i] = i < end ? Math.fma(g, h, dw[dwo + i]) : dw[dwo + i] + g * h;
                db[dbo + i] += g;
            }
            float a = VectorFold.sum(sum) / n;
            float c = VectorFold.sum(sumX) / n;
            for (int i = 0; i < n; i++) {
                float h = (x[xr + i] - m) * s;
                dx[dxo + r * n + i] = (dy[gr + i] * w[wo + i] - a - h * c) * s;
            }
        }
    }

    /** For w and dw both given. */
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
        int end = n & -VL;
        for (int r = lo; r < hi; r++) {
            int xr = xo + r * n;
            int gr = dyo + r * n;
            float s = rstd[ro + r];
            var sumX = new float[VL];
            for (int i = 0; i < n; i++) {
                float gh = dy[gr + i] * (x[xr + i] * s);
                int lane = i < end ? i % VL : i - (n - VL);
                sumX[lane] = i < end ? Math.fma(gh, w[wo + i], sumX[lane]) : sumX[lane] + gh * w[wo + i];
                dw[dwo + i] += gh;
            }
            float c = VectorFold.sum(sumX) / n;
            for (int i = 0; i < n; i++) {
                float h = x[xr + i] * s;
                dx[dxo + r * n + i] = (dy[gr + i] * w[wo + i] - h * c) * s;
            }
        }
    }
}
