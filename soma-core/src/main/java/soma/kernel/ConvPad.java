package soma.kernel;

import java.util.Arrays;

/** Copies the source of a convolution into planes with its padding, the columns de-interleaved by the stride. */
final class ConvPad {

    private ConvPad() {}

    /**
     * Copies {@code count} channels, the first at {@code xo}, into padded planes at {@code d0}: the rows and columns
     * that outputs from row h0 and column w0 on need.
     */
    static void pad(ConvPlan plan, float[] x, int xo, int count, int h0, int w0, float[] d, int d0) {
        int at = d0;
        for (int c = 0; c < count; c++) {
            for (int r0 : plan.residues[0]) {
                for (int r1 : plan.residues[1]) {
                    for (int r2 : plan.residues[2]) {
                        padPlane(plan, x, xo + c * plan.sourcePlane, r0, r1, r2, h0, w0, d, at);
                        at += plan.plane;
                    }
                }
            }
        }
    }

    static void padPlane(ConvPlan plan, float[] x, int xo, int r0, int r1, int r2, int h0, int w0, float[] d, int d0) {
        int width = plan.extent[2];
        int shift = w0 + plan.low[2];
        int first = plan.first(2, w0);
        int end = plan.end(2, w0, r2);
        int at = d0;
        for (int i = 0; i < plan.extent[0]; i++) {
            int s0 = plan.step[0] * (h0 + i + plan.low[0]) + r0;
            for (int j = 0; j < plan.extent[1]; j++, at += width) {
                int s1 = plan.step[1] * (j + plan.low[1]) + r1;
                if (s0 < 0 || s0 >= plan.source[0] || s1 < 0 || s1 >= plan.source[1] || first == end) {
                    Arrays.fill(d, at, at + width, 0f);
                    continue;
                }
                int from = xo + (s0 * plan.source[1] + s1) * plan.source[2] + plan.step[2] * (first + shift) + r2;
                zero(d, at, at + first);
                if (plan.step[2] == 1) {
                    System.arraycopy(x, from, d, at + first, end - first);
                } else {
                    for (int k = first; k < end; k++, from += plan.step[2]) {
                        d[at + k] = x[from];
                    }
                }
                zero(d, at + end, at + width);
            }
        }
    }

    private static void zero(float[] d, int from, int to) {
        for (int i = from; i < to; i++) {
            d[i] = 0f;
        }
    }

    /** Like the one for floats. */
    static void pad(ConvPlan plan, double[] x, int xo, int count, int h0, int w0, double[] d, int d0) {
        int at = d0;
        for (int c = 0; c < count; c++) {
            for (int r0 : plan.residues[0]) {
                for (int r1 : plan.residues[1]) {
                    for (int r2 : plan.residues[2]) {
                        padPlane(plan, x, xo + c * plan.sourcePlane, r0, r1, r2, h0, w0, d, at);
                        at += plan.plane;
                    }
                }
            }
        }
    }

    private static void padPlane(
            ConvPlan plan, double[] x, int xo, int r0, int r1, int r2, int h0, int w0, double[] d, int d0) {
        int width = plan.extent[2];
        int shift = w0 + plan.low[2];
        int first = plan.first(2, w0);
        int end = plan.end(2, w0, r2);
        int at = d0;
        for (int i = 0; i < plan.extent[0]; i++) {
            int s0 = plan.step[0] * (h0 + i + plan.low[0]) + r0;
            for (int j = 0; j < plan.extent[1]; j++, at += width) {
                int s1 = plan.step[1] * (j + plan.low[1]) + r1;
                if (s0 < 0 || s0 >= plan.source[0] || s1 < 0 || s1 >= plan.source[1] || first == end) {
                    Arrays.fill(d, at, at + width, 0);
                    continue;
                }
                int from = xo + (s0 * plan.source[1] + s1) * plan.source[2] + plan.step[2] * (first + shift) + r2;
                zero(d, at, at + first);
                if (plan.step[2] == 1) {
                    System.arraycopy(x, from, d, at + first, end - first);
                } else {
                    for (int k = first; k < end; k++, from += plan.step[2]) {
                        d[at + k] = x[from];
                    }
                }
                zero(d, at + end, at + width);
            }
        }
    }

    private static void zero(double[] d, int from, int to) {
        for (int i = from; i < to; i++) {
            d[i] = 0;
        }
    }
}
