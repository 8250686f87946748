package soma.kernel;

import java.util.Arrays;

/** Pooling of planes from .. to-1 for any windows, one output at a time. */
final class ScalarPool {

    private ScalarPool() {}

    /** Where in the plane at {@code xo} the window has its maximum: the first of equals, or the last NaN. */
    private static int arg(PoolWindows w, float[] x, int xo, int i, int j, int k) {
        int s0 = w.start[0][i];
        int s1 = w.start[1][j];
        int s2 = w.start[2][k];
        int n0 = w.count[0][i];
        int n1 = w.count[1][j];
        int n2 = w.count[2][k];
        int at = (s0 * w.in[1] + s1) * w.in[2] + s2;
        float best = x[xo + at];
        for (int a = 0; a < n0; a++) {
            for (int b = 0; b < n1; b++) {
                int p = ((s0 + a * w.dilation[0]) * w.in[1] + s1 + b * w.dilation[1]) * w.in[2] + s2;
                for (int c = 0; c < n2; c++, p += w.dilation[2]) {
                    float v = x[xo + p];
                    if (v > best || Float.isNaN(v)) {
                        best = v;
                        at = p;
                    }
                }
            }
        }
        return at;
    }

    static void maxForward(PoolWindows w, int from, int to, float[] x, int xo, float[] y, int yo) {
        int at = yo + from * w.outPlane;
        for (int p = from; p < to; p++) {
            int base = xo + p * w.inPlane;
            for (int i = 0; i < w.out[0]; i++) {
                for (int j = 0; j < w.out[1]; j++) {
                    for (int k = 0; k < w.out[2]; k++) {
                        y[at++] = x[base + arg(w, x, base, i, j, k)];
                    }
                }
            }
        }
    }

    static void maxBackward(
            PoolWindows w, int from, int to, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
        Arrays.fill(dx, dxo + from * w.inPlane, dxo + to * w.inPlane, 0f);
        int at = dyo + from * w.outPlane;
        for (int p = from; p < to; p++) {
            int base = xo + p * w.inPlane;
            int d = dxo + p * w.inPlane;
            for (int i = 0; i < w.out[0]; i++) {
                for (int j = 0; j < w.out[1]; j++) {
                    for (int k = 0; k < w.out[2]; k++) {
                        dx[d + arg(w, x, base, i, j, k)] += dy[at++];
                    }
                }
            }
        }
    }

    static void maxPick(PoolWindows w, int from, int to, float[] x, int xo, float[] g, int go, float[] y, int yo) {
        int at = yo + from * w.outPlane;
        for (int p = from; p < to; p++) {
            int base = xo + p * w.inPlane;
            int d = go + p * w.inPlane;
            for (int i = 0; i < w.out[0]; i++) {
                for (int j = 0; j < w.out[1]; j++) {
                    for (int k = 0; k < w.out[2]; k++) {
                        y[at++] = g[d + arg(w, x, base, i, j, k)];
                    }
                }
            }
        }
    }

    static void maxIndices(PoolWindows w, int from, int to, float[] x, int xo, long[] y, int yo) {
        int at = yo + from * w.outPlane;
        for (int p = from; p < to; p++) {
            int base = xo + p * w.inPlane;
            for (int i = 0; i < w.out[0]; i++) {
                for (int j = 0; j < w.out[1]; j++) {
                    for (int k = 0; k < w.out[2]; k++) {
                        y[at++] = arg(w, x, base, i, j, k);
                    }
                }
            }
        }
    }

    private static int divisor(PoolWindows w, boolean countIncludePad, int i, int j, int k) {
        return countIncludePad
                ? w.padded[0][i] * w.padded[1][j] * w.padded[2][k]
                : w.count[0][i] * w.count[1][j] * w.count[2][k];
    }

    static void avgForward(
            PoolWindows w, int from, int to, boolean countIncludePad, float[] x, int xo, float[] y, int yo) {
        int at = yo + from * w.outPlane;
        for (int p = from; p < to; p++) {
            int base = xo + p * w.inPlane;
            for (int i = 0; i < w.out[0]; i++) {
                for (int j = 0; j < w.out[1]; j++) {
                    for (int k = 0; k < w.out[2]; k++) {
                        float s = 0f;
                        for (int a = 0; a < w.count[0][i]; a++) {
                            for (int b = 0; b < w.count[1][j]; b++) {
                                int row = (w.start[0][i] + a * w.dilation[0]) * w.in[1]
                                        + w.start[1][j]
                                        + b * w.dilation[1];
                                s += sum(x, base + row * w.in[2] + w.start[2][k], w.dilation[2], w.count[2][k]);
                            }
                        }
                        y[at++] = s / divisor(w, countIncludePad, i, j, k);
                    }
                }
            }
        }
    }

    private static float sum(float[] x, int from, int step, int n) {
        float s = 0f;
        for (int i = 0, at = from; i < n; i++, at += step) {
            s += x[at];
        }
        return s;
    }

    static void avgBackward(
            PoolWindows w, int from, int to, boolean countIncludePad, float[] dy, int dyo, float[] dx, int dxo) {
        Arrays.fill(dx, dxo + from * w.inPlane, dxo + to * w.inPlane, 0f);
        int at = dyo + from * w.outPlane;
        for (int p = from; p < to; p++) {
            int base = dxo + p * w.inPlane;
            for (int i = 0; i < w.out[0]; i++) {
                for (int j = 0; j < w.out[1]; j++) {
                    for (int k = 0; k < w.out[2]; k++) {
                        float g = dy[at++] / divisor(w, countIncludePad, i, j, k);
                        for (int a = 0; a < w.count[0][i]; a++) {
                            for (int b = 0; b < w.count[1][j]; b++) {
                                int row = (w.start[0][i] + a * w.dilation[0]) * w.in[1]
                                        + w.start[1][j]
                                        + b * w.dilation[1];
                                add(dx, base + row * w.in[2] + w.start[2][k], w.dilation[2], w.count[2][k], g);
                            }
                        }
                    }
                }
            }
        }
    }

    private static void add(float[] x, int from, int step, int n, float g) {
        for (int i = 0, at = from; i < n; i++, at += step) {
            x[at] += g;
        }
    }
}
