package soma.kernel;

import java.util.Arrays;

/**
 * Convolution without the vector module, in loops that C2 vectorises by itself: every operand is an array of its own with the
 * plain index j, since C2 must know that a store does not meet a load of a later step. A tap is then one contiguous copy out of the
 * padded plane, through all rows at once.
 */
final class ScalarConv {

    private static final int PARTS = 4;

    private ScalarConv() {}

    static void forward(
            Workers workers, ConvPlan plan, float[] x, int xo, float[] w, int wo, float[] y, int yo, Epilogue after) {
        int cuts = plan.rowUnits() * plan.columnUnits();
        workers.run(plan.images * plan.groups * cuts, (task, scratch) -> {
            int g = task / cuts % plan.groups;
            int n = task / cuts / plan.groups;
            int h0 = task % cuts / plan.columnUnits() * plan.unitRows;
            int w0 = task % cuts % plan.columnUnits() * plan.unitColumns;
            int h1 = Math.min(plan.out[0], h0 + plan.unitRows);
            int w1 = Math.min(plan.out[2], w0 + plan.unitColumns);
            int size = plan.channels * plan.channelPitch;
            var b = plan.inPlace ? x : scratch.floats(23, size);
            int bo = 0;
            if (plan.inPlace) {
                bo = xo + plan.sourceBase(n, g) + h0 * plan.source[1] * plan.source[2] + w0;
            } else {
                ConvPad.pad(plan, x, xo + plan.sourceBase(n, g), plan.channels, h0, w0, b, 0);
            }
            int wAt = wo + g * plan.rows * plan.channels * plan.kernelSize;
            int base = plan.outBase(n, g);
            boolean one = plan.onePhase;
            for (var p : plan.phases) {
                correlate(plan, p, b, bo, w, wAt, y, yo + base, one ? h0 : 0, one ? h1 : p.count()[0], one ? w0 : 0,
                        one ? w1 : p.count()[2], scratch);
            }
            int from = h0 * plan.out[1] * plan.out[2] + w0;
            int to = (h1 * plan.out[1] - 1) * plan.out[2] + w1;
            if (to - from == plan.outPlane) {
                after.range(base, base + plan.rows * plan.outPlane, scratch);
            } else {
                for (int r = 0; r < plan.rows; r++) {
                    after.range(base + r * plan.outPlane + from, base + r * plan.outPlane + to, scratch);
                }
            }
        });
    }

