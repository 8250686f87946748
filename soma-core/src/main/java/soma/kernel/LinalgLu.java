package soma.kernel;

import java.util.Arrays;

/**
 * LU with partial pivoting, P A = L U, and what follows from it: solving, determinant, inverse. Golub and Van Loan
 * 2013, section 3.4.
 *
 * <p>L (unit diagonal, not stored) and U share one n x n matrix; {@code permutation[i]} is the row of A that became row
 * i.
 */
public final class LinalgLu {

    private LinalgLu() {}

    /**
     * Sign (-1, 0 or 1) and logarithm of the magnitude of a determinant; a singular matrix has sign 0 and log
     * -infinity.
     */
    public record LogDeterminant(int sign, double logAbs) {}

    /**
     * Factors the n x n matrix at {@code at} in place. A singular matrix is factored too; it has a zero on U's
     * diagonal.
     *
     * @return the sign of the permutation, 1 or -1
     */
    public static int factor(double[] a, int at, int n, int[] permutation, int permutationAt) {
        var lu = LinalgRows.read("lu", a, at, n, n);
        var order = new int[n];
        int sign = factor(lu, order);
        LinalgRows.write(lu, n, a, at);
        System.arraycopy(order, 0, permutation, permutationAt, n);
        return sign;
    }

    /** Solves A X = B from A's factors; B (n x columns) becomes X. */
    public static void solve(
            double[] lu, int at, int n, int[] permutation, int permutationAt, double[] b, int bAt, int columns) {
        var order = Arrays.copyOfRange(permutation, permutationAt, permutationAt + n);
        var x = solve(
                "solve",
                LinalgRows.read("solve", lu, at, n, n),
                order,
                LinalgRows.read("solve", b, bAt, n, columns),
                columns);
        LinalgRows.write(x, columns, b, bAt);
    }

    /** The inverse of A from A's factors, into {@code out}. */
    public static void inverse(
            double[] lu, int at, int n, int[] permutation, int permutationAt, double[] out, int outAt) {
        var order = Arrays.copyOfRange(permutation, permutationAt, permutationAt + n);
        var x = solve("inverse", LinalgRows.read("inverse", lu, at, n, n), order, LinalgRows.identity(n), n);
        LinalgRows.write(x, n, out, outAt);
    }

    /** The determinant of A from its factors and the sign that {@link #factor} returned. */
    public static double determinant(double[] lu, int at, int n, int permutationSign) {
        double product = permutationSign;
        for (int i = 0; i < n; i++) {
            product *= lu[at + i * n + i];
        }
        return product;
    }

    /** Like {@link #determinant}, where the product itself would overflow or vanish. */
    public static LogDeterminant logDeterminant(double[] lu, int at, int n, int permutationSign) {
        int sign = permutationSign;
        double log = 0;
        for (int i = 0; i < n; i++) {
            double u = lu[at + i * n + i];
            sign *= (int) Math.signum(u);
            log += Math.log(Math.abs(u));
        }
        return new LogDeterminant(sign, log);
    }

    static int factor(double[][] a, int[] order) {
        int n = a.length;
        int sign = 1;
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) {
                    pivot = i;
                }
            }
            if (pivot != k) {
                var row = a[k];
                a[k] = a[pivot];
                a[pivot] = row;
                int was = order[k];
                order[k] = order[pivot];
                order[pivot] = was;
                sign = -sign;
            }
            double d = a[k][k];
            if (d == 0) {
                continue;
            }
            for (int i = k + 1; i < n; i++) {
                double f = a[i][k] / d;
                a[i][k] = f;
                if (f != 0) {
                    LinalgRows.axpy(-f, a[k], a[i], k + 1, n);
                }
            }
        }
        return sign;
    }

    /** Reorders and overwrites the rows of {@code b}. */
    static double[][] solve(String what, double[][] lu, int[] order, double[][] b, int columns) {
        int n = lu.length;
        for (int i = 0; i < n; i++) {
            if (lu[i][i] == 0) {
                throw new ArithmeticException(what + ": the " + n + " x " + n + " matrix is singular (pivot " + i
                        + " is zero), so there is no unique solution. Add a small multiple of the identity, or"
                        + " use the pseudo-inverse.");
            }
        }
        var x = new double[n][];
        for (int i = 0; i < n; i++) {
            x[i] = b[order[i]];
        }
        LinalgTriangular.solve(lu, false, false, true, x, columns);
        LinalgTriangular.solve(lu, true, false, false, x, columns);
        return x;
    }
}
