package soma.kernel;

import java.util.Arrays;

/** Cholesky: A = L L^T for a symmetric positive definite A. Golub and Van Loan 2013, section 4.2. */
public final class LinalgCholesky {

    private LinalgCholesky() {}

    /**
     * Writes L (lower, zeros above) of the n x n matrix at {@code at} into {@code out}. Reads only the lower triangle
     * of A.
     */
    public static void cholesky(double[] a, int at, int n, double[] out, int outAt) {
        var l = LinalgRows.read("cholesky", a, at, n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                l[i][j] = (l[i][j] - LinalgRows.dot(l[i], l[j], 0, j)) / l[j][j];
            }
            double d = l[i][i] - LinalgRows.dot(l[i], l[i], 0, i);
            if (!(d > 0) || d == Double.POSITIVE_INFINITY) {
                throw new ArithmeticException("cholesky: the " + n + " x " + n
                        + " matrix is not positive definite: its leading minor of order " + (i + 1)
                        + " is not positive (pivot " + d
                        + "). A covariance needs a small multiple of the identity added.");
            }
            l[i][i] = Math.sqrt(d);
            Arrays.fill(l[i], i + 1, n, 0);
        }
        LinalgRows.write(l, n, out, outAt);
    }
}
