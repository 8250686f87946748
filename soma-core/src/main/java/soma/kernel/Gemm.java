package soma.kernel;

import java.util.Arrays;

/**
 * Matrix products: C = op(A) op(B), or C += op(A) op(B), over float, double, int and long. op transposes or does
 * nothing; op(A) is m x k, op(B) is k x n, C is m x n, rows of the stored matrices are lda, ldb and ldc elements apart.
 * C shares no element with A or B. The same shape gives the same bits on any number of threads. Working memory: the
 * slots from 28 on.
 */
public final class Gemm {

    private Gemm() {}

    /**
     * One product. {@code after} is told of finished element ranges of the flat output, counted from co, by the thread
     * that finished them; it needs ldc == n unless it is {@link Epilogue#NONE}.
     */
    public static void run(
            Workers workers,
            boolean transA,
            boolean transB,
            int m,
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
            Epilogue after) {
        batched(
                workers,
                1,
                transA,
                transB,
                m,
                n,
                k,
                a,
                ao,
                lda,
                0,
                b,
                bo,
                ldb,
                0,
                c,
                co,
                ldc,
                m * n,
                accumulate,
                after);
    }

    /**
     * {@code batch} products, whose operands are strideA, strideB and strideC elements apart; a stride of 0 shares A or
     * B among all. {@code after} counts from co over the whole batch and needs strideC == m * n too.
     */
    public static void batched(
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
        if (batch == 0 || m == 0 || n == 0) {
            return;
        }
        fits("A", a.length, batch, ao, strideA, transA ? k : m, transA ? m : k, lda);
        fits("B", b.length, batch, bo, strideB, transB ? n : k, transB ? k : n, ldb);
        fits("C", c.length, batch, co, strideC, m, n, ldc);
        flat(after, batch, m, n, ldc, strideC);
        if (k == 0) {
            nothing(workers, batch, m, n, accumulate, after, (at, end) -> Arrays.fill(c, at, end, 0), co, ldc, strideC);
        } else if (strideB == 0 && batch > 1 && !transA && strideA == m * lda && strideC == m * ldc) {
            batched(
                    workers,
                    1,
                    false,
                    transB,
                    batch * m,
                    n,
                    k,
                    a,
                    ao,
                    lda,
                    0,
                    b,
                    bo,
                    ldb,
                    0,
                    c,
                    co,
                    ldc,
                    0,
                    accumulate,
                    after);
        } else if (Cpu.VECTORS) {
            VectorGemm.run(
                    workers,
                    batch,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    a,
                    ao,
                    lda,
                    strideA,
                    b,
                    bo,
                    ldb,
                    strideB,
                    c,
                    co,
                    ldc,
                    strideC,
                    accumulate,
                    after);
        } else {
            ScalarGemm.run(
                    workers,
                    batch,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    a,
                    ao,
                    lda,
                    strideA,
                    b,
                    bo,
                    ldb,
                    strideB,
                    c,
                    co,
                    ldc,
                    strideC,
                    accumulate,
                    after);
        }
    }

    /** One product, as of floats. */
    public static void run(
            Workers workers,
            boolean transA,
            boolean transB,
            int m,
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
            Epilogue after) {
        batched(
                workers,
                1,
                transA,
                transB,
                m,
                n,
                k,
                a,
                ao,
                lda,
                0,
                b,
                bo,
                ldb,
                0,
                c,
                co,
                ldc,
                m * n,
                accumulate,
                after);
    }

    /** A batch of products, as of floats. */
    public static void batched(
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
        if (batch == 0 || m == 0 || n == 0) {
            return;
        }
        fits("A", a.length, batch, ao, strideA, transA ? k : m, transA ? m : k, lda);
        fits("B", b.length, batch, bo, strideB, transB ? n : k, transB ? k : n, ldb);
        fits("C", c.length, batch, co, strideC, m, n, ldc);
        flat(after, batch, m, n, ldc, strideC);
        if (k == 0) {
            nothing(workers, batch, m, n, accumulate, after, (at, end) -> Arrays.fill(c, at, end, 0), co, ldc, strideC);
        } else {
            ScalarGemm.run(
                    workers,
                    batch,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    a,
                    ao,
                    lda,
                    strideA,
                    b,
                    bo,
                    ldb,
                    strideB,
                    c,
                    co,
                    ldc,
                    strideC,
                    accumulate,
                    after);
        }
    }

