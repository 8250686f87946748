package soma.kernel;

import java.util.stream.IntStream;

/**
 * Eigenvalues and vectors of a symmetric matrix: Householder reduction to tridiagonal form, then implicit QL with
 * Wilkinson's shift. Bowdler, Martin, Reinsch, Wilkinson 1968 (tred2, tql2); Dubrulle 1970 (the implicit form).
 */
public final class LinalgEigen {

    /** One or two are usual for an eigenvalue; a matrix that needs more than this does not exist in practice. */
    private static final int MAX_ITERATIONS = 80;

    private static final double EPS = Math.ulp(1.0);

    /**
     * Coupling that counts as none beside a largest element near 1, whatever the diagonal: rotations need room above
     * underflow.
     */
    private static final double NEGLIGIBLE = 1e-150;

    private LinalgEigen() {}

    /**
     * A = V diag(w) V^T for the symmetric n x n matrix at {@code at}: eigenvalues ascending into {@code values}, the
     * orthonormal vectors as the columns of {@code vectors} (n x n). Reads only the lower triangle of A.
     */
    public static void symmetricEigen(
            double[] a, int at, int n, double[] values, int valuesAt, double[] vectors, int vectorsAt) {
        var rows = LinalgRows.read("eigh", a, at, n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                rows[j][i] = rows[i][j];
            }
        }
        int exponent = LinalgRows.normalise(rows);
        var diagonal = new double[n];
        var off = new double[n];
        var basis = tridiagonalise(rows, diagonal, off);
        implicitQl(diagonal, off, basis);
        var order = IntStream.range(0, n)
                .boxed()
                .sorted((i, j) -> Double.compare(diagonal[i], diagonal[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int k = 0; k < n; k++) {
            values[valuesAt + k] = Math.scalb(diagonal[order[k]], exponent);
            var vector = basis[order[k]];
            for (int i = 0; i < n; i++) {
                vectors[vectorsAt + i * n + k] = vector[i];
            }
        }
    }

    /** A = Q T Q^T; leaves T's diagonal and off[i] = T(i, i+1), and returns Q^T. */
    private static double[][] tridiagonalise(double[][] a, double[] diagonal, double[] off) {
        int n = a.length;
        var reflectors = new double[n][];
        var tau = new double[n];
        var p = new double[n];
        for (int k = 0; k + 1 < n; k++) {
            var v = a[k].clone();
            double t = LinalgQr.reflect(v, k + 1, n);
            off[k] = v[k + 1];
            reflectors[k] = v;
            tau[k] = t;
            if (t == 0) {
                continue;
            }
            v[k + 1] = 1;
            // With p = tau A v and w = p - (tau p.v / 2) v the two-sided update is A - v w^T - w v^T.
            for (int i = k + 1; i < n; i++) {
                p[i] = t * LinalgRows.dot(a[i], v, k + 1, n);
            }
            LinalgRows.axpy(-0.5 * t * LinalgRows.dot(p, v, k + 1, n), v, p, k + 1, n);
            for (int i = k + 1; i < n; i++) {
                subtractPair(v[i], p, p[i], v, a[i], k + 1, n);
            }
        }
        for (int i = 0; i < n; i++) {
            diagonal[i] = a[i][i];
        }
        var q = LinalgRows.identity(n);
        var work = p;
        for (int k = n - 2; k >= 0; k--) {
            if (tau[k] != 0) {
                LinalgQr.apply(reflectors[k], tau[k], q, k + 1, n, k + 1, n, work);
            }
        }
        return LinalgRows.transpose(q, n);
    }

    private static void subtractPair(double f, double[] x, double g, double[] y, double[] row, int from, int to) {
        for (int j = from; j < to; j++) {
            row[j] -= f * x[j] + g * y[j];
        }
    }

    /**
     * Diagonalises T in place; the rows of {@code z} take part in the rotations, so that they become the eigenvectors.
     */
    private static void implicitQl(double[] d, double[] e, double[][] z) {
        int n = d.length;
        for (int l = 0; l < n; l++) {
            for (int iteration = 0; ; iteration++) {
                int m = l;
                while (m + 1 < n && Math.abs(e[m]) > EPS * (Math.abs(d[m]) + Math.abs(d[m + 1])) + NEGLIGIBLE) {
                    m++;
                }
                if (m == l) {
                    break;
                }
                if (iteration == MAX_ITERATIONS) {
                    throw new ArithmeticException("eigh: eigenvalue " + l + " of " + n + " did not converge in "
                            + MAX_ITERATIONS + " iterations. Please report the matrix.");
                }
                qlStep(d, e, z, l, m);
            }
        }
    }

    private static void qlStep(double[] d, double[] e, double[][] z, int l, int m) {
        double g = (d[l + 1] - d[l]) / (2 * e[l]);
        g = d[m] - d[l] + e[l] / (g + Math.copySign(Math.hypot(g, 1), g));
        double s = 1;
        double c = 1;
        double p = 0;
        for (int i = m - 1; i >= l; i--) {
            double f = s * e[i];
            double b = c * e[i];
            double r = Math.hypot(f, g);
            e[i + 1] = r;
            if (r == 0) {
                // The block splits here by itself: put back what was shifted and start again on the smaller one.
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            LinalgRows.rotate(z[i], z[i + 1], c, s);
        }
        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }
}
