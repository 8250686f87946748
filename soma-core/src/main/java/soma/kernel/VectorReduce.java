package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Folds of floats with vectors. A row sum adds 4 vectors of partial sums over a block and the blocks in double, a
 * column sum adds blocks of rows: the rounding error grows with the length of a block and the number of blocks, not
 * with their product.
 */
final class VectorReduce {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    static final int BLOCK = 64 * 4 * VL;
    private static final int ROWS = 64;

    private VectorReduce() {}

    static float row(Fold fold, float[] a, int ao, int n) {
        if (n < VL) {
            return ScalarReduce.row(fold, a, ao, n);
        }
        return switch (fold) {
            case SUM -> WarmRows.ROW_SUM.isCold(n) ? WarmRows.rowSum(a, ao, n) : sum(a, ao, n);
            case PROD -> prod(a, ao, n);
            case MAX -> VectorExtreme.row(true, a, ao, n);
            case MIN -> VectorExtreme.row(false, a, ao, n);
            case ANY -> firstNonzero(a, ao, n) < n ? 1 : 0;
            case ALL -> firstZero(a, ao, n) < n ? 0 : 1;
        };
    }

    static float sum(float[] a, int ao, int n) {
        double sum = 0;
        int i = 0;
        for (; i <= n - VL; ) {
            int end = i + Math.min(BLOCK, n - i & -VL), fours = i + (end - i & -4 * VL);
            var s0 = FloatVector.zero(S);
            var s1 = FloatVector.zero(S);
            var s2 = FloatVector.zero(S);
            var s3 = FloatVector.zero(S);
            for (; i < fours; i += 4 * VL) {
                s0 = s0.add(FloatVector.fromArray(S, a, ao + i));
                s1 = s1.add(FloatVector.fromArray(S, a, ao + i + VL));
                s2 = s2.add(FloatVector.fromArray(S, a, ao + i + 2 * VL));
                s3 = s3.add(FloatVector.fromArray(S, a, ao + i + 3 * VL));
            }
            for (; i < end; i += VL) {
                s0 = s0.add(FloatVector.fromArray(S, a, ao + i));
            }
            sum += VectorFold.sum(s0.add(s1).add(s2.add(s3)));
        }
        for (; i < n; i++) {
            sum += a[ao + i];
        }
        return (float) sum;
    }

    private static float prod(float[] a, int ao, int n) {
        var p0 = FloatVector.broadcast(S, 1);
        var p1 = FloatVector.broadcast(S, 1);
        int i = 0;
        for (; i <= n - 2 * VL; i += 2 * VL) {
            p0 = p0.mul(FloatVector.fromArray(S, a, ao + i));
            p1 = p1.mul(FloatVector.fromArray(S, a, ao + i + VL));
        }
        float prod = VectorFold.product(p0.mul(p1));
        for (; i < n; i++) {
            prod *= a[ao + i];
        }
        return prod;
    }

    private static int firstZero(float[] a, int ao, int n) {
        int i = 0;
        for (; i <= n - VL; i += VL) {
            var hit = FloatVector.fromArray(S, a, ao + i).compare(VectorOperators.EQ, 0);
            if (hit.anyTrue()) {
                return i + hit.firstTrue();
            }
        }
        while (i < n && a[ao + i] != 0) {
            i++;
        }
        return i;
    }

    private static int firstNonzero(float[] a, int ao, int n) {
        int i = 0;
        for (; i <= n - VL; i += VL) {
            var hit = FloatVector.fromArray(S, a, ao + i).compare(VectorOperators.NE, 0);
            if (hit.anyTrue()) {
                return i + hit.firstTrue();
            }
        }
        while (i < n && a[ao + i] == 0) {
            i++;
        }
        return i;
    }

    /** The extreme first, then where it stands: two fast passes instead of one that drags the places along. */
    static int arg(boolean max, float[] a, int ao, int n, int stride) {
        if (stride != 1 || n < 2 * VL) {
            return ScalarReduce.arg(max, a, ao, n, stride);
        }
        float best = VectorExtreme.row(max, a, ao, n);
        int i = 0;
        for (; i <= n - VL; i += VL) {
            var v = FloatVector.fromArray(S, a, ao + i);
            var hit = !Float.isNaN(best) ? v.compare(VectorOperators.EQ, best) : v.test(VectorOperators.IS_NAN);
            if (hit.anyTrue()) {
                return i + hit.firstTrue();
            }
        }
        while (!Float.isNaN(best) ? a[ao + i] != best : !Float.isNaN(a[ao + i])) {
            i++;
        }
        return i;
    }

    /** Two vectors of columns and their places stay in registers down the rows; the last columns overlap. */
    static void argColumns(boolean max, float[] a, int ao, int rows, int stride, int n, long[] place, int po) {
        if (n < 2 * VL) {
            ScalarReduce.argColumns(max, a, ao, rows, stride, n, place, po);
            return;
        }
        var lanes = new int[2 * VL];
        for (int j = 0; j < n; j += 2 * VL) {
            int start = Math.min(j, n - 2 * VL);
            argStrip(max ? 1 : -1, a, ao + start, rows, stride, lanes);
            for (int i = 0; i < 2 * VL; i++) {
                place[po + start + i] = lanes[i];
            }
        }
    }