    /** A batch of products, as of floats. */
    public static void batched(
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
        if (batch == 0 || m == 0 || n == 0) {
            return;
        }
        fits("A", a.length, batch, ao, strideA, transA ? k : m, transA ? m : k, lda);
        fits("B", b.length, batch, bo, strideB, transB ? n : k, transB ? k : n, ldb);
        fits("C", c.length, batch, co, strideC, m, n, ldc);
        flat(after, batch, m, n, ldc, strideC);
        if (k == 0) {
            nothing(workers, batch, m, n, accumulate, after, (at, end) -> Arrays.fill(c, at, end, 0), co, ldc, strideC);
        } else {
            IntegerGemm.run(
                    workers,
                    batch,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    a,
                    ao,
                    lda,
                    strideA,
                    b,
                    bo,
                    ldb,
                    strideB,
                    c,
                    co,
                    ldc,
                    strideC,
                    accumulate,
                    after);
        }
    }

    /** A batch of products, as of floats. */
    public static void batched(
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
        if (batch == 0 || m == 0 || n == 0) {
            return;
        }
        fits("A", a.length, batch, ao, strideA, transA ? k : m, transA ? m : k, lda);
        fits("B", b.length, batch, bo, strideB, transB ? n : k, transB ? k : n, ldb);
        fits("C", c.length, batch, co, strideC, m, n, ldc);
        flat(after, batch, m, n, ldc, strideC);
        if (k == 0) {
            nothing(workers, batch, m, n, accumulate, after, (at, end) -> Arrays.fill(c, at, end, 0), co, ldc, strideC);
        } else {
            IntegerGemm.run(
                    workers,
                    batch,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    a,
                    ao,
                    lda,
                    strideA,
                    b,
                    bo,
                    ldb,
                    strideB,
                    c,
                    co,
                    ldc,
                    strideC,
                    accumulate,
                    after);
        }
    }

    private interface Zeros {
        void fill(int from, int to);
    }

    /** k = 0: a sum of nothing. */
    private static void nothing(
            Workers workers,
            int batch,
            int m,
            int n,
            boolean accumulate,
            Epilogue after,
            Zeros zeros,
            int co,
            int ldc,
            int strideC) {
        for (int i = 0; i < batch * m && !accumulate; i++) {
            int row = co + i / m * strideC + i % m * ldc;
            zeros.fill(row, row + n);
        }
        if (after != Epilogue.NONE) {
            workers.run(1, (i, scratch) -> after.range(0, batch * m * n, scratch));
        }
    }

    private static void fits(
            String name, int length, int batch, int offset, int stride, int rows, int columns, int ld) {
        long end = offset + (batch - 1L) * stride + (rows - 1L) * ld + columns;
        if (rows > 0 && columns > 0 && (offset < 0 || stride < 0 || ld < columns && rows > 1 || end > length)) {
            throw new IllegalArgumentException("matrix product: " + name + " is " + batch + " times " + rows + " x "
                    + columns
                    + " from offset " + offset + ", batch stride " + stride + ", row stride " + ld + ", in an array of "
                    + length + ": it needs " + end + " elements, and rows at least " + columns + " apart");
        }
    }

    private static void flat(Epilogue after, int batch, int m, int n, int ldc, int strideC) {
        if (after != Epilogue.NONE && (ldc != n || batch > 1 && strideC != m * n)) {
            throw new IllegalArgumentException(
                    "matrix product: an epilogue needs a contiguous C of " + batch + " times " + m + " x " + n
                            + ", but its row stride is " + ldc + " and its batch stride " + strideC);
        }
    }
}
