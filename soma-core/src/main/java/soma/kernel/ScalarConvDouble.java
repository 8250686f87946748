package soma.kernel;

import java.util.Arrays;

/** {@link ScalarConv} in double precision. */
final class ScalarConvDouble {

    private static final int PARTS = 4;

    private ScalarConvDouble() {}

    static void forward(
            Workers workers,
            ConvPlan plan,
            double[] x,
            int xo,
            double[] w,
            int wo,
            double[] y,
            int yo,
            Epilogue after) {
        int cuts = plan.rowUnits() * plan.columnUnits();
        workers.run(plan.images * plan.groups * cuts, (task, scratch) -> {
            int g = task / cuts % plan.groups;
            int n = task / cuts / plan.groups;
            int h0 = task % cuts / plan.columnUnits() * plan.unitRows;
            int w0 = task % cuts % plan.columnUnits() * plan.unitColumns;
            int h1 = Math.min(plan.out[0], h0 + plan.unitRows);
            int w1 = Math.min(plan.out[2], w0 + plan.unitColumns);
            int size = plan.channels * plan.channelPitch;
            var b = plan.inPlace ? x : scratch.doubles(23, size);
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
                correlate(
                        plan,
                        p,
                        b,
                        bo,
                        w,
                        wAt,
                        y,
                        yo + base,
                        one ? h0 : 0,
                        one ? h1 : p.count()[0],
                        one ? w0 : 0,
                        one ? w1 : p.count()[2],
                        scratch);
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

    private static void correlate(
            ConvPlan plan,
            ConvPlan.Phase p,
            double[] b,
            int bo,
            double[] w,
            int wo,
            double[] y,
            int yo,
            int h0,
            int h1,
            int w0,
            int w1,
            Scratch scratch) {
        int length = ((h1 - h0 - 1) * plan.extent[1] + p.count()[1] - 1) * plan.extent[2] + w1 - w0;
        int depth = p.off().length - 1;
        int taps = p.taps().length;
        int rowStride = plan.transposed ? plan.kernelSize : plan.channels * plan.kernelSize;
        int channelStride = plan.transposed ? plan.rows * plan.kernelSize : plan.kernelSize;
        var y0 = scratch.doubles(24, length);
        var y1 = scratch.doubles(25, length);
        var b0 = scratch.doubles(26, length);
        var b1 = scratch.doubles(27, length);
        var b2 = scratch.doubles(28, length);
        var b3 = scratch.doubles(29, length);
        var at = scratch.ints(30, depth);
        for (int k = 0; k < depth; k++) {
            at[k] = k / taps * channelStride + p.taps()[k % taps];
        }
        for (int r = 0; r < plan.rows; r += 2) {
            boolean two = r + 1 < plan.rows;
            Arrays.fill(y0, 0, length, 0);
            Arrays.fill(y1, 0, two ? length : 0, 0);
            int u = wo + r * rowStride;
            int v = u + rowStride;
            int k = 0;
            for (; k + 4 <= depth; k += 4) {
                int i = at[k];
                int j = at[k + 1];
                int m = at[k + 2];
                int n = at[k + 3];
                System.arraycopy(b, bo + p.off()[k], b0, 0, length);
                System.arraycopy(b, bo + p.off()[k + 1], b1, 0, length);
                System.arraycopy(b, bo + p.off()[k + 2], b2, 0, length);
                System.arraycopy(b, bo + p.off()[k + 3], b3, 0, length);
                if (two) {
                    add(
                            y0, y1, b0, b1, b2, b3, length, w[u + i], w[u + j], w[u + m], w[u + n], w[v + i], w[v + j],
                            w[v + m], w[v + n]);
                } else {
                    add(y0, b0, b1, b2, b3, length, w[u + i], w[u + j], w[u + m], w[u + n]);
                }
            }
            for (; k < depth; k++) {
                System.arraycopy(b, bo + p.off()[k], b0, 0, length);
                add(y0, b0, length, w[u + at[k]]);
                if (two) {
                    add(y1, b0, length, w[v + at[k]]);
                }
            }
            spread(plan, p, y0, y, yo + r * plan.outPlane, h0, h1, w0, w1);
            if (two) {
                spread(plan, p, y1, y, yo + (r + 1) * plan.outPlane, h0, h1, w0, w1);
            }
        }
    }

    private static void add(
            double[] y0,
            double[] y1,
            double[] b0,
            double[] b1,
            double[] b2,
            double[] b3,
            int n,
            double u0,
            double u1,
            double u2,
            double u3,
            double v0,
            double v1,
            double v2,
            double v3) {
        for (int j = 0; j < n; j++) {
            double s = b0[j];
            double t = b1[j];
            double u = b2[j];
            double v = b3[j];
            y0[j] += u0 * s + u1 * t + u2 * u + u3 * v;
            y1[j] += v0 * s + v1 * t + v2 * u + v3 * v;
        }
    }

    private static void add(
            double[] y,
            double[] b0,
            double[] b1,
            double[] b2,
            double[] b3,
            int n,
            double u0,
            double u1,
            double u2,
            double u3) {
        for (int j = 0; j < n; j++) {
            y[j] += u0 * b0[j] + u1 * b1[j] + u2 * b2[j] + u3 * b3[j];
        }
    }

    private static void add(double[] y, double[] b, int n, double w) {
        for (int j = 0; j < n; j++) {
            y[j] += w * b[j];
        }
    }

    /** Cuts the run through the padded plane into rows, leaving a step between pixels where the phase asks for it. */
    private static void spread(
            ConvPlan plan, ConvPlan.Phase p, double[] from, double[] y, int yo, int h0, int h1, int w0, int w1) {
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

    /**
     * Products are summed elementwise over the images of a part, in 2 channels x 2 taps (2 x 3 is not vectorised), and
     * over pixels only at the end.
     */
    static void backwardWeight(
            Workers workers, ConvPlan plan, double[] x, int xo, double[] dy, int dyo, double[] dw, int dwo) {
        int depth = plan.channels * plan.kernelSize;
        int size = plan.rows * depth;
        int all = plan.groups * size;
        int parts = Math.clamp(plan.images, 1, PARTS);
        workers.run(1, (only, caller) -> {
            var sums = caller.doubles(22, parts * all);
            workers.run(parts * plan.groups, (task, scratch) -> {
                int part = task / plan.groups;
                int g = task % plan.groups;
                int at = part * all + g * size;
                Arrays.fill(sums, at, at + size, 0);
                for (int h0 = 0; h0 < plan.out[0]; h0 += plan.unitRows) {
                    for (int w0 = 0; w0 < plan.out[2]; w0 += plan.unitColumns) {
                        weightPart(
                                plan,
                                g,
                                plan.images * part / parts,
                                plan.images * (part + 1) / parts,
                                h0,
                                Math.min(plan.out[0], h0 + plan.unitRows),
                                w0,
                                Math.min(plan.out[2], w0 + plan.unitColumns),
                                x,
                                xo,
                                dy,
                                dyo,
                                sums,
                                at,
                                scratch);
                    }
                }
            });
            for (int i = 0; i < all; i++) {
                double s = sums[i];
                for (int p = 1; p < parts; p++) {
                    s += sums[p * all + i];
                }
                dw[dwo + i] = s;
            }
        });
    }

    private static void weightPart(
            ConvPlan plan,
            int g,
            int n0,
            int n1,
            int h0,
            int h1,
            int w0,
            int w1,
            double[] x,
            int xo,
            double[] dy,
            int dyo,
            double[] sums,
            int at,
            Scratch scratch) {
        int[] off = plan.phases[0].off();
        int depth = off.length - 1;
        int images = n1 - n0;
        int pitch = plan.inPlace ? plan.groups * plan.channels * plan.sourcePlane : plan.channels * plan.channelPitch;
        int length = ((h1 - h0 - 1) * plan.extent[1] + plan.out[1] - 1) * plan.extent[2] + w1 - w0;
        var b = plan.inPlace ? x : scratch.doubles(30, images * pitch);
        int bo = plan.inPlace ? xo + plan.sourceBase(n0, g) + h0 * plan.source[1] * plan.source[2] + w0 : 0;
        var d = scratch.doubles(31, images * plan.rows * length);
        Arrays.fill(d, 0, images * plan.rows * length, 0);
        for (int i = 0; i < images; i++) {
            if (!plan.inPlace) {
                ConvPad.pad(plan, x, xo + plan.sourceBase(n0 + i, g), plan.channels, h0, w0, b, i * pitch);
            }
            for (int r = 0; r < plan.rows; r++) {
                int from = dyo + plan.outBase(n0 + i, g) + r * plan.outPlane;
                int to = (i * plan.rows + r) * length;
                for (int row = h0 * plan.out[1]; row < h1 * plan.out[1]; row++) {
                    int i0 = row / plan.out[1] - h0;
                    System.arraycopy(
                            dy,
                            from + row * plan.out[2] + w0,
                            d,
                            to + (i0 * plan.extent[1] + row % plan.out[1]) * plan.extent[2],
                            w1 - w0);
                }
            }
        }
        var a0 = scratch.doubles(16, length);
        var a1 = scratch.doubles(17, length);
        var a2 = scratch.doubles(18, length);
        var a3 = scratch.doubles(19, length);
        var d0 = scratch.doubles(24, length);
        var d1 = scratch.doubles(25, length);
        var x0 = scratch.doubles(26, length);
        var x1 = scratch.doubles(27, length);
        for (int r = 0; r < plan.rows; r += 2) {
            int s = Math.min(r + 1, plan.rows - 1);
            for (int k = 0; k < depth; k += 2) {
                int l = Math.min(k + 1, depth - 1);
                Arrays.fill(a0, 0, length, 0);
                Arrays.fill(a1, 0, length, 0);
                Arrays.fill(a2, 0, length, 0);
                Arrays.fill(a3, 0, length, 0);
                for (int i = 0; i < images; i++) {
                    System.arraycopy(d, (i * plan.rows + r) * length, d0, 0, length);
                    System.arraycopy(d, (i * plan.rows + s) * length, d1, 0, length);
                    System.arraycopy(b, bo + i * pitch + off[k], x0, 0, length);
                    System.arraycopy(b, bo + i * pitch + off[l], x1, 0, length);
                    multiplyAdd(a0, a1, a2, a3, d0, d1, x0, x1, length);
                }
                sums[at + r * depth + k] += sum(a0, x0, length);
                if (l > k) {
                    sums[at + r * depth + l] += sum(a1, x0, length);
                }
                if (s > r) {
                    sums[at + s * depth + k] += sum(a2, x0, length);
                }
                if (l > k && s > r) {
                    sums[at + s * depth + l] += sum(a3, x0, length);
                }
            }
        }
    }

    private static void multiplyAdd(
            double[] a0,
            double[] a1,
            double[] a2,
            double[] a3,
            double[] d0,
            double[] d1,
            double[] x0,
            double[] x1,
            int n) {
        for (int j = 0; j < n; j++) {
            double d = d0[j];
            double e = d1[j];
            double u = x0[j];
            double v = x1[j];
            a0[j] += d * u;
            a1[j] += d * v;
            a2[j] += e * u;
            a3[j] += e * v;
        }
    }

    /** Folds the array in half until little is left: a plain sum is a chain that C2 may not reorder. */
    private static double sum(double[] a, double[] spare, int length) {
        int n = length;
        while (n > 16) {
            int half = n / 2;
            System.arraycopy(a, n - half, spare, 0, half);
            add(a, spare, half, 1);
            n -= half;
        }
        double s = 0;
        for (int j = 0; j < n; j++) {
            s += a[j];
        }
        return s;
    }
}
