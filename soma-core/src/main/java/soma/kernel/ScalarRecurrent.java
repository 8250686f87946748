package soma.kernel;

import static soma.kernel.RecurrentShape.UNITS;

import java.util.Arrays;

/** {@link RecurrentLoops} in double precision without vectors: a product a step, then the cells one by one. */
final class ScalarRecurrent {
    private static final int SUMS = 35;
    private static final int CARRY = 36;
    private static final int GRAIN = 4096;

    /** Works on number j of row r. */
    @FunctionalInterface
    private interface Unit {
        void at(int r, int j);
    }

    private ScalarRecurrent() {}

    private static void each(Workers workers, RecurrentShape shape, Unit body) {
        int rows = Math.max(1, GRAIN / shape.hidden());
        workers.run(Math.ceilDiv(shape.batch(), rows), (task, scratch) -> {
            for (int r = task * rows; r < Math.min(shape.batch(), task * rows + rows); r++) {
                for (int j = 0; j < shape.hidden(); j++) {
                    body.at(r, j);
                }
            }
        });
    }

    /** Where the first number is that unit j of row r keeps in step number i; the others are a plane further each. */
    private static int keptAt(RecurrentShape shape, int i, int r, int j) {
        return i * shape.stepFloats() + j / UNITS * shape.kept() + r * UNITS + j % UNITS;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static void forward(
            Workers workers,
            RecurrentShape shape,
            double[] p,
            int po,
            double[] w,
            int wo,
            double[] bias,
            int bo,
            double[] h0,
            int ho,
            double[] c0,
            int co,
            long[] lengths,
            int lo,
            double[] hs,
            double[] cell,
            double[] kept) {
        workers.run(1, (task, scratch) -> {
            int rows = shape.batch();
            int hidden = shape.hidden();
            int gateRow = shape.gateRow();
            int size = rows * hidden;
            int plane = shape.plane();
            var sums = scratch.doubles(SUMS, rows * gateRow);
            var c = cell.length > 0 ? cell : scratch.doubles(CARRY, size);
            if (c0.length > 0) {
                System.arraycopy(c0, co, c, 0, size);
            } else {
                Arrays.fill(c, 0, size, 0);
            }
            for (int i = 0; i < shape.steps(); i++) {
                int number = i;
                int t = shape.time(i);
                double[] past = i > 0 ? hs : h0;
                int pastAt = i > 0 ? shape.time(i - 1) * size : ho;
                if (past.length > 0) {
                    Gemm.run(
                            workers,
                            false,
                            true,
                            rows,
                            gateRow,
                            hidden,
                            past,
                            pastAt,
                            hidden,
                            w,
                            wo,
                            hidden,
                            sums,
                            0,
                            gateRow,
                            false,
                            Epilogue.NONE);
                } else {
                    Arrays.fill(sums, 0, rows * gateRow, 0);
                }
                each(workers, shape, (r, j) -> {
                    int x = po + (t * rows + r) * gateRow + j;
                    int q = r * gateRow + j;
                    int at = r * hidden + j;
                    int k = kept.length > 0 ? keptAt(shape, number, r, j) : -1;
                    double before = past.length > 0 ? past[pastAt + at] : 0;
                    boolean ended = lengths.length > 0 && t >= lengths[lo + r];
                    double h;
                    switch (shape.kind()) {
                        case LSTM -> {
                            double in = sigmoid(p[x] + sums[q]);
                            double f = sigmoid(p[x + hidden] + sums[q + hidden]);
                            double g = Math.tanh(p[x + 2 * hidden] + sums[q + 2 * hidden]);
                            double o = sigmoid(p[x + 3 * hidden] + sums[q + 3 * hidden]);
                            double now = f * c[at] + in * g;
                            h = o * Math.tanh(now);
                            c[at] = ended ? c[at] : now;
                            keep(kept, k, plane, in, f, o, g, c[at], Math.tanh(now));
                        }
                        case GRU -> {
                            double b0 = bias.length > 0 ? bias[bo + j] : 0;
                            double b1 = bias.length > 0 ? bias[bo + hidden + j] : 0;
                            double b2 = bias.length > 0 ? bias[bo + 2 * hidden + j] : 0;
                            double reset = sigmoid(p[x] + b0 + sums[q]);
                            double z = sigmoid(p[x + hidden] + b1 + sums[q + hidden]);
                            double part = b2 + sums[q + 2 * hidden];
                            double n = Math.tanh(p[x + 2 * hidden] + reset * part);
                            h = n + z * (before - n);
                            keep(kept, k, plane, reset, z, part, n, ended ? before : h);
                        }
                        case TANH -> {
                            h = Math.tanh(p[x] + sums[q]);
                            keep(kept, k, plane, ended ? before : h);
                        }
                        default -> {
                            h = Math.max(0, p[x] + sums[q]);
                            keep(kept, k, plane, ended ? before : h);
                        }
                    }
                    hs[t * size + at] = ended ? before : h;
                });
            }
        });
    }

    private static void keep(double[] kept, int at, int plane, double... values) {
        for (int v = 0; v < values.length && at >= 0; v++) {
            kept[at + v * plane] = values[v];
        }
    }

    static void backward(
            Workers workers,
            RecurrentShape shape,
            double[] w,
            int wo,
            double[] h0,
            int ho,
            double[] c0,
            int co,
            long[] lengths,
            int lo,
            double[] kept,
            int ko,
            double[] dhs,
            int dho,
            double[] dcell,
            int dco,
            double[] dp,
            double[] dq,
            double[] dh0,
            double[] dc0) {
        workers.run(1, (task, scratch) -> {
            int rows = shape.batch();
            int hidden = shape.hidden();
            int gateRow = shape.gateRow();
            int size = rows * hidden;
            int plane = shape.plane();
            boolean gru = shape.kind() == CellKind.GRU;
            var sums = scratch.doubles(SUMS, size);
            var carry = scratch.doubles(CARRY, 2 * size); // what of dh passes a step by, then the gradient of the cell
            Arrays.fill(carry, 0, 2 * size, 0);
            if (dcell.length > 0) {
                System.arraycopy(dcell, dco, carry, size, size);
            }
            double[] start = shape.kind() == CellKind.LSTM ? c0 : h0;
            int startAt = shape.kind() == CellKind.LSTM ? co : ho;
            Arrays.fill(sums, 0, size, 0);
            for (int i = shape.steps() - 1; i >= 0; i--) {
                int number = i;
                int t = shape.time(i);
                each(workers, shape, (r, j) -> {
                    int at = r * hidden + j;
                    int k = ko + keptAt(shape, number, r, j);
                    int x = (t * rows + r) * gateRow + j;
                    double d = dhs[dho + t * size + at] + carry[at] + sums[at];
                    int past = k - shape.stepFloats() + shape.kind().state() * plane;
                    double before = number > 0 ? kept[past] : start.length > 0 ? start[startAt + at] : 0;
                    if (lengths.length > 0 && t >= lengths[lo + r]) {
                        for (int g = 0; g < shape.kind().gates(); g++) {
                            dp[x + g * hidden] = 0;
                            if (gru) {
                                dq[x + g * hidden] = 0;
                            }
                        }
                        carry[at] = d;
                        return;
                    }
                    carry[at] = 0;
                    switch (shape.kind()) {
                        case LSTM -> {
                            double in = kept[k];
                            double f = kept[k + plane];
                            double o = kept[k + 2 * plane];
                            double g = kept[k + 3 * plane];
                            double tanh = kept[k + 5 * plane];
                            double dc = carry[size + at] + d * o * (1 - tanh * tanh);
                            dp[x] = dc * g * in * (1 - in);
                            dp[x + hidden] = dc * before * f * (1 - f);
                            dp[x + 2 * hidden] = dc * in * (1 - g * g);
                            dp[x + 3 * hidden] = d * tanh * o * (1 - o);
                            carry[size + at] = dc * f;
                        }
                        case GRU -> {
                            double reset = kept[k];
                            double z = kept[k + plane];
                            double part = kept[k + 2 * plane];
                            double n = kept[k + 3 * plane];
                            double dn = d * (1 - z) * (1 - n * n);
                            dp[x] = dn * part * reset * (1 - reset);
                            dp[x + hidden] = d * (before - n) * z * (1 - z);
                            dp[x + 2 * hidden] = dn;
                            dq[x] = dp[x];
                            dq[x + hidden] = dp[x + hidden];
                            dq[x + 2 * hidden] = dn * reset;
                            carry[at] = d * z;
                        }
                        case TANH -> dp[x] = d * (1 - kept[k] * kept[k]);
                        default -> dp[x] = kept[k] > 0 ? d : 0;
                    }
                });
                if (i > 0 || h0.length > 0) {
                    Gemm.run(
                            workers,
                            false,
                            false,
                            rows,
                            hidden,
                            gateRow,
                            gru ? dq : dp,
                            t * rows * gateRow,
                            gateRow,
                            w,
                            wo,
                            hidden,
                            sums,
                            0,
                            hidden,
                            false,
                            Epilogue.NONE);
                }
            }
            for (int at = 0; at < size && h0.length > 0; at++) {
                dh0[at] = carry[at] + sums[at];
            }
            if (c0.length > 0) {
                System.arraycopy(carry, size, dc0, 0, size);
            }
        });
    }
}
