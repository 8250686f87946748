package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every factorisation is put together again; all matrices lie behind an offset, between numbers that must stay
 * untouched.
 */
class LinalgTest {

    private static final int AT = 3;
    private static final double TOLERANCE = 1e-12;

    record Matrix(String name, int rows, int columns, double[] values) {
        @Override
        public String toString() {
            return name + " " + rows + "x" + columns;
        }

        double[] shifted() {
            var a = new double[AT + values.length + 2];
            Arrays.fill(a, Double.NaN);
            System.arraycopy(values, 0, a, AT, values.length);
            return a;
        }

        double norm() {
            return Math.max(Arrays.stream(values).map(Math::abs).max().orElse(0), Double.MIN_NORMAL);
        }
    }

    static Stream<Matrix> anyShape() {
        return Stream.of(
                random(0, 0),
                random(0, 3),
                random(3, 0),
                random(1, 1),
                random(1, 5),
                random(5, 1),
                random(2, 2),
                random(7, 7),
                random(13, 4),
                random(4, 13),
                random(64, 31),
                random(31, 64),
                random(100, 100),
                hilbert(12),
                zeros(4, 6),
                zeros(1, 1),
                rank(9, 9, 3),
                rank(20, 6, 2),
                rank(6, 20, 2),
                scaled(random(8, 5), 1e200),
                scaled(random(8, 5), 1e-200),
                graded(15),
                diagonal(3, 0, -2, 0, 1),
                ones(10, 10),
                identity(6),
                kahan(30),
                wild(4, 5),
                wild(8, 8),
                wild(9, 6));
    }

    static Stream<Matrix> square() {
        return anyShape().filter(m -> m.rows == m.columns);
    }

    static Stream<Matrix> regular() {
        return Stream.of(
                random(0, 0),
                random(1, 1),
                random(2, 2),
                random(7, 7),
                random(33, 33),
                random(150, 150),
                identity(5),
                graded(6));
    }

