package soma.kernel;

import java.util.Arrays;

/**
 * The matrix product in plain loops: reference and fallback of {@link VectorGemm} and, as C2 vectorises them, the
 * product of doubles. C2 does so only for loops over separate arrays with a plain index; so four rows of C and two of B
 * are copied, which gains a factor of five over loops with offsets.
 */
final class ScalarGemm {

    static final int SLOT = 24;

    /** Multiply-adds worth a second thread. */
    private static final long SPLIT = 100_000;

    private ScalarGemm() {}

    static int cut(int all, int parts, int i) {
        return (int) ((long) all * i / parts);
    }

    /** Parts of the rows of one product: of at least 16 rows, since each transposes B if need be. */
    static int parts(Workers workers, int batch, int m, int n, int k) {
        boolean small = (long) batch * m * n * k < SPLIT || batch >= 4 * workers.threads();
        return small ? 1 : Math.min(4 * workers.threads(), (m + 15) / 16);
    }

    /** Rows [i0, i1) of B of an item of the batch. */
    @FunctionalInterface
    private interface Rows {
        void turn(int item, int i0, int i1);
    }

    private static void turn(Workers workers, int items, int parts, int n, Rows body) {
        workers.run(
                items * parts,
                (task, scratch) ->
                        body.turn(task / parts, cut(n, parts, task % parts), cut(n, parts, task % parts + 1)));
    }

    static void run(
            Workers workers,
            int batch,
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int lda,
            int strideA,
            float[] b,
            int bo,
            int ldb,
            int strideB,
            float[] c,
            int co,
            int ldc,
            int strideC,
            boolean accumulate,
            Epilogue after) {
        int parts = parts(workers, batch, m, n, k);
        int items = strideB == 0 ? 1 : batch;
        boolean once = transB && parts > 1 && (long) items * k * n <= b.length; // turned for all parts
        workers.run(1, (only, caller) -> {
            var turned = once ? caller.floats(SLOT + 6, items * k * n) : b;
            if (once) {
                turn(
                        workers,
                        items,
                        parts,
                        n,
                        (item, i0, i1) -> transpose(b, bo + item * strideB, ldb, i0, i1, n, k, turned, item * k * n));
            }
            workers.run(batch * parts, (task, scratch) -> {
                int item = task / parts;
                int i0 = cut(m, parts, task % parts);
                int i1 = cut(m, parts, task % parts + 1);
                int from = ao + item * strideA;
                var rows = turned;
                int with = once ? item % items * k * n : bo + item * strideB;
                if (transB && !once) {
                    rows = scratch.floats(SLOT + 6, k * n);
                    transpose(b, with, ldb, 0, n, n, k, rows, 0);
                    with = 0;
                }
                for (int i = i0; i < i1; i += 4) {
                    int first = co + item * strideC + i * ldc;
                    rows(
                            transA,
                            i,
                            Math.min(4, i1 - i),
                            n,
                            k,
                            a,
                            from,
                            lda,
                            rows,
                            with,
                            transB ? n : ldb,
                            c,
                            first,
                            ldc,
                            accumulate,
                            scratch);
                }
                after.range((item * m + i0) * n, (item * m + i1) * n, scratch);
            });
        });
    }

