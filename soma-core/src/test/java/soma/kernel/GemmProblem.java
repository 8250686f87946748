package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;

/** A product: operands in place, and what C should become by a plain loop in double precision. */
final class GemmProblem {

    private final boolean transA;
    private final boolean transB;
    private final boolean accumulate;
    private final int batch;
    private final int m;
    private final int n;
    private final int k;
    private final int lda;
    private final int ldb;
    private final int ldc;
    private final int strideA;
    private final int strideB;
    private final int strideC;
    private final int ao;
    private final int bo;
    private final int co;
    private final float[] a;
    private final float[] b;
    /** C, as the product finds it. */
    final float[] before;

    GemmProblem(
            SplittableRandom random,
            int batch,
            int m,
            int n,
            int k,
            boolean transA,
            boolean transB,
            boolean accumulate,
            int gap) {
        this.batch = batch;
        this.m = m;
        this.n = n;
        this.k = k;
        this.transA = transA;
        this.transB = transB;
        this.accumulate = accumulate;
        lda = (transA ? m : k) + gap;
        ldb = (transB ? k : n) + 2 * gap;
        ldc = n + 3 * gap;
        ao = gap;
        bo = 2 * gap;
        co = 3 * gap;
        strideA = (transA ? k : m) * lda;
        strideB = (transB ? n : k) * ldb;
        strideC = m * ldc;
        a = numbers(random, ao + batch * strideA);
        b = numbers(random, bo + batch * strideB);
        before = numbers(random, co + batch * strideC);
    }

    float[] run(Workers workers, Epilogue after) {
        var c = before.clone();
        into(c, workers, after);
        return c;
    }

    /** As one batch, into a C that an epilogue may look at. */
    void into(float[] c, Workers workers, Epilogue after) {
        Gemm.batched(
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

    /** The same as single products, one after the other. */
    float[] single(Workers workers) {
        var c = before.clone();
        for (int q = 0; q < batch; q++) {
            Gemm.run(
                    workers,
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    a,
                    ao + q * strideA,
                    lda,
                    b,
                    bo + q * strideB,
                    ldb,
                    c,
                    co + q * strideC,
                    ldc,
                    accumulate,
                    Epilogue.NONE);
        }
        return c;
    }

    private double[] reference() {
        var c = new double[before.length];
        for (int i = 0; i < c.length; i++) {
            c[i] = before[i];
        }
        for (int q = 0; q < batch; q++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = accumulate ? before[at(q, i, j)] : 0;
                    for (int p = 0; p < k; p++) {
                        double x = a[ao + q * strideA + (transA ? p * lda + i : i * lda + p)];
                        sum += x * b[bo + q * strideB + (transB ? j * ldb + p : p * ldb + j)];
                    }
                    c[at(q, i, j)] = sum;
                }
            }
        }
        return c;
    }

    private int at(int q, int i, int j) {
        return co + q * strideC + i * ldc + j;
    }

    void check(Workers workers) {
        var found = run(workers, Epilogue.NONE);
        var expected = reference();
        double tolerance = 1e-6 * (4 + k);
        for (int i = 0; i < found.length; i++) {
            if (!(Math.abs(found[i] - expected[i]) <= tolerance)) {
                assertThat((double) found[i]).as("%s at %d", this, i).isCloseTo(expected[i], within(tolerance));
            }
        }
    }

    @Override
    public String toString() {
        return batch + " times " + m + " x " + k + " x " + n + (transA ? ", A transposed" : "")
                + (transB ? ", B transposed" : "") + (accumulate ? ", added" : "") + ", ldc " + ldc;
    }

    static float[] numbers(SplittableRandom random, int size) {
        var x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (float) (random.nextDouble() - 0.5);
        }
        return x;
    }
}