    @ParameterizedTest
    @MethodSource("square")
    void luReconstructs(Matrix m) {
        int n = m.rows;
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
                pa[i * n + j] = m.values[permutation[1 + i] * n + j];
            }
        }
        assertClose(multiply(l, u, n, n, n), pa, m.norm());
        assertUntouched(lu);
    }

    @ParameterizedTest
    @MethodSource("regular")
    void luSolvesAndInverts(Matrix m) {
        int n = m.rows;
        var lu = m.shifted();
        var permutation = new int[n];
        LinalgLu.factor(lu, AT, n, permutation, 0);
        for (int columns : new int[] {0, 1, 5}) {
            var want = random(n, columns);
            var b = new Matrix("b", n, columns, multiply(m.values, want.values, n, n, columns));
            var x = b.shifted();
            LinalgLu.solve(lu, AT, n, permutation, 0, x, AT, columns);
            assertClose(multiply(m.values, part(x, n * columns), n, n, columns), b.values, m.norm() * Math.max(1, n));
            assertUntouched(x);
        }
        var inverse = new Matrix("inverse", n, n, new double[n * n]).shifted();
        LinalgLu.inverse(lu, AT, n, permutation, 0, inverse, AT);
        assertClose(multiply(m.values, part(inverse, n * n), n, n, n), identity(n).values, 1e2);
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
        var lu = matrix(2, 2, 1, 2, 2, 4).values;
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
                        full.values[i * n + i] += 4;
                        for (int j = 0; j < n; j++) {
                            if (i != j) {
                                full.values[i * n + j] /= n;
                            }
                            double v = i == j && unit ? 1 : i == j || (j > i) == upper ? full.values[i * n + j] : 0;
                            op[transpose ? j * n + i : i * n + j] = v;
                        }
                    }
                    var want = random(n, 3);
                    var x = new Matrix("b", n, 3, multiply(op, want.values, n, n, 3)).shifted();
                    LinalgTriangular.triangularSolve(upper, transpose, unit, full.shifted(), AT, n, x, AT, 3);
                    assertClose(part(x, n * 3), want.values, 1);
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
        var a = multiply(g.values, transpose(g.values, n, n), n, n, n);
        for (int i = 0; i < n; i++) {
            a[i * n + i] += 0.1;
        }
        var m = new Matrix("spd", n, n, a);
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
        assertThatThrownBy(() ->
                        LinalgCholesky.cholesky(matrix(3, 3, 4, 0, 0, 0, 1, 2, 0, 2, 1).values, 0, 3, new double[9], 0))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining(
                        "not positive definite: its leading minor of order 3 is not positive (pivot -3.0)");
        assertThatThrownBy(() -> LinalgCholesky.cholesky(new double[1], 0, 1, new double[1], 0))
                .hasMessageContaining("leading minor of order 1");
        assertThatThrownBy(() -> LinalgCholesky.cholesky(rank(5, 5, 0).values, 0, 5, new double[25], 0))
                .isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @MethodSource("anyShape")
    void qrReconstructs(Matrix m) {
        int k = Math.min(m.rows, m.columns);
        var q = new Matrix("q", m.rows, k, new double[m.rows * k]).shifted();
        var r = new Matrix("r", k, m.columns, new double[k * m.columns]).shifted();
        LinalgQr.qr(m.shifted(), AT, m.rows, m.columns, q, AT, r, AT);
        assertClose(multiply(part(q, m.rows * k), part(r, k * m.columns), m.rows, k, m.columns), m.values, m.norm());
        assertOrthonormalColumns(part(q, m.rows * k), m.rows, k);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(r[AT + i * m.columns + j]).isZero();
            }
        }
        assertUntouched(q);
        assertUntouched(r);
    }

    @Test
    void qrHasLapacksSigns() {
        var q = new double[4];
        var r = new double[4];
        LinalgQr.qr(new double[] {3, 1, 4, 2}, 0, 2, 2, q, 0, r, 0);
        assertClose(r, new double[] {-5, -2.2, 0, 0.4}, 1);
        assertClose(q, new double[] {-0.6, -0.8, -0.8, 0.6}, 1);
        LinalgQr.qr(new double[] {-7}, 0, 1, 1, q, 0, r, 0);
        assertThat(r[0]).isEqualTo(-7);
        assertThat(q[0]).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("square")
    void symmetricEigenReconstructs(Matrix m) {
        int n = m.rows;
        var a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = m.values[i * n + j] / 2 + m.values[j * n + i] / 2;
            }
        }
        var w = new double[n];
        var v = new Matrix("v", n, n, new double[n * n]).shifted();
        LinalgEigen.symmetricEigen(new Matrix("a", n, n, a).shifted(), AT, n, w, 0, v, AT);
        var vectors = part(v, n * n);
        assertOrthonormalColumns(vectors, n, n);
        var scaled = vectors.clone();
        for (int i = 0; i < n * n; i++) {
            scaled[i] *= w[i % n];
        }
        assertClose(multiply(scaled, transpose(vectors, n, n), n, n, n), a, m.norm());
        assertThat(w).isSorted();
        assertUntouched(v);
    }

    @Test
    void eigenvaluesOfTheSecondDifference() {
        int n = 120;
        var a = new double[n * n];
        for (int i = 0; i < n; i++) {
            a[i * n + i] = 2;
            if (i + 1 < n) {
                a[(i + 1) * n + i] = -1;
            }
        }
        var w = new double[n];
        LinalgEigen.symmetricEigen(a, 0, n, w, 0, new double[n * n], 0);
        for (int k = 0; k < n; k++) {
            assertThat(w[k]).isCloseTo(2 - 2 * Math.cos(Math.PI * (k + 1) / (n + 1)), within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("anyShape")
    void svdReconstructs(Matrix m) {
        int k = Math.min(m.rows, m.columns);
        var u = new Matrix("u", m.rows, k, new double[m.rows * k]).shifted();
        var s = new double[k + 2];
        var vt = new Matrix("vt", k, m.columns, new double[k * m.columns]).shifted();
        LinalgSvd.svd(m.shifted(), AT, m.rows, m.columns, u, AT, s, 1, vt, AT);
        var left = part(u, m.rows * k);
        var right = part(vt, k * m.columns);
        assertOrthonormalColumns(left, m.rows, k);
        assertOrthonormalColumns(transpose(right, k, m.columns), m.columns, k);
        for (int i = 0; i < left.length; i++) {
            left[i] *= s[1 + i % k];
        }
        assertClose(multiply(left, right, m.rows, k, m.columns), m.values, m.norm());
        for (int i = 0; i < k; i++) {
            assertThat(s[1 + i]).isGreaterThanOrEqualTo(i + 1 < k ? s[2 + i] : 0);
        }
        assertUntouched(u);
        assertUntouched(vt);
    }

    @Test
    void svdFindsRankAndSmallValues() {
        var s = new double[9];
        LinalgSvd.svd(rank(9, 9, 3).values, 0, 9, 9, new double[81], 0, s, 0, new double[81], 0);
        assertThat(s[2]).isGreaterThan(1e-3);
        assertThat(s[3]).isLessThan(1e-14);
        // The smallest singular value of the 8 x 8 Hilbert matrix, 1.11153896637e-10 (Todd 1961), far below eps times
        // the largest.
        var h = new double[8];
        LinalgSvd.svd(hilbert(8).values, 0, 8, 8, new double[64], 0, h, 0, new double[64], 0);
        assertThat(h[0]).isCloseTo(1.6959389969219496, within(TOLERANCE));
        assertThat(h[7]).isCloseTo(1.11153896637e-10, within(1e-16));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 30})
    void matrixExpOfADiagonalisableMatrix(int n) {
        var m = random(n, n);
        for (double size : new double[] {0, 1e-3, 1, 5}) {
            var a = new double[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    a[i * n + j] = size / Math.max(1, n) * (m.values[i * n + j] + m.values[j * n + i]);
                }
            }
            var w = new double[n];
            var v = new double[n * n];
            LinalgEigen.symmetricEigen(a, 0, n, w, 0, v, 0);
            var scaled = v.clone();
            for (int i = 0; i < n * n; i++) {
                scaled[i] *= Math.exp(w[i % n]);
            }
            var want = multiply(scaled, transpose(v, n, n), n, n, n);
            var out = new Matrix("out", n, n, new double[n * n]).shifted();
            LinalgExp.matrixExp(new Matrix("a", n, n, a).shifted(), AT, n, out, AT);
            assertClose(part(out, n * n), want, new Matrix("want", n, n, want).norm() * 10);
            assertUntouched(out);
        }
    }

    @Test
    void matrixExpOfKnownMatrices() {
        var out = new double[9];
        LinalgExp.matrixExp(new double[] {0, 1, 2, 0, 0, 3, 0, 0, 0}, 0, 3, out, 0);
        assertClose(out, new double[] {1, 1, 3.5, 0, 1, 3, 0, 0, 1}, 1);
        var rotation = new double[4];
        LinalgExp.matrixExp(new double[] {0, -100, 100, 0}, 0, 2, rotation, 0);
        assertClose(rotation, new double[] {Math.cos(100), -Math.sin(100), Math.sin(100), Math.cos(100)}, 10);
        assertThatThrownBy(() -> LinalgExp.matrixExp(new double[] {1e4}, 0, 1, out, 0))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("beyond the range of double");
        LinalgExp.matrixExp(new double[] {-1e4}, 0, 1, out, 0);
        assertThat(out[0]).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void nonFiniteInputIsNamed(double bad) {
        var a = random(4, 4).values;
        a[9] = bad;
        var o = new double[16];
        var p = new double[16];
        var q = new double[16];
        Stream.<Runnable>of(
                        () -> LinalgLu.factor(a.clone(), 0, 4, new int[4], 0),
                        () -> LinalgCholesky.cholesky(a, 0, 4, o, 0),
                        () -> LinalgQr.qr(a, 0, 4, 4, o, 0, p, 0),
                        () -> LinalgEigen.symmetricEigen(a, 0, 4, o, 0, p, 0),
                        () -> LinalgSvd.svd(a, 0, 4, 4, o, 0, p, 0, q, 0),
                        () -> LinalgExp.matrixExp(a, 0, 4, o, 0),
                        () -> LinalgTriangular.triangularSolve(false, false, false, a, 0, 4, o, 0, 1))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessageContaining("element (2, 1) of the 4 x 4 matrix is " + bad));
    }

    private static double determinant(Matrix m) {
        var lu = m.values.clone();
        return LinalgLu.determinant(lu, 0, m.rows, LinalgLu.factor(lu, 0, m.rows, new int[m.rows], 0));
    }

    private static LinalgLu.LogDeterminant logDeterminant(Matrix m) {
        var lu = m.values.clone();
        return LinalgLu.logDeterminant(lu, 0, m.rows, LinalgLu.factor(lu, 0, m.rows, new int[m.rows], 0));
    }

    private static void assertOrthonormalColumns(double[] q, int rows, int columns) {
        assertClose(multiply(transpose(q, rows, columns), q, columns, rows, columns), identity(columns).values, 1);
    }

    private static void assertClose(double[] got, double[] want, double scale) {
        assertThat(got).hasSameSizeAs(want);
        for (int i = 0; i < want.length; i++) {
            assertThat(got[i] / scale).as("element %d", i).isCloseTo(want[i] / scale, within(TOLERANCE));
        }
    }

    private static void assertUntouched(double[] shifted) {
        for (int i : new int[] {0, 1, 2, shifted.length - 1, shifted.length - 2}) {
            assertThat(shifted[i]).isNaN();
        }
    }

    private static double[] part(double[] shifted, int size) {
        return Arrays.copyOfRange(shifted, AT, AT + size);
    }

    private static double[] multiply(double[] a, double[] b, int m, int k, int n) {
        var c = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += a[i * k + p] * b[p * n + j];
                }
            }
        }
        return c;
    }

    private static double[] transpose(double[] a, int rows, int columns) {
        var t = new double[a.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                t[j * rows + i] = a[i * columns + j];
            }
        }
        return t;
    }

    private static Matrix matrix(int rows, int columns, double... values) {
        return new Matrix("given", rows, columns, values);
    }

    private static Matrix random(int rows, int columns) {
        return new Matrix(
                "random",
                rows,
                columns,
                new Random(31L * rows + columns).doubles(rows * columns, -1, 1).toArray());
    }

    private static Matrix zeros(int rows, int columns) {
        return new Matrix("zeros", rows, columns, new double[rows * columns]);
    }

    private static Matrix ones(int rows, int columns) {
        var a = new double[rows * columns];
        Arrays.fill(a, 1);
        return new Matrix("ones", rows, columns, a);
    }

    private static Matrix identity(int n) {
        var ones = new double[n];
        Arrays.fill(ones, 1);
        return diagonal(ones);
    }

    private static Matrix diagonal(double... d) {
        int n = d.length;
        var a = new double[n * n];
        for (int i = 0; i < n; i++) {
            a[i * n + i] = d[i];
        }
        return new Matrix("diagonal", n, n, a);
    }

    private static Matrix scaled(Matrix m, double factor) {
        return new Matrix(
                m.name + " times " + factor,
                m.rows,
                m.columns,
                Arrays.stream(m.values).map(v -> v * factor).toArray());
    }

    private static Matrix rank(int rows, int columns, int rank) {
        var product = multiply(random(rows, rank).values, random(rank, columns).values, rows, rank, columns);
        return new Matrix("rank " + rank, rows, columns, product);
    }

    private static Matrix hilbert(int n) {
        var a = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            a[i] = 1.0 / (i / n + i % n + 1);
        }
        return new Matrix("Hilbert", n, n, a);
    }

    /** Rows and columns fall by a factor of 10 each. */
    private static Matrix graded(int n) {
        var a = random(n, n).values;
        for (int i = 0; i < n * n; i++) {
            a[i] *= Math.pow(10, -Math.max(i / n, i % n));
            a[i] += i / n == i % n ? Math.pow(10, -(double) (i / n)) : 0;
        }
        return new Matrix("graded", n, n, a);
    }

    /** Magnitudes from one end of the range of double to the other. */
    private static Matrix wild(int rows, int columns) {
        var random = new Random(rows);
        var a = new double[rows * columns];
        Arrays.setAll(a, i -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1050));
        return new Matrix("wild", rows, columns, a);
    }

    /** Kahan's upper triangle, on which naive rank decisions fail. */
    private static Matrix kahan(int n) {
        double c = 0.285;
        double s = Math.sqrt(1 - c * c);
        var a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                a[i * n + j] = Math.pow(s, i) * (i == j ? 1 : -c);
            }
        }
        return new Matrix("Kahan", n, n, a);
    }
}
