package soma.kernel;

import java.util.Arrays;

/**
 * Reduced QR by Householder reflections, A = Q R with Q (m x k), R (k x n), k = min(m, n). Golub and Van Loan 2013,
 * section 5.2.
 *
 * <p>Signs as in LAPACK's dgeqrf: the diagonal of R has the sign opposite to the element it replaces, and is not
 * normalised.
 */
public final class LinalgQr {

    private LinalgQr() {}

    /** Factors the m x n matrix at {@code at} into {@code q} (m x k) and {@code r} (k x n). */
    public static void qr(double[] a, int at, int m, int n, double[] q, int qAt, double[] r, int rAt) {
        int k = Math.min(m, n);
        var rows = LinalgRows.read("qr", a, at, m, n);
        int exponent = LinalgRows.normalise(rows);
        var left = factor(rows, n);
        LinalgRows.write(left, k, q, qAt);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < n; j++) {
                r[rAt + i * n + j] = Math.scalb(rows[i][j], exponent);
            }
        }
    }

    /** Turns the first min(m, n) rows of {@code a} into R and returns Q. */
    static double[][] factor(double[][] a, int n) {
        int m = a.length;
        int k = Math.min(m, n);
        var reflectors = new double[k][m];
        var tau = new double[k];
        var work = new double[Math.max(n, k)];
        for (int c = 0; c < k; c++) {
            var v = reflectors[c];
            for (int i = c; i < m; i++) {
                v[i] = a[i][c];
            }
            tau[c] = reflect(v, c, m);
            if (tau[c] == 0) {
                continue;
            }
            double beta = v[c];
            v[c] = 1;
            apply(v, tau[c], a, c, m, c + 1, n, work);
            a[c][c] = beta;
            for (int i = c + 1; i < m; i++) {
                a[i][c] = 0;
            }
        }
        var q = new double[m][k];
        for (int i = 0; i < k; i++) {
            q[i][i] = 1;
        }
        for (int c = k - 1; c >= 0; c--) {
            if (tau[c] != 0) {
                apply(reflectors[c], tau[c], q, c, m, c, k, work);
            }
        }
        return q;
    }

    /**
     * Makes the reflector H = I - tau v v^T (v[at] = 1, not stored) that maps x = v[at..to) to (beta, 0, ..., 0), in
     * place, with beta left at v[at]. Returns tau; 0 where x is already of that form, and v is then unchanged.
     */
    static double reflect(double[] v, int at, int to) {
        double largest = 0;
        for (int i = at + 1; i < to; i++) {
            largest = Math.max(largest, Math.abs(v[i]));
        }
        if (largest == 0) {
            return 0;
        }
        double alpha = v[at];
        largest = Math.max(largest, Math.abs(alpha));
        // Everything in units of the largest element: near the end of the range of double, tau would lose its bits
        // otherwise.
        double sum = 0;
        for (int i = at; i < to; i++) {
            v[i] /= largest;
            sum += v[i] * v[i];
        }
        double beta = -Math.copySign(Math.sqrt(sum), alpha);
        double head = v[at] - beta;
        for (int i = at + 1; i < to; i++) {
            v[i] /= head;
        }
        v[at] = beta * largest;
        return -head / beta;
    }

    /** A <- H A on rows [firstRow, lastRow) and columns [from, to); v has its 1 in place. */
    static void apply(
            double[] v, double tau, double[][] a, int firstRow, int lastRow, int from, int to, double[] work) {
        Arrays.fill(work, from, to, 0);
        for (int i = firstRow; i < lastRow; i++) {
            LinalgRows.axpy(v[i], a[i], work, from, to);
        }
        for (int i = firstRow; i < lastRow; i++) {
            LinalgRows.axpy(-tau * v[i], work, a[i], from, to);
        }
    }
}