    private static void rows(
            boolean transA,
            int i,
            int count,
            int n,
            int k,
            float[] a,
            int ao,
            int lda,
            float[] b,
            int bo,
            int ldb,
            float[] c,
            int co,
            int ldc,
            boolean accumulate,
            Scratch scratch) {
        int along = transA ? lda : 1;
        int across = transA ? 1 : lda;
        int a0 = ao + i * across;
        int a1 = ao + (i + Math.min(1, count - 1)) * across;
        int a2 = ao + (i + Math.min(2, count - 1)) * across;
        int a3 = ao + (i + Math.min(3, count - 1)) * across;
        var b0 = scratch.floats(SLOT, n);
        var b1 = scratch.floats(SLOT + 1, n);
        var c0 = scratch.floats(SLOT + 2, n);
        var c1 = scratch.floats(SLOT + 3, n);
        var c2 = scratch.floats(SLOT + 4, n);
        var c3 = scratch.floats(SLOT + 5, n);
        for (int r = 0; r < 4; r++) {
            var sum = r == 0 ? c0 : r == 1 ? c1 : r == 2 ? c2 : c3;
            if (accumulate && r < count) {
                System.arraycopy(c, co + r * ldc, sum, 0, n);
            } else {
                Arrays.fill(sum, 0, n, 0);
            }
        }
        int p = 0;
        for (; p + 2 <= k; p += 2) {
            System.arraycopy(b, bo + p * ldb, b0, 0, n);
            System.arraycopy(b, bo + (p + 1) * ldb, b1, 0, n);
            int x = p * along;
            int y = x + along;
            addTwo(
                    c0, c1, c2, c3, b0, b1, n, a[a0 + x], a[a1 + x], a[a2 + x], a[a3 + x], a[a0 + y], a[a1 + y],
                    a[a2 + y], a[a3 + y]);
        }
        if (p < k) {
            System.arraycopy(b, bo + p * ldb, b0, 0, n);
            int x = p * along;
            addOne(c0, c1, c2, c3, b0, n, a[a0 + x], a[a1 + x], a[a2 + x], a[a3 + x]);
        }
        for (int r = 0; r < count; r++) {
            System.arraycopy(r == 0 ? c0 : r == 1 ? c1 : r == 2 ? c2 : c3, 0, c, co + r * ldc, n);
        }
    }

    private static void addTwo(
            float[] c0,
            float[] c1,
            float[] c2,
            float[] c3,
            float[] b0,
            float[] b1,
            int n,
            float x0,
            float x1,
            float x2,
            float x3,
            float y0,
            float y1,
            float y2,
            float y3) {
        for (int j = 0; j < n; j++) {
            float x = b0[j];
            float y = b1[j];
            c0[j] = c0[j] + x0 * x + y0 * y;
            c1[j] = c1[j] + x1 * x + y1 * y;
            c2[j] = c2[j] + x2 * x + y2 * y;
            c3[j] = c3[j] + x3 * x + y3 * y;
        }
    }

    private static void addOne(
            float[] c0, float[] c1, float[] c2, float[] c3, float[] b, int n, float x0, float x1, float x2, float x3) {
        for (int j = 0; j < n; j++) {
            c0[j] += x0 * b[j];
            c1[j] += x1 * b[j];
            c2[j] += x2 * b[j];
            c3[j] += x3 * b[j];
        }
    }

    /** Rows [i0, i1) of {@code rows}. */
    private static void transpose(
            float[] source, int from, int stride, int i0, int i1, int rows, int columns, float[] target, int to) {
        for (int i = i0; i < i1; i++) {
            for (int j = 0; j < columns; j++) {
                target[to + j * rows + i] = source[from + i * stride + j];
            }
        }
    }

    static void run(
            Workers workers,
            int batch,
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            double[] a,
            int ao,
            int lda,
            int strideA,
            double[] b,
            int bo,
            int ldb,
            int strideB,
            double[] c,
            int co,
            int ldc,
            int strideC,
            boolean accumulate,
            Epilogue after) {
        int parts = parts(workers, batch, m, n, k);
        int items = strideB == 0 ? 1 : batch;
        boolean once = transB && parts > 1 && (long) items * k * n <= b.length; // turned for all parts
        workers.run(1, (only, caller) -> {
            var turned = once ? caller.doubles(SLOT + 6, items * k * n) : b;
            if (once) {
                turn(
                        workers,
                        items,
                        parts,
                        n,
                        (item, i0, i1) -> transpose(b, bo + item * strideB, ldb, i0, i1, n, k, turned, item * k * n));
            }
            workers.run(batch * parts, (task, scratch) -> {
                int item = task / parts;
                int i0 = cut(m, parts, task % parts);
                int i1 = cut(m, parts, task % parts + 1);
                int from = ao + item * strideA;
                var rows = turned;
                int with = once ? item % items * k * n : bo + item * strideB;
                if (transB && !once) {
                    rows = scratch.doubles(SLOT + 6, k * n);
                    transpose(b, with, ldb, 0, n, n, k, rows, 0);
                    with = 0;
                }
                for (int i = i0; i < i1; i += 4) {
                    int first = co + item * strideC + i * ldc;
                    rows(
                            transA,
                            i,
                            Math.min(4, i1 - i),
                            n,
                            k,
                            a,
                            from,
                            lda,
                            rows,
                            with,
                            transB ? n : ldb,
                            c,
                            first,
                            ldc,
                            accumulate,
                            scratch);
                }
                after.range((item * m + i0) * n, (item * m + i1) * n, scratch);
            });
        });
    }

