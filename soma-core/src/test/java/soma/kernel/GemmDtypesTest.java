package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Products in every dtype there is a kernel for, with the epilogue, on numbers that all of them hold exactly. */
class GemmDtypesTest {

    private static final Workers WORKERS = new Workers(2);

    private final SplittableRandom random = new SplittableRandom(1);

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
                WORKERS,
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
                WORKERS,
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
                WORKERS,
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
                WORKERS,
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

    private static void negate(int lo, int hi, IntConsumer one) {
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
}
