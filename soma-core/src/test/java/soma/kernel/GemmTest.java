package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Every shape, transpose, stride and offset against a plain loop in double precision. */
class GemmTest {

    private static final int[] SIZES = {1, 4, 7, 13, 16, 31, 64, 100, 257};
    private static final Workers ONE = new Workers(1);
    private static final Workers TWO = new Workers(2);
    private static final Workers THREE = new Workers(3);
    private static final Workers EIGHT = new Workers(8);

    private final SplittableRandom random = new SplittableRandom(1);

    /** A case: operands in place, and what C should become. */
    private final class Problem {
        final boolean transA;
        final boolean transB;
        final boolean accumulate;
        final int batch;
        final int m;
        final int n;
        final int k;
        final int lda;
        final int ldb;
        final int ldc;
        final int strideA;
        final int strideB;
        final int strideC;
        final int ao;
        final int bo;
        final int co;
        final float[] a;
        final float[] b;
        final float[] before;

        Problem(int batch, int m, int n, int k, boolean transA, boolean transB, boolean accumulate, int gap) {
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
            a = numbers(ao + batch * strideA);
            b = numbers(bo + batch * strideB);
            before = numbers(co + batch * strideC);
        }

        float[] run(Workers workers, Epilogue after) {
            var c = before.clone();
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
            return c;
        }

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

        double[] reference() {
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

        int at(int q, int i, int j) {
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
    }

    private float[] numbers(int size) {
        var x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (float) (random.nextDouble() - 0.5);
        }
        return x;
    }

    @Test
    void oddSizes() {
        int turn = 0;
        for (int m : SIZES) {
            for (int n : SIZES) {
                for (int k : SIZES) {
                    turn++;
                    new Problem(1, m, n, k, turn % 2 == 1, turn / 2 % 2 == 1, turn % 3 == 0, turn % 5).check(ONE);
                }
            }
        }
    }

    @Test
    void allCombinationsOfTransposeAndAccumulate() {
        int[][] shapes = {
            {1, 1, 1},
            {1, 70, 300},
            {70, 1, 300},
            {3, 130, 70},
            {130, 3, 70},
            {12, 32, 16},
            {25, 47, 33},
            {40, 600, 270},
            {1, 1, 100},
            {2, 5000, 3}
        };
        for (var shape : shapes) {
            for (int bits = 0; bits < 16; bits++) {
                new Problem(
                                1,
                                shape[0],
                                shape[1],
                                shape[2],
                                (bits & 1) != 0,
                                (bits & 2) != 0,
                                (bits & 4) != 0,
                                bits >> 3)
                        .check(ONE);
            }
        }
    }

