package soma.kernel;

import java.util.Arrays;

/** The matrix product of whole numbers, in the loops of {@link ScalarGemm}; it wraps around like all their arithmetic. */
final class IntegerGemm {

    private IntegerGemm() {}

    static void run(
            Workers workers,
            int batch,
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            int[] a,
            int ao,
            int lda,
            int strideA,
            int[] b,
            int bo,
            int ldb,
            int strideB,
            int[] c,
            int co,
            int ldc,
            int strideC,
            boolean accumulate,
            Epilogue after) {
        int parts = ScalarGemm.parts(workers, batch, m, n, k);
        workers.run(batch * parts, (task, scratch) -> {
            int item = task / parts;
            int i0 = ScalarGemm.cut(m, parts, task % parts);
            int i1 = ScalarGemm.cut(m, parts, task % parts + 1);
            int from = ao + item * strideA;
            var rows = b;
            int with = bo + item * strideB;
            if (transB) {
                rows = transpose(b, with, ldb, n, k, scratch.ints(ScalarGemm.SLOT + 6, k * n));
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
    }

    private static void rows(
            boolean transA,
            int i,
            int count,
            int n,
            int k,
            int[] a,
            int ao,
            int lda,
            int[] b,
            int bo,
            int ldb,
            int[] c,
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
        var b0 = scratch.ints(ScalarGemm.SLOT, n);
        var b1 = scratch.ints(ScalarGemm.SLOT + 1, n);
        var c0 = scratch.ints(ScalarGemm.SLOT + 2, n);
        var c1 = scratch.ints(ScalarGemm.SLOT + 3, n);
        var c2 = scratch.ints(ScalarGemm.SLOT + 4, n);
        var c3 = scratch.ints(ScalarGemm.SLOT + 5, n);
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
            int[] c0,
            int[] c1,
            int[] c2,
            int[] c3,
            int[] b0,
            int[] b1,
            int n,
            int x0,
            int x1,
            int x2,
            int x3,
            int y0,
            int y1,
            int y2,
            int y3) {
        for (int j = 0; j < n; j++) {
            int x = b0[j];
            int y = b1[j];
            c0[j] = c0[j] + x0 * x + y0 * y;
            c1[j] = c1[j] + x1 * x + y1 * y;
            c2[j] = c2[j] + x2 * x + y2 * y;
            c3[j] = c3[j] + x3 * x + y3 * y;
        }
    }

    private static void addOne(int[] c0, int[] c1, int[] c2, int[] c3, int[] b, int n, int x0, int x1, int x2, int x3) {
        for (int j = 0; j < n; j++) {
            c0[j] += x0 * b[j];
            c1[j] += x1 * b[j];
            c2[j] += x2 * b[j];
            c3[j] += x3 * b[j];
        }
    }

    private static int[] transpose(int[] source, int from, int stride, int rows, int columns, int[] target) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                target[j * rows + i] = source[from + i * stride + j];
            }
        }
        return target;
    }

    static void run(
            Workers workers,
            int batch,
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            long[] a,
            int ao,
            int lda,
            int strideA,
            long[] b,
            int bo,
            int ldb,
            int strideB,
            long[] c,
            int co,
            int ldc,
            int strideC,
            boolean accumulate,
            Epilogue after) {
        int parts = ScalarGemm.parts(workers, batch, m, n, k);
        workers.run(batch * parts, (task, scratch) -> {
            int item = task / parts;
            int i0 = ScalarGemm.cut(m, parts, task % parts);
            int i1 = ScalarGemm.cut(m, parts, task % parts + 1);
            int from = ao + item * strideA;
            var rows = b;
            int with = bo + item * strideB;
            if (transB) {
                rows = transpose(b, with, ldb, n, k, scratch.longs(ScalarGemm.SLOT + 6, k * n));
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
    }

    private static void rows(
            boolean transA,
            int i,
            int count,
            int n,
            int k,
            long[] a,
            int ao,
            int lda,
            long[] b,
            int bo,
            int ldb,
            long[] c,
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
        var b0 = scratch.longs(ScalarGemm.SLOT, n);
        var b1 = scratch.longs(ScalarGemm.SLOT + 1, n);
        var c0 = scratch.longs(ScalarGemm.SLOT + 2, n);
        var c1 = scratch.longs(ScalarGemm.SLOT + 3, n);
        var c2 = scratch.longs(ScalarGemm.SLOT + 4, n);
        var c3 = scratch.longs(ScalarGemm.SLOT + 5, n);
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
            long[] c0,
            long[] c1,
            long[] c2,
            long[] c3,
            long[] b0,
            long[] b1,
            int n,
            long x0,
            long x1,
            long x2,
            long x3,
            long y0,
            long y1,
            long y2,
            long y3) {
        for (int j = 0; j < n; j++) {
            long x = b0[j];
            long y = b1[j];
            c0[j] = c0[j] + x0 * x + y0 * y;
            c1[j] = c1[j] + x1 * x + y1 * y;
            c2[j] = c2[j] + x2 * x + y2 * y;
            c3[j] = c3[j] + x3 * x + y3 * y;
        }
    }

    private static void addOne(
            long[] c0, long[] c1, long[] c2, long[] c3, long[] b, int n, long x0, long x1, long x2, long x3) {
        for (int j = 0; j < n; j++) {
            c0[j] += x0 * b[j];
            c1[j] += x1 * b[j];
            c2[j] += x2 * b[j];
            c3[j] += x3 * b[j];
        }
    }

    private static long[] transpose(long[] source, int from, int stride, int rows, int columns, long[] target) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                target[j * rows + i] = source[from + i * stride + j];
            }
        }
        return target;
    }
}