    private static void rows(
            boolean transA,
            int i,
            int count,
            int n,
            int k,
            double[] a,
            int ao,
            int lda,
            double[] b,
            int bo,
            int ldb,
            double[] c,
            int co,
            int ldc,
            boolean accumulate,
            Scratch scratch) {
        int along = transA ? lda : 1;
        int across = transA ? 1 : lda;
        int a0 = ao + i * across;
        int a1 = ao + (i + Math.min(1, count - 1)) * across;
        int a2 = ao + (i + Math.min(2, count - 1)) * across;
        int a3 = ao + (i + Math.min(3, count - 1)) * across;
        var b0 = scratch.doubles(SLOT, n);
        var b1 = scratch.doubles(SLOT + 1, n);
        var c0 = scratch.doubles(SLOT + 2, n);
        var c1 = scratch.doubles(SLOT + 3, n);
        var c2 = scratch.doubles(SLOT + 4, n);
        var c3 = scratch.doubles(SLOT + 5, n);
        for (int r = 0; r < 4; r++) {
            var sum = r == 0 ? c0 : r == 1 ? c1 : r == 2 ? c2 : c3;
            if (accumulate && r < count) {
                System.arraycopy(c, co + r * ldc, sum, 0, n);
            } else {
                Arrays.fill(sum, 0, n, 0);
            }
        }
        int p = 0;
        for (; p + 2 <= k; p += 2) {
            System.arraycopy(b, bo + p * ldb, b0, 0, n);
            System.arraycopy(b, bo + (p + 1) * ldb, b1, 0, n);
            int x = p * along;
            int y = x + along;
            addTwo(
                    c0, c1, c2, c3, b0, b1, n, a[a0 + x], a[a1 + x], a[a2 + x], a[a3 + x], a[a0 + y], a[a1 + y],
                    a[a2 + y], a[a3 + y]);
        }
        if (p < k) {
            System.arraycopy(b, bo + p * ldb, b0, 0, n);
            int x = p * along;
            addOne(c0, c1, c2, c3, b0, n, a[a0 + x], a[a1 + x], a[a2 + x], a[a3 + x]);
        }
        for (int r = 0; r < count; r++) {
            System.arraycopy(r == 0 ? c0 : r == 1 ? c1 : r == 2 ? c2 : c3, 0, c, co + r * ldc, n);
        }
    }

    private static void addTwo(
            double[] c0,
            double[] c1,
            double[] c2,
            double[] c3,
            double[] b0,
            double[] b1,
            int n,
            double x0,
            double x1,
            double x2,
            double x3,
            double y0,
            double y1,
            double y2,
            double y3) {
        for (int j = 0; j < n; j++) {
            double x = b0[j];
            double y = b1[j];
            c0[j] = c0[j] + x0 * x + y0 * y;
            c1[j] = c1[j] + x1 * x + y1 * y;
            c2[j] = c2[j] + x2 * x + y2 * y;
            c3[j] = c3[j] + x3 * x + y3 * y;
        }
    }

    private static void addOne(
            double[] c0,
            double[] c1,
            double[] c2,
            double[] c3,
            double[] b,
            int n,
            double x0,
            double x1,
            double x2,
            double x3) {
        for (int j = 0; j < n; j++) {
            c0[j] += x0 * b[j];
            c1[j] += x1 * b[j];
            c2[j] += x2 * b[j];
            c3[j] += x3 * b[j];
        }
    }

    /** Rows [i0, i1) of {@code rows}. */
    private static void transpose(
            double[] source, int from, int stride, int i0, int i1, int rows, int columns, double[] target, int to) {
        for (int i = i0; i < i1; i++) {
            for (int j = 0; j < columns; j++) {
                target[to + j * rows + i] = source[from + i * stride + j];
            }
        }
    }
}
