package soma.kernel;

/**
 * The matrix exponential by scaling and squaring with the [13/13] Pade approximant. Higham 2005, SIAM J. Matrix Anal.
 * 26, 1179.
 */
public final class LinalgExp {

    /** Below this 1-norm the approximant is exact to double precision (Higham, table 2.3). */
    private static final double THETA = 5.371920351148152;

    private static final double[] PADE = {
        64764752532480000.0,
        32382376266240000.0,
        7771770303897600.0,
        1187353796428800.0,
        129060195264000.0,
        10559470521600.0,
        670442572800.0,
        33522128640.0,
        1323241920.0,
        40840800.0,
        960960.0,
        16380.0,
        182.0,
        1.0
    };

    private LinalgExp() {}

    /** exp(A) of the n x n matrix at {@code at}, into {@code out}. */
    public static void matrixExp(double[] a, int at, int n, double[] out, int outAt) {
        var x = LinalgRows.read("matrixExp", a, at, n, n);
        double norm = 0;
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += Math.abs(x[i][j]);
            }
            norm = Math.max(norm, sum);
        }
        int squarings = norm <= THETA ? 0 : Math.getExponent(norm / THETA) + 1;
        for (var row : x) {
            for (int j = 0; j < n; j++) {
                row[j] = Math.scalb(row[j], -squarings);
            }
        }
        var result = pade(x, n);
        for (int i = 0; i < squarings; i++) {
            result = LinalgRows.product(result, result, n);
        }
        for (var row : result) {
            for (double v : row) {
                if (!Double.isFinite(v)) {
                    throw new ArithmeticException("matrixExp: the exponential of this " + n + " x " + n
                            + " matrix (1-norm " + norm + ") is beyond the range of double. Scale the matrix down.");
                }
            }
        }
        LinalgRows.write(result, n, out, outAt);
    }

    /** (V - U)^-1 (V + U), where U holds the odd powers and V the even ones. */
    private static double[][] pade(double[][] x, int n) {
        var eye = LinalgRows.identity(n);
        var x2 = LinalgRows.product(x, x, n);
        var x4 = LinalgRows.product(x2, x2, n);
        var x6 = LinalgRows.product(x4, x2, n);
        var high = LinalgRows.product(x6, combine(PADE[13], x6, PADE[11], x4, PADE[9], x2, 0, eye), n);
        var u = LinalgRows.product(x, plus(high, combine(PADE[7], x6, PADE[5], x4, PADE[3], x2, PADE[1], eye), 1), n);
        high = LinalgRows.product(x6, combine(PADE[12], x6, PADE[10], x4, PADE[8], x2, 0, eye), n);
        var v = plus(high, combine(PADE[6], x6, PADE[4], x4, PADE[2], x2, PADE[0], eye), 1);
        var lu = plus(v, u, -1);
        var order = new int[n];
        LinalgLu.factor(lu, order);
        return LinalgLu.solve("matrixExp", lu, order, plus(v, u, 1), n);
    }

    private static double[][] combine(
            double f, double[][] a, double g, double[][] b, double h, double[][] c, double i, double[][] d) {
        var sum = new double[a.length][a.length];
        for (int row = 0; row < a.length; row++) {
            for (int j = 0; j < a.length; j++) {
                sum[row][j] = f * a[row][j] + g * b[row][j] + h * c[row][j] + i * d[row][j];
            }
        }
        return sum;
    }

    private static double[][] plus(double[][] a, double[][] b, double factor) {
        var sum = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i].clone();
            LinalgRows.axpy(factor, b[i], sum[i], 0, a.length);
        }
        return sum;
    }
}
