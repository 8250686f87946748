package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Float products of every shape, transpose, stride and offset against a plain loop in double precision. */
class GemmTest {

    private static final int[] SIZES = {1, 4, 7, 13, 16, 31, 64, 100, 257};
    private static final Workers ONE = new Workers(1);
    private static final Workers TWO = new Workers(2);
    private static final Workers THREE = new Workers(3);
    private static final Workers EIGHT = new Workers(8);

    private final SplittableRandom random = new SplittableRandom(1);

    /** A case whose lowest three bits choose the transposes and whether C is added to. */
    private GemmProblem problem(int batch, int m, int n, int k, int bits, int gap) {
        return new GemmProblem(random, batch, m, n, k, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, gap);
    }

    @Test
    void oddSizes() {
        int turn = 0;
        for (int m : SIZES) {
            for (int n : SIZES) {
                for (int k : SIZES) {
                    turn++;
                    new GemmProblem(random, 1, m, n, k, turn % 2 == 1, turn / 2 % 2 == 1, turn % 3 == 0, turn % 5)
                            .check(ONE);
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
                problem(1, shape[0], shape[1], shape[2], bits, bits >> 3).check(ONE);
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
                var problem = problem(1, shape[0], shape[1], shape[2], bits, 1);
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
                var problem = problem(shape[0], shape[1], shape[2], shape[3], bits, 2);
                problem.check(ONE);
                assertThat(problem.run(TWO, Epilogue.NONE)).as("%s", problem).isEqualTo(problem.single(ONE));
            }
        }
    }

    @Test
    void aStrideOfZeroSharesAnOperand() {
        int batch = 5, m = 9, n = 20, k = 30;
        var a = GemmProblem.numbers(random, batch * m * k);
        var b = GemmProblem.numbers(random, batch * k * n);
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
                var problem = problem(shape[0], shape[1], shape[2], shape[3], bits, 0);
                var expected = problem.run(ONE, Epilogue.NONE);
                for (var workers : new Workers[] {ONE, TWO, THREE}) {
                    var c = problem.before.clone();
                    var seen = new AtomicIntegerArray(c.length);
                    var wrong = new AtomicIntegerArray(1);
                    problem.into(c, workers, (lo, hi, scratch) -> {
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