    @Test
    void theNumberOfThreadsChangesNoBit() {
        int[][] shapes = {
            {257, 257, 257},
            {64, 64, 3000},
            {13, 7, 40_000},
            {1, 3000, 300},
            {3000, 1, 300},
            {3, 3000, 300},
            {31, 2048, 100},
            {2048, 31, 100},
            {520, 530, 300},
            {2500, 70, 1100}
        };
        for (var shape : shapes) {
            for (int bits = 0; bits < 8; bits++) {
                var problem = new Problem(
                        1, shape[0], shape[1], shape[2], (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, 1);
                problem.check(TWO);
                var bitsOfOne = problem.run(ONE, Epilogue.NONE);
                assertThat(problem.run(TWO, Epilogue.NONE))
                        .as("%s, 2 threads", problem)
                        .isEqualTo(bitsOfOne);
                assertThat(problem.run(THREE, Epilogue.NONE))
                        .as("%s, 3 threads", problem)
                        .isEqualTo(bitsOfOne);
                assertThat(problem.run(EIGHT, Epilogue.NONE))
                        .as("%s, 8 threads", problem)
                        .isEqualTo(bitsOfOne);
            }
        }
    }

    @Test
    void aBatchIsAsManySingleProducts() {
        int[][] shapes = {
            {1, 8, 8, 8}, {50, 16, 24, 32}, {7, 1, 64, 100}, {5, 100, 64, 1}, {3, 200, 200, 200}, {200, 3, 2, 5}
        };
        for (var shape : shapes) {
            for (int bits = 0; bits < 8; bits++) {
                var problem = new Problem(
                        shape[0], shape[1], shape[2], shape[3], (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, 2);
                problem.check(ONE);
                assertThat(problem.run(TWO, Epilogue.NONE)).as("%s", problem).isEqualTo(problem.single(ONE));
            }
        }
    }

    @Test
    void aStrideOfZeroSharesAnOperand() {
        int batch = 5, m = 9, n = 20, k = 30;
        var a = numbers(batch * m * k);
        var b = numbers(batch * k * n);
        for (int bits = 0; bits < 4; bits++) {
            int strideA = (bits & 1) != 0 ? 0 : m * k;
            int strideB = (bits & 2) != 0 ? 0 : k * n;
            var c = new float[batch * m * n];
            Gemm.batched(
                    TWO,
                    batch,
                    false,
                    false,
                    m,
                    n,
                    k,
                    a,
                    0,
                    k,
                    strideA,
                    b,
                    0,
                    n,
                    strideB,
                    c,
                    0,
                    n,
                    m * n,
                    false,
                    Epilogue.NONE);
            for (int q = 0; q < batch; q++) {
                var one = new float[m * n];
                Gemm.run(
                        ONE,
                        false,
                        false,
                        m,
                        n,
                        k,
                        a,
                        q * strideA,
                        k,
                        b,
                        q * strideB,
                        n,
                        one,
                        0,
                        n,
                        false,
                        Epilogue.NONE);
                assertThat(Arrays.copyOfRange(c, q * m * n, (q + 1) * m * n)).isEqualTo(one);
            }
        }
    }

    @Test
    void theEpilogueSeesEveryElementOnceAndFinished() {
        int[][] shapes = {
            {1, 1, 1, 1},
            {1, 32, 8, 8},
            {1, 300, 700, 600},
            {1, 60, 1100, 300},
            {1, 50, 2100, 130},
            {1, 1, 5000, 200},
            {1, 5000, 1, 200},
            {1, 16, 16, 5000},
            {40, 20, 30, 40},
            {2, 300, 300, 300},
            {1, 5, 6, 0},
            {3, 1, 40, 70}
        };
        for (var shape : shapes) {
            for (int bits = 0; bits < 8; bits++) {
                var problem = new Problem(
                        shape[0], shape[1], shape[2], shape[3], (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, 0);
                var expected = problem.run(ONE, Epilogue.NONE);
                for (var workers : new Workers[] {ONE, TWO, THREE}) {
                    var c = problem.before.clone();
                    var seen = new AtomicIntegerArray(c.length);
                    var wrong = new AtomicIntegerArray(1);
                    Gemm.batched(
                            workers,
                            problem.batch,
                            problem.transA,
                            problem.transB,
                            problem.m,
                            problem.n,
                            problem.k,
                            problem.a,
                            0,
                            problem.lda,
                            problem.strideA,
                            problem.b,
                            0,
                            problem.ldb,
                            problem.strideB,
                            c,
                            0,
                            problem.ldc,
                            problem.strideC,
                            problem.accumulate,
                            (lo, hi, scratch) -> {
                                for (int i = lo; i < hi; i++) {
                                    seen.incrementAndGet(i);
                                    if (c[i] != expected[i]) {
                                        wrong.incrementAndGet(0);
                                    }
                                    c[i] = -c[i];
                                }
                            });
                    for (int i = 0; i < c.length; i++) {
                        if (seen.get(i) != 1 || c[i] != -expected[i]) {
                            wrong.incrementAndGet(0);
                        }
                    }
                    assertThat(wrong.get(0))
                            .as("%s, %d threads", problem, workers.threads())
                            .isZero();
                }
            }
        }
    }

    @Test
    void emptySumsAreZeroAndEmptyProductsNothing() {
        var c = new float[] {1, 2, 3, 4, 5, 6, 7};
        Gemm.run(ONE, false, false, 2, 2, 0, c, 0, 0, c, 0, 2, c, 1, 3, true, Epilogue.NONE);
        Gemm.run(ONE, false, false, 0, 2, 4, c, 0, 4, c, 0, 2, c, 1, 2, false, Epilogue.NONE);
        Gemm.run(ONE, false, false, 2, 0, 4, c, 0, 4, c, 0, 0, c, 1, 0, false, Epilogue.NONE);
        Gemm.batched(ONE, 0, false, false, 2, 2, 4, c, 0, 4, 8, c, 0, 2, 8, c, 1, 2, 4, false, Epilogue.NONE);
        assertThat(c).containsExactly(1, 2, 3, 4, 5, 6, 7);
        Gemm.run(ONE, false, false, 2, 2, 0, c, 0, 0, c, 0, 2, c, 1, 3, false, Epilogue.NONE);
        assertThat(c).containsExactly(1, 0, 0, 4, 0, 0, 7);
    }

    @Test
    void doublesAndWholeNumbers() {
        for (int m : new int[] {1, 4, 7, 100}) {
            for (int n : new int[] {1, 13, 64}) {
                for (int k : new int[] {0, 1, 2, 31, 100}) {
                    for (int bits = 0; bits < 8; bits++) {
                        wholeNumbers(m, n, k, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
                    }
                }
            }
        }
    }

    /** Small whole numbers are exact in every type, so all must agree with the loop over long. */
    private void wholeNumbers(int m, int n, int k, boolean transA, boolean transB, boolean accumulate) {
        int batch = 2, lda = (transA ? m : k) + 1, ldb = (transB ? k : n) + 2;
        int strideA = (transA ? k : m) * lda, strideB = (transB ? n : k) * ldb;
        var a = random.longs(batch * strideA + 3L, -9, 10).toArray();
        var b = random.longs(batch * strideB + 5L, -9, 10).toArray();
        var before = random.longs(batch * m * n, -9, 10).toArray();
        var expected = new long[batch * m * n];
        for (int at = 0; at < expected.length; at++) {
            int q = at / (m * n), i = at / n % m, j = at % n;
            expected[at] = accumulate ? -before[at] : 0; // the epilogue negates
            for (int p = 0; p < k; p++) {
                long x = a[3 + q * strideA + (transA ? p * lda + i : i * lda + p)];
                expected[at] -= x * b[5 + q * strideB + (transB ? j * ldb + p : p * ldb + j)];
            }
        }
        var l = before.clone();
        var i = ints(before);
        var d = doubles(before);
        var f = floats(before);
        Gemm.batched(
                TWO,
                batch,
                transA,
                transB,
                m,
                n,
                k,
                a,
                3,
                lda,
                strideA,
                b,
                5,
                ldb,
                strideB,
                l,
                0,
                n,
                m * n,
                accumulate,
                (lo, hi, scratch) -> negate(lo, hi, at -> l[at] = -l[at]));
        Gemm.batched(
                TWO,
                batch,
                transA,
                transB,
                m,
                n,
                k,
                ints(a),
                3,
                lda,
                strideA,
                ints(b),
                5,
                ldb,
                strideB,
                i,
                0,
                n,
                m * n,
                accumulate,
                (lo, hi, scratch) -> negate(lo, hi, at -> i[at] = -i[at]));
        Gemm.batched(
                TWO,
                batch,
                transA,
                transB,
                m,
                n,
                k,
                doubles(a),
                3,
                lda,
                strideA,
                doubles(b),
                5,
                ldb,
                strideB,
                d,
                0,
                n,
                m * n,
                accumulate,
                (lo, hi, scratch) -> negate(lo, hi, at -> d[at] = -d[at]));
        Gemm.batched(
                TWO,
                batch,
                transA,
                transB,
                m,
                n,
                k,
                floats(a),
                3,
                lda,
                strideA,
                floats(b),
                5,
                ldb,
                strideB,
                f,
                0,
                n,
                m * n,
                accumulate,
                (lo, hi, scratch) -> negate(lo, hi, at -> f[at] = -f[at]));
        assertThat(l).isEqualTo(expected);
        assertThat(i).isEqualTo(ints(expected));
        assertThat(Arrays.stream(d).mapToLong(Math::round).toArray()).isEqualTo(expected);
        for (int at = 0; at < f.length; at++) {
            assertThat(Math.round(f[at])).isEqualTo((int) expected[at]);
        }
    }

    private static void negate(int lo, int hi, java.util.function.IntConsumer one) {
        for (int at = lo; at < hi; at++) {
            one.accept(at);
        }
    }

    private static int[] ints(long[] x) {
        return Arrays.stream(x).mapToInt(v -> (int) v).toArray();
    }

    private static double[] doubles(long[] x) {
        return Arrays.stream(x).asDoubleStream().toArray();
    }

    private static float[] floats(long[] x) {
        var y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i];
        }
        return y;
    }

    @Test
    void refusesWhatDoesNotFit() {
        var x = new float[12];
        assertThatThrownBy(() -> Gemm.run(ONE, false, false, 3, 4, 4, x, 0, 4, x, 0, 4, x, 0, 4, false, Epilogue.NONE))
                .hasMessageContaining("B is 1 times 4 x 4")
                .hasMessageContaining("needs 16 elements");
        assertThatThrownBy(
                        () -> Gemm.run(ONE, false, false, 2, 2, 2, x, 0, 2, x, 0, 2, x, 0, 3, false, (lo, hi, s) -> {}))
                .hasMessageContaining("epilogue needs a contiguous C");
    }
}
