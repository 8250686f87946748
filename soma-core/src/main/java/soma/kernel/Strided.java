package soma.kernel;

import java.util.Arrays;

/**
 * Copies between two arrays of one type through any strides: transposes, slices, flips (negative), broadcasts (0 in
 * the source). Axes are first put in the order of the destination and merged where both sides run on, so that most
 * copies become a few long runs or one plane with a transposed source.
 */
public final class Strided {

    private Strided() {}

    /**
     * dst[dof + i . dstStride] = src[so + i . srcStride] for every multi-index i below {@code shape}. The two must
     * not overlap.
     */
    public static void copy(Object src, int so, int[] srcStride, Object dst, int dof, int[] dstStride, int[] shape) {
        var plan = Collapsed.of(srcStride, dstStride, shape);
        if (!plan.empty()) {
            walk(plan, 0, src, so, dst, dof);
        }
    }

    /** {@link #copy} for lo &lt;= i[0] &lt; hi only: a share for one thread. A shape of no axes counts as (1). */
    public static void copyRange(
            Object src, int so, int[] srcStride, Object dst, int dof, int[] dstStride, int[] shape, int lo, int hi) {
        if (shape.length == 0) {
            if (lo == 0 && hi > 0) {
                copy(src, so, srcStride, dst, dof, dstStride, shape);
            }
            return;
        }
        var part = shape.clone();
        part[0] = Math.max(0, hi - lo);
        copy(src, so + lo * srcStride[0], srcStride, dst, dof + lo * dstStride[0], dstStride, part);
    }

    /** Sets the elements from .. to-1 to {@code value}, cast as Java does. */
    public static void fill(Object dst, int from, int to, double value) {
        switch (dst) {
            case float[] a -> Arrays.fill(a, from, to, (float) value);
            case double[] a -> Arrays.fill(a, from, to, value);
            case int[] a -> Arrays.fill(a, from, to, (int) (long) value);
            case long[] a -> Arrays.fill(a, from, to, (long) value);
            case short[] a -> Arrays.fill(a, from, to, (short) (long) value);
            case byte[] a -> Arrays.fill(a, from, to, (byte) (long) value);
            default -> throw notAnArray(dst);
        }
    }

    static IllegalArgumentException notAnArray(Object a) {
        return new IllegalArgumentException("elements are " + a.getClass().getSimpleName()
                + ", expected float[], double[], int[], long[], short[] or byte[]");
    }

    private static void walk(Collapsed p, int axis, Object src, int so, Object dst, int dof) {
        if (axis + 2 < p.rank()) {
            for (int i = 0; i < p.shape()[axis]; i++) {
                walk(p, axis + 1, src, so + i * p.src()[axis], dst, dof + i * p.dst()[axis]);
            }
            return;
        }
        int last = p.rank() - 1;
        plane(
                src,
                so,
                p.src()[axis],
                p.src()[last],
                dst,
                dof,
                p.dst()[axis],
                p.dst()[last],
                p.shape()[axis],
                p.shape()[last]);
    }

    private static void plane(
            Object src, int so, int s0, int s1, Object dst, int dof, int d0, int d1, int rows, int n) {
        if (s1 == 1 && d1 == 1 && n >= 8) {
            if (src instanceof float[] a) {
                StridedLoops.runs(a, so, s0, (float[]) dst, dof, d0, rows, n);
                return;
            }
            for (int r = 0; r < rows; r++) {
                System.arraycopy(src, so + r * s0, dst, dof + r * d0, n);
            }
            return;
        }
        switch (src) {
            case float[] a -> {
                if (s0 == 1 && d1 == 1 && Cpu.VECTORS && VectorTranspose.pays(rows, n)) {
                    VectorTranspose.plane(a, so, s1, (float[]) dst, dof, d0, rows, n);
                } else {
                    StridedLoops.plane(a, so, s0, s1, (float[]) dst, dof, d0, d1, rows, n);
                }
            }
            case double[] a -> StridedLoops.plane(a, so, s0, s1, (double[]) dst, dof, d0, d1, rows, n);
            case int[] a -> StridedLoops.plane(a, so, s0, s1, (int[]) dst, dof, d0, d1, rows, n);
            case long[] a -> StridedLoops.plane(a, so, s0, s1, (long[]) dst, dof, d0, d1, rows, n);
            case short[] a -> StridedLoops.plane(a, so, s0, s1, (short[]) dst, dof, d0, d1, rows, n);
            case byte[] a -> StridedLoops.plane(a, so, s0, s1, (byte[]) dst, dof, d0, d1, rows, n);
            default -> throw notAnArray(src);
        }
    }

    /**
     * The same copy with at least two axes, none of size 1 that could be dropped, neighbours merged, destination
     * order.
     */
    private record Collapsed(int[] src, int[] dst, int[] shape, boolean empty) {

        int rank() {
            return shape.length;
        }

        static Collapsed of(int[] srcStride, int[] dstStride, int[] shape) {
            int rank = shape.length, kept = 0;
            int[] s = new int[rank + 2], d = new int[rank + 2], n = new int[rank + 2];
            boolean empty = false;
            for (int axis = 0; axis < rank; axis++) {
                empty |= shape[axis] == 0;
                if (shape[axis] == 1) {
                    continue;
                }
                int at = kept++;
                while (at > 0 && before(dstStride[axis], srcStride[axis], d[at - 1], s[at - 1])) {
                    s[at] = s[at - 1];
                    d[at] = d[at - 1];
                    n[at] = n[at - 1];
                    at--;
                }
                s[at] = srcStride[axis];
                d[at] = dstStride[axis];
                n[at] = shape[axis];
            }
            int m = 0;
            for (int i = 0; i < kept; i++) {
                if (m > 0 && s[m - 1] == s[i] * n[i] && d[m - 1] == d[i] * n[i]) {
                    s[m - 1] = s[i];
                    d[m - 1] = d[i];
                    n[m - 1] *= n[i];
                } else {
                    s[m] = s[i];
                    d[m] = d[i];
                    n[m++] = n[i];
                }
            }
            unitSourceSecond(s, d, n, m);
            while (m < 2) {
                System.arraycopy(s, 0, s, 1, m);
                System.arraycopy(d, 0, d, 1, m);
                System.arraycopy(n, 0, n, 1, m);
                n[0] = 1;
                s[0] = 1;
                d[0] = 1;
                m++;
            }
            return new Collapsed(Arrays.copyOf(s, m), Arrays.copyOf(d, m), Arrays.copyOf(n, m), empty);
        }

        private static boolean before(int d, int s, int dThere, int sThere) {
            int a = Math.abs(d), b = Math.abs(dThere);
            return a != b ? a > b : Math.abs(s) > Math.abs(sThere);
        }

        /**
         * Where the last axis jumps in the source, the axis that runs on there becomes its partner: a plain
         * transpose.
         */
        private static void unitSourceSecond(int[] s, int[] d, int[] n, int m) {
            if (m < 3 || s[m - 1] == 1 || s[m - 1] == 0) {
                return;
            }
            for (int i = 0; i < m - 2; i++) {
                if (s[i] == 1) {
                    int ss = s[i], dd = d[i], nn = n[i];
                    for (int j = i; j < m - 2; j++) {
                        s[j] = s[j + 1];
                        d[j] = d[j + 1];
                        n[j] = n[j + 1];
                    }
                    s[m - 2] = ss;
                    d[m - 2] = dd;
                    n[m - 2] = nn;
                    return;
                }
            }
        }
    }
}