    private static void correlate(ConvPlan plan, ConvPlan.Phase p, float[] b, int bo, float[] w, int wo, float[] y, int yo,
            int h0, int h1, int w0, int w1, Scratch scratch) {
        int length = ((h1 - h0 - 1) * plan.extent[1] + p.count()[1] - 1) * plan.extent[2] + w1 - w0;
        int depth = p.off().length - 1;
        int taps = p.taps().length;
        int rowStride = plan.transposed ? plan.kernelSize : plan.channels * plan.kernelSize;
        int channelStride = plan.transposed ? plan.rows * plan.kernelSize : plan.kernelSize;
        var y0 = scratch.floats(24, length);
        var y1 = scratch.floats(25, length);
        var y2 = scratch.floats(26, length);
        var y3 = scratch.floats(27, length);
        var b0 = scratch.floats(28, length);
        var b1 = scratch.floats(29, length);
        for (int r = 0; r < plan.rows; r += 4) {
            int n = Math.min(4, plan.rows - r);
            Arrays.fill(y0, 0, length, 0f);
            Arrays.fill(y1, 0, n > 1 ? length : 0, 0f);
            Arrays.fill(y2, 0, n > 2 ? length : 0, 0f);
            Arrays.fill(y3, 0, n > 3 ? length : 0, 0f);
            int w0At = wo + r * rowStride;
            for (int k = 0; k < depth; k += 2) {
                System.arraycopy(b, bo + p.off()[k], b0, 0, length);
                int u = w0At + k / Math.max(1, taps) * channelStride + p.taps()[k % taps];
                if (k + 1 < depth) {
                    System.arraycopy(b, bo + p.off()[k + 1], b1, 0, length);
                }
                int v = k + 1 < depth ? w0At + (k + 1) / taps * channelStride + p.taps()[(k + 1) % taps] : -1;
                if (n == 4 && v >= 0) {
                    add(y0, y1, y2, y3, b0, b1, length,
                            w[u], w[u + rowStride], w[u + 2 * rowStride], w[u + 3 * rowStride],
                            w[v], w[v + rowStride], w[v + 2 * rowStride], w[v + 3 * rowStride]);
                    continue;
                }
                for (int i = 0; i < n; i++) {
                    var row = i == 0 ? y0 : i == 1 ? y1 : i == 2 ? y2 : y3;
                    add(row, b0, length, w[u + i * rowStride]);
                    if (v >= 0) {
                        add(row, b1, length, w[v + i * rowStride]);
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                spread(plan, p, i == 0 ? y0 : i == 1 ? y1 : i == 2 ? y2 : y3, y, yo + (r + i) * plan.outPlane, h0, h1, w0, w1);
            }
        }
    }

    private static void add(float[] y0, float[] y1, float[] y2, float[] y3, float[] b0, float[] b1, int n,
            float w0, float w1, float w2, float w3, float v0, float v1, float v2, float v3) {
        for (int j = 0; j < n; j++) {
            float s = b0[j];
            float t = b1[j];
            y0[j] += w0 * s + v0 * t;
            y1[j] += w1 * s + v1 * t;
            y2[j] += w2 * s + v2 * t;
            y3[j] += w3 * s + v3 * t;
        }
    }

    private static void add(float[] y, float[] b, int n, float w) {
        for (int j = 0; j < n; j++) {
            y[j] += w * b[j];
        }
    }

    /** Cuts the run through the padded plane into rows, leaving a step between pixels where the phase asks for it. */
    private static void spread(
            ConvPlan plan, ConvPlan.Phase p, float[] from, float[] y, int yo, int h0, int h1, int w0, int w1) {
        for (int i = h0; i < h1; i++) {
            for (int j = 0; j < p.count()[1]; j++) {
                int at = ((i - h0) * plan.extent[1] + j) * plan.extent[2];
                int row = (p.start()[0] + i * plan.outStep[0]) * plan.out[1] + p.start()[1] + j * plan.outStep[1];
                int to = yo + row * plan.out[2] + p.start()[2] + w0 * plan.outStep[2];
                for (int k = w0; k < w1; k++, to += plan.outStep[2]) {
                    y[to] = from[at++];
                }
            }
        }
    }

    /** Products are summed elementwise over the images of a part, in 2 channels x 3 taps, and over pixels only at the end. */
    static void backwardWeight(Workers workers, ConvPlan plan, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        int depth = plan.channels * plan.kernelSize;
        int size = plan.rows * depth;
        int all = plan.groups * size;
        int parts = Math.clamp(plan.images, 1, PARTS);
        workers.run(1, (only, caller) -> {
            var sums = caller.floats(22, parts * all);
            workers.run(parts * plan.groups, (task, scratch) -> {
                int part = task / plan.groups;
                int g = task % plan.groups;
                int at = part * all + g * size;
                Arrays.fill(sums, at, at + size, 0f);
                for (int h0 = 0; h0 < plan.out[0]; h0 += plan.unitRows) {
                    for (int w0 = 0; w0 < plan.out[2]; w0 += plan.unitColumns) {
                        weightPart(plan, g, plan.images * part / parts, plan.images * (part + 1) / parts,
                                h0, Math.min(plan.out[0], h0 + plan.unitRows), w0, Math.min(plan.out[2], w0 + plan.unitColumns),
                                x, xo, dy, dyo, sums, at, scratch);
                    }
                }
            });
            for (int i = 0; i < all; i++) {
                float s = sums[i];
                for (int p = 1; p < parts; p++) {
                    s += sums[p * all + i];
                }
                dw[dwo + i] = s;
            }
        });
    }

    private static void weightPart(ConvPlan plan, int g, int n0, int n1, int h0, int h1, int w0, int w1,
            float[] x, int xo, float[] dy, int dyo, float[] sums, int at, Scratch scratch) {
        int[] off = plan.phases[0].off();
        int depth = off.length - 1;
        int images = n1 - n0;
        int pitch = plan.inPlace ? plan.groups * plan.channels * plan.sourcePlane : plan.channels * plan.channelPitch;
        int length = ((h1 - h0 - 1) * plan.extent[1] + plan.out[1] - 1) * plan.extent[2] + w1 - w0;
        var b = plan.inPlace ? x : scratch.floats(30, images * pitch);
        int bo = plan.inPlace ? xo + plan.sourceBase(n0, g) + h0 * plan.source[1] * plan.source[2] + w0 : 0;
        var d = scratch.floats(31, images * plan.rows * length);
        Arrays.fill(d, 0, images * plan.rows * length, 0f);
        for (int i = 0; i < images; i++) {
            if (!plan.inPlace) {
                ConvPad.pad(plan, x, xo + plan.sourceBase(n0 + i, g), plan.channels, h0, w0, b, i * pitch);
            }
            for (int r = 0; r < plan.rows; r++) {
                int from = dyo + plan.outBase(n0 + i, g) + r * plan.outPlane;
                int to = (i * plan.rows + r) * length;
                for (int row = h0 * plan.out[1]; row < h1 * plan.out[1]; row++) {
                    int i0 = row / plan.out[1] - h0;
                    System.arraycopy(dy, from + row * plan.out[2] + w0, d,
                            to + (i0 * plan.extent[1] + row % plan.out[1]) * plan.extent[2], w1 - w0);
                }
            }
        }
        var a = new float[][] {
            scratch.floats(16, length), scratch.floats(17, length), scratch.floats(18, length),
            scratch.floats(19, length), scratch.floats(20, length), scratch.floats(21, length)
        };
        var d0 = scratch.floats(24, length);
        var d1 = scratch.floats(25, length);
        var x0 = scratch.floats(26, length);
        var x1 = scratch.floats(27, length);
        var x2 = scratch.floats(28, length);
        for (int r = 0; r < plan.rows; r += 2) {
            int s = Math.min(r + 1, plan.rows - 1);
            for (int k = 0; k < depth; k += 3) {
                int k1 = Math.min(k + 1, depth - 1);
                int k2 = Math.min(k + 2, depth - 1);
                for (var sum : a) {
                    Arrays.fill(sum, 0, length, 0f);
                }
                for (int i = 0; i < images; i++) {
                    System.arraycopy(d, (i * plan.rows + r) * length, d0, 0, length);
                    System.arraycopy(d, (i * plan.rows + s) * length, d1, 0, length);
                    System.arraycopy(b, bo + i * pitch + off[k], x0, 0, length);
                    System.arraycopy(b, bo + i * pitch + off[k1], x1, 0, length);
                    System.arraycopy(b, bo + i * pitch + off[k2], x2, 0, length);
                    multiplyAdd(a[0], a[1], a[2], a[3], a[4], a[5], d0, d1, x0, x1, x2, length);
                }
                for (int i = 0; i < 6; i++) {
                    int row = r + i / 3;
                    int tap = k + i % 3;
                    if (row < plan.rows && tap < depth) {
                        sums[at + row * depth + tap] += sum(a[i], x0, length);
                    }
                }
            }
        }
    }

    private static void multiplyAdd(float[] a0, float[] a1, float[] a2, float[] a3, float[] a4, float[] a5,
            float[] d0, float[] d1, float[] x0, float[] x1, float[] x2, int n) {
        for (int j = 0; j < n; j++) {
            float d = d0[j];
            float e = d1[j];
            float u = x0[j];
            float v = x1[j];
            float w = x2[j];
            a0[j] += d * u;
            a1[j] += d * v;
            a2[j] += d * w;
            a3[j] += e * u;
            a4[j] += e * v;
            a5[j] += e * w;
        }
    }

    /** Folds the array in half until little is left: a plain sum is a chain that C2 may not reorder. */
    private static float sum(float[] a, float[] spare, int length) {
        int n = length;
        while (n > 16) {
            int half = n / 2;
            System.arraycopy(a, n - half, spare, 0, half);
            add(a, spare, half, 1f);
            n -= half;
        }
        float s = 0f;
        for (int j = 0; j < n; j++) {
            s += a[j];
        }
        return s;
    }
}
