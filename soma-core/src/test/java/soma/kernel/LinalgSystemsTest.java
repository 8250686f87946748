package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.kernel.LinalgChecks.TOLERANCE;
import static soma.kernel.LinalgChecks.assertClose;
import static soma.kernel.LinalgChecks.assertUntouched;
import static soma.kernel.LinalgChecks.part;
import static soma.kernel.LinalgMatrix.AT;
import static soma.kernel.LinalgMatrix.identity;
import static soma.kernel.LinalgMatrix.matrix;
import static soma.kernel.LinalgMatrix.multiply;
import static soma.kernel.LinalgMatrix.random;
import static soma.kernel.LinalgMatrix.rank;
import static soma.kernel.LinalgMatrix.scaled;
import static soma.kernel.LinalgMatrix.transpose;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Systems of equations: LU, triangles and Cholesky, put together again and solved. */
class LinalgSystemsTest {

    @ParameterizedTest
    @MethodSource("soma.kernel.LinalgMatrix#square")
    void luReconstructs(LinalgMatrix m) {
        int n = m.rows();
        var lu = m.shifted();
        var permutation = new int[n + 2];
        LinalgLu.factor(lu, AT, n, permutation, 1);
        var l = new double[n * n];
        var u = new double[n * n];
        var pa = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double v = lu[AT + i * n + j];
                l[i * n + j] = i == j ? 1 : i > j ? v : 0;
                u[i * n + j] = i <= j ? v : 0;
                assertThat(Math.abs(l[i * n + j])).isLessThanOrEqualTo(1);
                pa[i * n + j] = m.values()[permutation[1 + i] * n + j];
            }
        }
        assertClose(multiply(l, u, n, n, n), pa, m.norm());
        assertUntouched(lu);
    }

    @ParameterizedTest
    @MethodSource("soma.kernel.LinalgMatrix#regular")
    void luSolvesAndInverts(LinalgMatrix m) {
        int n = m.rows();
        var lu = m.shifted();
        var permutation = new int[n];
        LinalgLu.factor(lu, AT, n, permutation, 0);
        for (int columns : new int[] {0, 1, 5}) {
            var want = random(n, columns);
            var b = new LinalgMatrix("b", n, columns, multiply(m.values(), want.values(), n, n, columns));
            var x = b.shifted();
            LinalgLu.solve(lu, AT, n, permutation, 0, x, AT, columns);
            assertClose(
                    multiply(m.values(), part(x, n * columns), n, n, columns), b.values(), m.norm() * Math.max(1, n));
            assertUntouched(x);
        }
        var inverse = new LinalgMatrix("inverse", n, n, new double[n * n]).shifted();
        LinalgLu.inverse(lu, AT, n, permutation, 0, inverse, AT);
        assertClose(
                multiply(m.values(), part(inverse, n * n), n, n, n), identity(n).values(), 1e2);
        assertUntouched(inverse);
    }

    @Test
    void determinants() {
        assertThat(determinant(random(0, 0))).isEqualTo(1);
        assertThat(determinant(matrix(2, 2, 1, 2, 3, 4))).isCloseTo(-2, within(TOLERANCE));
        assertThat(determinant(matrix(3, 3, 0, 1, 0, 0, 0, 1, 1, 0, 0))).isEqualTo(1);
        assertThat(determinant(matrix(2, 2, 0, 1, 1, 0))).isEqualTo(-1);
        assertThat(determinant(matrix(2, 2, 1, 2, 2, 4))).isZero();
        assertThat(logDeterminant(matrix(2, 2, 1, 2, 2, 4)))
                .isEqualTo(new LinalgLu.LogDeterminant(0, Double.NEGATIVE_INFINITY));
        var big = logDeterminant(scaled(identity(100), -1e10));
        assertThat(big.sign()).isEqualTo(1);
        assertThat(big.logAbs()).isCloseTo(100 * Math.log(1e10), within(1e-9));
        assertThat(logDeterminant(scaled(identity(101), -1e-10)).sign()).isEqualTo(-1);
    }

    @Test
    void solvingASingularSystemSaysSo() {
        var lu = matrix(2, 2, 1, 2, 2, 4).values();
        var permutation = new int[2];
        LinalgLu.factor(lu, 0, 2, permutation, 0);
        assertThatThrownBy(() -> LinalgLu.solve(lu, 0, 2, permutation, 0, new double[2], 0, 1))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageStartingWith("solve: the 2 x 2 matrix is singular (pivot 1 is zero)");
        assertThatThrownBy(() -> LinalgLu.inverse(lu, 0, 2, permutation, 0, new double[4], 0))
                .hasMessageStartingWith("inverse: the 2 x 2 matrix is singular");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 13, 40})
    void triangularSystems(int n) {
        for (boolean upper : new boolean[] {false, true}) {
            for (boolean transpose : new boolean[] {false, true}) {
                for (boolean unit : new boolean[] {false, true}) {
                    var full = random(n, n);
                    var op = new double[n * n];
                    for (int i = 0; i < n; i++) {
                        full.values()[i * n + i] += 4;
                        for (int j = 0; j < n; j++) {
                            if (i != j) {
                                full.values()[i * n + j] /= n;
                            }
                            double v = i == j && unit ? 1 : i == j || (j > i) == upper ? full.values()[i * n + j] : 0;
                            op[transpose ? j * n + i : i * n + j] = v;
                        }
                    }
                    var want = random(n, 3);
                    var x = new LinalgMatrix("b", n, 3, multiply(op, want.values(), n, n, 3)).shifted();
                    LinalgTriangular.triangularSolve(upper, transpose, unit, full.shifted(), AT, n, x, AT, 3);
                    assertClose(part(x, n * 3), want.values(), 1);
                    assertUntouched(x);
                }
            }
        }
    }

    @Test
    void triangularSolveIgnoresTheOtherTriangleAndRefusesAZeroDiagonal() {
        var a = new double[] {2, Double.NaN, 1, 4};
        var b = new double[] {2, 9};
        LinalgTriangular.triangularSolve(false, false, false, a, 0, 2, b, 0, 1);
        assertThat(b).containsExactly(1, 2);
        assertThatThrownBy(() -> LinalgTriangular.triangularSolve(
                        true, false, false, new double[] {1, 1, 1, 0}, 0, 2, new double[2], 0, 1))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("element 1 of the diagonal of the 2 x 2 matrix is zero");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 64, 150})
    void choleskyReconstructs(int n) {
        var g = random(n, n);
        var a = multiply(g.values(), transpose(g.values(), n, n), n, n, n);
        for (int i = 0; i < n; i++) {
            a[i * n + i] += 0.1;
        }
        var m = new LinalgMatrix("spd", n, n, a);
        var lower = m.shifted();
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                lower[AT + i * n + j] = 1e9;
            }
        }
        LinalgCholesky.cholesky(lower, AT, n, lower, AT);
        var l = part(lower, n * n);
        assertClose(multiply(l, transpose(l, n, n), n, n, n), a, m.norm());
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                assertThat(l[i * n + j]).isZero();
            }
        }
    }

    @Test
    void choleskyNamesTheLeadingMinor() {
        assertThatThrownBy(() -> LinalgCholesky.cholesky(
                        matrix(3, 3, 4, 0, 0, 0, 1, 2, 0, 2, 1).values(), 0, 3, new double[9], 0))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining(
                        "not positive definite: its leading minor of order 3 is not positive (pivot -3.0)");
        assertThatThrownBy(() -> LinalgCholesky.cholesky(new double[1], 0, 1, new double[1], 0))
                .hasMessageContaining("leading minor of order 1");
        assertThatThrownBy(() -> LinalgCholesky.cholesky(rank(5, 5, 0).values(), 0, 5, new double[25], 0))
                .isInstanceOf(ArithmeticException.class);
    }

    private static double determinant(LinalgMatrix m) {
        var lu = m.values().clone();
        return LinalgLu.determinant(lu, 0, m.rows(), LinalgLu.factor(lu, 0, m.rows(), new int[m.rows()], 0));
    }

    private static LinalgLu.LogDeterminant logDeterminant(LinalgMatrix m) {
        var lu = m.values().clone();
        return LinalgLu.logDeterminant(lu, 0, m.rows(), LinalgLu.factor(lu, 0, m.rows(), new int[m.rows()], 0));
    }
}