    /** The largest of {@code sign} times the columns; a NaN is never passed again. */
    private static void argStrip(float sign, float[] a, int at, int rows, int stride, int[] lanes) {
        var m0 = FloatVector.fromArray(S, a, at).mul(sign);
        var m1 = FloatVector.fromArray(S, a, at + VL).mul(sign);
        var p0 = IntVector.zero(I);
        var p1 = IntVector.zero(I);
        for (int r = 1; r < rows; r++) {
            var v0 = FloatVector.fromArray(S, a, at + r * stride).mul(sign);
            var v1 = FloatVector.fromArray(S, a, at + r * stride + VL).mul(sign);
            var hit0 = v0.compare(VectorOperators.LE, m0).not().and(m0.compare(VectorOperators.EQ, m0));
            var hit1 = v1.compare(VectorOperators.LE, m1).not().and(m1.compare(VectorOperators.EQ, m1));
            m0 = m0.blend(v0, hit0);
            m1 = m1.blend(v1, hit1);
            p0 = p0.blend(r, hit0.cast(I));
            p1 = p1.blend(r, hit1.cast(I));
        }
        p0.intoArray(lanes, 0);
        p1.intoArray(lanes, VL);
    }

    static int beyond(boolean max, float best, float[] a, int ao, int from, int n) {
        if (Float.isNaN(best)) {
            return ScalarReduce.beyond(max, best, a, ao, from, n);
        }
        int i = from;
        for (; i <= n - VL; i += VL) {
            var v = FloatVector.fromArray(S, a, ao + i);
            // not (v <= best), so that a NaN counts as larger
            var hit = max ? v.compare(VectorOperators.LE, best).not() : v.compare(VectorOperators.LT, best);
            if (hit.anyTrue()) {
                return i + hit.firstTrue();
            }
        }
        return ScalarReduce.beyond(max, best, a, ao, i, n);
    }

    static void columns(Fold fold, float[] a, int ao, int rows, int n, float[] acc, int oo) {
        if (n == 0 || rows == 0) {
            return;
        }
        switch (fold) {
            case SUM -> {
                int block = Math.max(ROWS, (int) Math.sqrt(rows));
                for (int r = 0; r < rows; r += block) {
                    int some = Math.min(block, rows - r);
                    if (n >= VL && WarmRows.COLUMN_SUMS.isCold(some * n)) {
                        WarmRows.columnSums(a, ao + r * n, some, n, acc, oo);
                    } else if (n < VL) {
                        narrowSum(a, ao + r * n, some, n, acc, oo);
                    } else {
                        columnSums(a, ao + r * n, some, n, acc, oo);
                    }
                }
            }
            case MAX, MIN -> {
                if (n < VL) {
                    ScalarReduce.columns(fold, a, ao, rows, n, acc, oo);
                } else if (fold == Fold.MAX) {
                    VectorExtreme.columnMax(a, ao, rows, n, acc, oo);
                } else {
                    VectorExtreme.columnMin(a, ao, rows, n, acc, oo);
                }
            }
            case PROD, ANY, ALL -> ScalarReduce.columns(fold, a, ao, rows, n, acc, oo);
        }
    }

    /**
     * Strips of 4 vectors stay in registers down the rows; the last columns come as an overlapping vector of which
     * only the new lanes are kept.
     */
    static void columnSums(float[] a, int ao, int rows, int n, float[] acc, int oo) {
        int j = 0;
        for (; j <= n - 4 * VL; j += 4 * VL) {
            var s0 = FloatVector.zero(S);
            var s1 = FloatVector.zero(S);
            var s2 = FloatVector.zero(S);
            var s3 = FloatVector.zero(S);
            for (int r = 0, at = ao + j; r < rows; r++, at += n) {
                s0 = s0.add(FloatVector.fromArray(S, a, at));
                s1 = s1.add(FloatVector.fromArray(S, a, at + VL));
                s2 = s2.add(FloatVector.fromArray(S, a, at + 2 * VL));
                s3 = s3.add(FloatVector.fromArray(S, a, at + 3 * VL));
            }
            FloatVector.fromArray(S, acc, oo + j).add(s0).intoArray(acc, oo + j);
            FloatVector.fromArray(S, acc, oo + j + VL).add(s1).intoArray(acc, oo + j + VL);
            FloatVector.fromArray(S, acc, oo + j + 2 * VL).add(s2).intoArray(acc, oo + j + 2 * VL);
            FloatVector.fromArray(S, acc, oo + j + 3 * VL).add(s3).intoArray(acc, oo + j + 3 * VL);
        }
        while (j < n) {
            int start = Math.min(j, n - VL);
            var s0 = FloatVector.zero(S);
            var s1 = FloatVector.zero(S);
            int r = 0, at = ao + start;
            for (; r < rows - 1; r += 2, at += 2 * n) {
                s0 = s0.add(FloatVector.fromArray(S, a, at));
                s1 = s1.add(FloatVector.fromArray(S, a, at + n));
            }
            if (r < rows) {
                s0 = s0.add(FloatVector.fromArray(S, a, at));
            }
            var old = FloatVector.fromArray(S, acc, oo + start);
            old.add(s0.add(s1), VectorMask.fromLong(S, -1L << (j - start))).intoArray(acc, oo + start);
            j = start + VL;
        }
    }

    /**
     * Rows shorter than a vector: as many whole rows as fit are one vector, and each of its lanes belongs to one
     * column.
     */
    private static void narrowSum(float[] a, int ao, int rows, int n, float[] acc, int oo) {
        int step = VL / n * n, total = rows * n, i = 0;
        var s0 = FloatVector.zero(S);
        var s1 = FloatVector.zero(S);
        for (; i + step + VL <= total; i += 2 * step) {
            s0 = s0.add(FloatVector.fromArray(S, a, ao + i));
            s1 = s1.add(FloatVector.fromArray(S, a, ao + i + step));
        }
        var lanes = new float[VL];
        s0.add(s1).intoArray(lanes, 0);
        for (int k = 0; k < step; k++) {
            acc[oo + k % n] += lanes[k];
        }
        for (; i < total; i += n) {
            for (int j = 0; j < n; j++) {
                acc[oo + j] += a[ao + i + j];
            }
        }
    }
}
