package soma.kernel;

/** Triangular systems by substitution: the last step of every direct solver. */
public final class LinalgTriangular {

    private LinalgTriangular() {}

    /**
     * Solves T X = B, or T^T X = B, where T is the upper or lower triangle of the n x n matrix at {@code at}; B (n x
     * columns) becomes X. The other triangle is never used, and with {@code unitDiagonal} neither is the diagonal,
     * which counts as ones.
     */
    public static void triangularSolve(
            boolean upper,
            boolean transpose,
            boolean unitDiagonal,
            double[] a,
            int at,
            int n,
            double[] b,
            int bAt,
            int columns) {
        var t = new double[n][n];
        for (int i = 0; i < n; i++) {
            int from = upper ? i : 0;
            int to = upper ? n : i + 1;
            System.arraycopy(a, at + i * n + from, t[i], from, to - from);
            if (unitDiagonal) {
                t[i][i] = 1;
            }
            for (int j = from; j < to; j++) {
                if (!Double.isFinite(t[i][j])) {
                    throw new ArithmeticException(
                            "triangularSolve: element (" + i + ", " + j + ") of the " + n + " x " + n + " matrix is "
                                    + t[i][j] + "; linear algebra needs finite numbers. Look for the op that made it.");
                }
            }
            if (t[i][i] == 0) {
                throw new ArithmeticException("triangularSolve: element " + i + " of the diagonal of the " + n + " x "
                        + n + " matrix is zero, so there is no unique solution.");
            }
        }
        var x = LinalgRows.read("triangularSolve", b, bAt, n, columns);
        solve(t, upper, transpose, unitDiagonal, x, columns);
        LinalgRows.write(x, columns, b, bAt);
    }

    /**
     * Row-wise substitution: each row pulls in the finished ones, which for a transposed system are read down a column
     * of T.
     */
    static void solve(double[][] t, boolean upper, boolean transpose, boolean unitDiagonal, double[][] x, int columns) {
        int n = t.length;
        boolean downward = upper == transpose;
        for (int step = 0; step < n; step++) {
            int i = downward ? step : n - 1 - step;
            for (int done = 0; done < step; done++) {
                int k = downward ? done : n - 1 - done;
                double f = transpose ? t[k][i] : t[i][k];
                if (f != 0) {
                    LinalgRows.axpy(-f, x[k], x[i], 0, columns);
                }
            }
            if (!unitDiagonal) {
                divide(x[i], t[i][i], columns);
            }
        }
    }

    /** A true division: the reciprocal of a tiny pivot would overflow. */
    private static void divide(double[] x, double d, int columns) {
        for (int j = 0; j < columns; j++) {
            x[j] /= d;
        }
    }
}
