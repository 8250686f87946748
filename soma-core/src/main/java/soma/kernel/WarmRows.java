package soma.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cross-entropy and sums on their way to hot. The twins keep a sum for each lane, and fold them as the vectors do. */
final class WarmRows extends Warming {

    private enum Kind {
        LOSS,
        LOSS_BACK,
        ROW_SUM,
        COLUMN_SUMS
    }

    static final WarmRows LOSS = new WarmRows(Kind.LOSS);
    static final WarmRows LOSS_BACK = new WarmRows(Kind.LOSS_BACK);
    static final WarmRows ROW_SUM = new WarmRows(Kind.ROW_SUM);
    static final WarmRows COLUMN_SUMS = new WarmRows(Kind.COLUMN_SUMS);

    private static final int VL = VectorGemm.VL;
    private static final int ROWS = 16;
    private static final int LONG = 64 * VL + 3;

    private final Kind kind;
    private float @Nullable [] numbers;
    private int calls;

    private WarmRows(Kind kind) {
        this.kind = kind;
    }

    @Override
    int instructions() {
        return switch (kind) {
            case LOSS, LOSS_BACK -> 40 * ROWS;
            case ROW_SUM, COLUMN_SUMS -> 8;
        };
    }

    @Override
    int turns() {
        return kind == Kind.LOSS || kind == Kind.LOSS_BACK ? 1 : 16;
    }

    /** Rows shorter and longer than a vector in turn: they go through different loops. */
    @Override
    void sample(int turns) {
        if (numbers == null) {
            numbers = new float[2 * ROWS * LONG];
        }
        var x = numbers;
        int n = ++calls % 2 == 0 ? VL - 3 : 2 * VL + 1;
        int rows = turns * ROWS;
        int out = ROWS * LONG;
        switch (kind) {
            case LOSS -> VectorRows.crossEntropy(x, 0, new long[rows], 0, x, out, 0, rows, n, -1);
            case LOSS_BACK -> VectorRows.crossEntropyBack(x, 0, new long[rows], 0, x, 0, x, out, 0, rows, n, -1);
            case ROW_SUM -> VectorReduce.sum(x, 0, turns * 4 * VL);
            case COLUMN_SUMS -> VectorReduce.columnSums(x, 0, turns, 5 * VL, x, out);
        }
    }

    // ---- the twins

    /** {@link VectorNonPositiveExp} of one number. */
    static float exp(float x) {
        float z = x * 1.44269504f + (12582912f + 127f);
        float k = z - (12582912f + 127f);
        float r = x - k * 0.693359375f - k * -2.12194440e-4f;
        float p = r * 1.9875691500e-4f + 1.3981999507e-3f;
        p = Math.fma(p, r, 8.3334519073e-3f);
        p = Math.fma(p, r, 4.1665795894e-2f);
        p = Math.fma(p, r, 1.6666665459e-1f);
        p = Math.fma(p, r, 5.0000001201e-1f);
        p = Math.fma(p, r * r, r) + 1f;
        return x < -87.3f ? 0 : Float.intBitsToFloat(Float.floatToRawIntBits(z) << 23) * p;
    }

    private static float max(float[] x, int at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + n; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    /** The sum of exp(x - max), which element goes to which lane as the vectors have it: the last one ends with the row. */
    private static float sumExp(float[] x, int at, int n, float max) {
        var lanes = new float[VL];
        int end = n & -VL;
        for (int i = 0; i < n; i++) {
            lanes[n < VL || i < end ? i % VL : i - n + VL] += exp(x[at + i] - max);
        }
        return VectorFold.sum(lanes);
    }

    static void crossEntropy(
            float[] x, int xo, long[] labels, int lab, float[] loss, int so, int lo, int hi, int n, long ignoreIndex) {
        for (int r = lo; r < hi; r++) {
            long label = labels[lab + r];
            int row = xo + r * n;
            if (label == ignoreIndex) {
                loss[so + r] = 0;
            } else {
                int c = Rows.checked(label, r, n);
                float max = max(x, row, n);
                loss[so + r] = VectorRows.log(sumExp(x, row, n, max)) + (max - x[row + c]);
            }
        }
    }

    static void crossEntropyBack(
            float[] x,
            int xo,
            long[] labels,
            int lab,
            float[] scale,
            int so,
            float[] dx,
            int dxo,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        for (int r = lo; r < hi; r++) {
            long label = labels[lab + r];
            int row = xo + r * n;
            int at = dxo + r * n;
            if (label == ignoreIndex) {
                Arrays.fill(dx, at, at + n, 0);
                continue;
            }
            int c = Rows.checked(label, r, n);
            float s = scale[so + r];
            float max = max(x, row, n);
            float sum = sumExp(x, row, n, max);
            for (int i = 0; i < n; i++) {
                float e = exp(x[row + i] - max);
                dx[at + i] = n < VL ? e * (1 / sum) * s : e * (s / sum);
            }
            dx[at + c] -= s;
        }
    }

    static float rowSum(float[] a, int ao, int n) {
        double sum = 0;
        int i = 0;
        while (i <= n - VL) {
            int end = i + Math.min(VectorReduce.BLOCK, n - i & -VL);
            int fours = i + (end - i & -4 * VL);
            var lanes = new float[4 * VL];
            for (; i < end; i += VL) {
                int to = i < fours ? i / VL % 4 * VL : 0;
                for (int l = 0; l < VL; l++) {
                    lanes[to + l] += a[ao + i + l];
                }
            }
            var all = new float[VL];
            for (int l = 0; l < VL; l++) {
                all[l] = lanes[l] + lanes[VL + l] + (lanes[2 * VL + l] + lanes[3 * VL + l]);
            }
            sum += VectorFold.sum(all);
        }
        for (; i < n; i++) {
            sum += a[ao + i];
        }
        return (float) sum;
    }

    /** One block of rows. */
    static void columnSums(float[] a, int ao, int rows, int n, float[] acc, int oo) {
        int whole = n & -4 * VL;
        var even = new float[n];
        var odd = new float[n];
        for (int r = 0; r < rows; r++) {
            int at = ao + r * n;
            for (int j = 0; j < whole; j++) {
                even[j] += a[at + j];
            }
            var sums = r % 2 == 0 ? even : odd;
            for (int j = whole; j < n; j++) {
                sums[j] += a[at + j];
            }
        }
        for (int j = 0; j < n; j++) {
            acc[oo + j] += j < whole ? even[j] : even[j] + odd[j];
        }
    }
}
