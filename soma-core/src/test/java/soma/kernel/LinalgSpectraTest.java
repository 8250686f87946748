package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.kernel.LinalgChecks.TOLERANCE;
import static soma.kernel.LinalgChecks.assertClose;
import static soma.kernel.LinalgChecks.assertOrthonormalColumns;
import static soma.kernel.LinalgChecks.assertUntouched;
import static soma.kernel.LinalgChecks.part;
import static soma.kernel.LinalgMatrix.AT;
import static soma.kernel.LinalgMatrix.hilbert;
import static soma.kernel.LinalgMatrix.multiply;
import static soma.kernel.LinalgMatrix.random;
import static soma.kernel.LinalgMatrix.rank;
import static soma.kernel.LinalgMatrix.transpose;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Orthonormal factors: QR, eigenvectors and singular vectors, put together again; and the exponential of a matrix. */
class LinalgSpectraTest {

    @ParameterizedTest
    @MethodSource("soma.kernel.LinalgMatrix#anyShape")
    void qrReconstructs(LinalgMatrix m) {
        int k = Math.min(m.rows(), m.columns());
        var q = new LinalgMatrix("q", m.rows(), k, new double[m.rows() * k]).shifted();
        var r = new LinalgMatrix("r", k, m.columns(), new double[k * m.columns()]).shifted();
        LinalgQr.qr(m.shifted(), AT, m.rows(), m.columns(), q, AT, r, AT);
        assertClose(
                multiply(part(q, m.rows() * k), part(r, k * m.columns()), m.rows(), k, m.columns()),
                m.values(),
                m.norm());
        assertOrthonormalColumns(part(q, m.rows() * k), m.rows(), k);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(r[AT + i * m.columns() + j]).isZero();
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
    @MethodSource("soma.kernel.LinalgMatrix#square")
    void symmetricEigenReconstructs(LinalgMatrix m) {
        int n = m.rows();
        var a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = m.values()[i * n + j] / 2 + m.values()[j * n + i] / 2;
            }
        }
        var w = new double[n];
        var v = new LinalgMatrix("v", n, n, new double[n * n]).shifted();
        LinalgEigen.symmetricEigen(new LinalgMatrix("a", n, n, a).shifted(), AT, n, w, 0, v, AT);
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
    @MethodSource("soma.kernel.LinalgMatrix#anyShape")
    void svdReconstructs(LinalgMatrix m) {
        int k = Math.min(m.rows(), m.columns());
        var u = new LinalgMatrix("u", m.rows(), k, new double[m.rows() * k]).shifted();
        var s = new double[k + 2];
        var vt = new LinalgMatrix("vt", k, m.columns(), new double[k * m.columns()]).shifted();
        LinalgSvd.svd(m.shifted(), AT, m.rows(), m.columns(), u, AT, s, 1, vt, AT);
        var left = part(u, m.rows() * k);
        var right = part(vt, k * m.columns());
        assertOrthonormalColumns(left, m.rows(), k);
        assertOrthonormalColumns(transpose(right, k, m.columns()), m.columns(), k);
        for (int i = 0; i < left.length; i++) {
            left[i] *= s[1 + i % k];
        }
        assertClose(multiply(left, right, m.rows(), k, m.columns()), m.values(), m.norm());
        for (int i = 0; i < k; i++) {
            assertThat(s[1 + i]).isGreaterThanOrEqualTo(i + 1 < k ? s[2 + i] : 0);
        }
        assertUntouched(u);
        assertUntouched(vt);
    }

    @Test
    void svdFindsRankAndSmallValues() {
        var s = new double[9];
        LinalgSvd.svd(rank(9, 9, 3).values(), 0, 9, 9, new double[81], 0, s, 0, new double[81], 0);
        assertThat(s[2]).isGreaterThan(1e-3);
        assertThat(s[3]).isLessThan(1e-14);
        // The smallest singular value of the 8 x 8 Hilbert matrix, 1.11153896637e-10 (Todd 1961), far below eps times
        // the largest.
        var h = new double[8];
        LinalgSvd.svd(hilbert(8).values(), 0, 8, 8, new double[64], 0, h, 0, new double[64], 0);
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
                    a[i * n + j] = size / Math.max(1, n) * (m.values()[i * n + j] + m.values()[j * n + i]);
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
            var out = new LinalgMatrix("out", n, n, new double[n * n]).shifted();
            LinalgExp.matrixExp(new LinalgMatrix("a", n, n, a).shifted(), AT, n, out, AT);
            assertClose(part(out, n * n), want, new LinalgMatrix("want", n, n, want).norm() * 10);
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
}
