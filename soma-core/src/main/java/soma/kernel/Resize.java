package soma.kernel;

import java.util.Arrays;

/**
 * Interpolation, one axis at a time: every mode of every rank is a table for each axis applied in turn to (outer, n,
 * inner). The adjoint of each step is the same table read the other way.
 */
public final class Resize {

    private Resize() {}

    /**
     * y[o, j, :] = sum over taps of w x[o, index, :] for the outer indices [lo, hi); x (outer, in, inner), y (outer,
     * out, inner).
     */
    public static void apply(AxisTable table, float[] x, int xo, float[] y, int yo, int lo, int hi, int inner) {
        if (inner == 1) {
            applyLast(table, x, xo, y, yo, lo, hi);
            return;
        }
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        float[] weight = table.weight32();
        for (int o = lo; o < hi; o++) {
            for (int j = 0; j < out; j++) {
                int to = yo + (o * out + j) * inner;
                for (int t = 0; t < taps; t++) {
                    float w = weight[j * taps + t];
                    int from = xo + (o * in + index[j * taps + t]) * inner;
                    if (w == 0 && t > 0) {
                        continue;
                    }
                    if (t == 0) {
                        for (int i = 0; i < inner; i++) {
                            y[to + i] = w * x[from + i];
                        }
                    } else {
                        for (int i = 0; i < inner; i++) {
                            y[to + i] += w * x[from + i];
                        }
                    }
                }
            }
        }
    }

    /**
     * The adjoint of {@code apply}: dx (set to 0 first) [o, index, :] += w dy[o, j, :] for the outer indices [lo,
     * hi).
     */
    public static void applyBack(AxisTable table, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi, int inner) {
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        float[] weight = table.weight32();
        Arrays.fill(dx, dxo + lo * in * inner, dxo + hi * in * inner, 0);
        if (inner == 1) {
            applyBackLast(table, dy, dyo, dx, dxo, lo, hi);
            return;
        }
        for (int o = lo; o < hi; o++) {
            for (int j = 0; j < out; j++) {
                int from = dyo + (o * out + j) * inner;
                for (int t = 0; t < taps; t++) {
                    float w = weight[j * taps + t];
                    int to = dxo + (o * in + index[j * taps + t]) * inner;
                    if (w != 0) {
                        for (int i = 0; i < inner; i++) {
                            dx[to + i] += w * dy[from + i];
                        }
                    }
                }
            }
        }
    }

    /** Along the last axis: the taps of one output at a time. */
    private static void applyLast(AxisTable table, float[] x, int xo, float[] y, int yo, int lo, int hi) {
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        float[] weight = table.weight32();
        for (int o = lo; o < hi; o++) {
            int from = xo + o * in, to = yo + o * out;
            if (taps == 2) {
                for (int j = 0; j < out; j++) {
                    y[to + j] = weight[2 * j] * x[from + index[2 * j]] + weight[2 * j + 1] * x[from + index[2 * j + 1]];
                }
            } else {
                for (int j = 0; j < out; j++) {
                    float sum = weight[j * taps] * x[from + index[j * taps]];
                    for (int t = j * taps + 1; t < (j + 1) * taps; t++) {
                        sum += weight[t] * x[from + index[t]];
                    }
                    y[to + j] = sum;
                }
            }
        }
    }

    private static void applyBackLast(AxisTable table, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi) {
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        float[] weight = table.weight32();
        for (int o = lo; o < hi; o++) {
            int from = dyo + o * out, to = dxo + o * in;
            for (int j = 0; j < out; j++) {
                float g = dy[from + j];
                for (int t = j * taps; t < (j + 1) * taps; t++) {
                    dx[to + index[t]] += weight[t] * g;
                }
            }
        }
    }

    /**
     * y[o, j, :] = sum over taps of w x[o, index, :] for the outer indices [lo, hi); x (outer, in, inner), y (outer,
     * out, inner).
     */
    public static void apply(AxisTable table, double[] x, int xo, double[] y, int yo, int lo, int hi, int inner) {
        if (inner == 1) {
            applyLast(table, x, xo, y, yo, lo, hi);
            return;
        }
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        double[] weight = table.weight();
        for (int o = lo; o < hi; o++) {
            for (int j = 0; j < out; j++) {
                int to = yo + (o * out + j) * inner;
                for (int t = 0; t < taps; t++) {
                    double w = weight[j * taps + t];
                    int from = xo + (o * in + index[j * taps + t]) * inner;
                    if (w == 0 && t > 0) {
                        continue;
                    }
                    if (t == 0) {
                        for (int i = 0; i < inner; i++) {
                            y[to + i] = w * x[from + i];
                        }
                    } else {
                        for (int i = 0; i < inner; i++) {
                            y[to + i] += w * x[from + i];
                        }
                    }
                }
            }
        }
    }

    /**
     * The adjoint of {@code apply}: dx (set to 0 first) [o, index, :] += w dy[o, j, :] for the outer indices [lo,
     * hi).
     */
    public static void applyBack(
            AxisTable table, double[] dy, int dyo, double[] dx, int dxo, int lo, int hi, int inner) {
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        double[] weight = table.weight();
        Arrays.fill(dx, dxo + lo * in * inner, dxo + hi * in * inner, 0);
        if (inner == 1) {
            applyBackLast(table, dy, dyo, dx, dxo, lo, hi);
            return;
        }
        for (int o = lo; o < hi; o++) {
            for (int j = 0; j < out; j++) {
                int from = dyo + (o * out + j) * inner;
                for (int t = 0; t < taps; t++) {
                    double w = weight[j * taps + t];
                    int to = dxo + (o * in + index[j * taps + t]) * inner;
                    if (w != 0) {
                        for (int i = 0; i < inner; i++) {
                            dx[to + i] += w * dy[from + i];
                        }
                    }
                }
            }
        }
    }

    /** Along the last axis: the taps of one output at a time. */
    private static void applyLast(AxisTable table, double[] x, int xo, double[] y, int yo, int lo, int hi) {
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        double[] weight = table.weight();
        for (int o = lo; o < hi; o++) {
            int from = xo + o * in, to = yo + o * out;
            if (taps == 2) {
                for (int j = 0; j < out; j++) {
                    y[to + j] = weight[2 * j] * x[from + index[2 * j]] + weight[2 * j + 1] * x[from + index[2 * j + 1]];
                }
            } else {
                for (int j = 0; j < out; j++) {
                    double sum = weight[j * taps] * x[from + index[j * taps]];
                    for (int t = j * taps + 1; t < (j + 1) * taps; t++) {
                        sum += weight[t] * x[from + index[t]];
                    }
                    y[to + j] = sum;
                }
            }
        }
    }

    private static void applyBackLast(AxisTable table, double[] dy, int dyo, double[] dx, int dxo, int lo, int hi) {
        int taps = table.taps(), in = table.in(), out = table.out();
        int[] index = table.index();
        double[] weight = table.weight();
        for (int o = lo; o < hi; o++) {
            int from = dyo + o * out, to = dxo + o * in;
            for (int j = 0; j < out; j++) {
                double g = dy[from + j];
                for (int t = j * taps; t < (j + 1) * taps; t++) {
                    dx[to + index[t]] += weight[t] * g;
                }
            }
        }
    }
}
