package soma.kernel;

/**
 * A matrix as one array a row, and the few row operations that all of the linear algebra is made of.
 *
 * <p>Rows are separate arrays on purpose: in {@code y[j] += f * x[j]} the JIT can then prove that the two never overlap
 * at different places and turns the loop into vectors; with offsets into one flat array it cannot. Copying in and out
 * is O(n^2) beside O(n^3).
 */
final class LinalgRows {

    private LinalgRows() {}

    /**
     * A copy of the (rows x columns) matrix at {@code at}, after a look at every number: NaN or infinity would only
     * spread.
     */
    static double[][] read(String what, double[] a, int at, int rows, int columns) {
        var copy = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            var row = copy[i];
            System.arraycopy(a, at + i * columns, row, 0, columns);
            for (int j = 0; j < columns; j++) {
                if (!Double.isFinite(row[j])) {
                    throw new ArithmeticException(
                            what + ": element (" + i + ", " + j + ") of the " + rows + " x " + columns + " matrix is "
                                    + row[j] + "; linear algebra needs finite numbers. Look for the op that made it.");
                }
            }
        }
        return copy;
    }

    static void write(double[][] a, int columns, double[] out, int at) {
        for (int i = 0; i < a.length; i++) {
            System.arraycopy(a[i], 0, out, at + i * columns, columns);
        }
    }

    static double[][] identity(int n) {
        var eye = new double[n][n];
        for (int i = 0; i < n; i++) {
            eye[i][i] = 1;
        }
        return eye;
    }

    static double[][] transpose(double[][] a, int columns) {
        var t = new double[columns][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < columns; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    /**
     * A (m x k) times B (k x n). Four rows of B a pass: each element of the result is then loaded and stored once in
     * four terms.
     */
    static double[][] product(double[][] a, double[][] b, int n) {
        var c = new double[a.length][n];
        for (int i = 0; i < a.length; i++) {
            int k = 0;
            for (; k + 4 <= b.length; k += 4) {
                axpy4(a[i][k], b[k], a[i][k + 1], b[k + 1], a[i][k + 2], b[k + 2], a[i][k + 3], b[k + 3], c[i], n);
            }
            for (; k < b.length; k++) {
                axpy(a[i][k], b[k], c[i], 0, n);
            }
        }
        return c;
    }

    private static void axpy4(
            double f0,
            double[] x0,
            double f1,
            double[] x1,
            double f2,
            double[] x2,
            double f3,
            double[] x3,
            double[] y,
            int n) {
        for (int j = 0; j < n; j++) {
            y[j] += f0 * x0[j] + f1 * x1[j] + f2 * x2[j] + f3 * x3[j];
        }
    }

    /** y += f x on columns {@code from} to {@code to}. */
    static void axpy(double f, double[] x, double[] y, int from, int to) {
        for (int j = from; j < to; j++) {
            y[j] += f * x[j];
        }
    }

    static void scale(double f, double[] x, int from, int to) {
        for (int j = from; j < to; j++) {
            x[j] *= f;
        }
    }

    /** Four sums side by side: the JIT never reorders a floating-point sum by itself. */
    static double dot(double[] x, double[] y, int from, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int j = from;
        for (; j + 4 <= to; j += 4) {
            s0 += x[j] * y[j];
            s1 += x[j + 1] * y[j + 1];
            s2 += x[j + 2] * y[j + 2];
            s3 += x[j + 3] * y[j + 3];
        }
        for (; j < to; j++) {
            s0 += x[j] * y[j];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** The plane rotation (x, y) <- (c x - s y, s x + c y). */
    static void rotate(double[] x, double[] y, double c, double s) {
        for (int j = 0; j < x.length; j++) {
            double xj = x[j];
            double yj = y[j];
            x[j] = c * xj - s * yj;
            y[j] = s * xj + c * yj;
        }
    }

    /**
     * Brings the largest magnitude near 1 by a power of two, so that squares neither overflow nor vanish. Returns the
     * exponent that was taken out: the original is the result times {@code 2^exponent}, without rounding (except of
     * numbers far below the largest).
     */
    static int normalise(double[][] a) {
        double largest = 0;
        for (var row : a) {
            for (double v : row) {
                largest = Math.max(largest, Math.abs(v));
            }
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        if (exponent != 0) {
            for (var row : a) {
                for (int j = 0; j < row.length; j++) {
                    row[j] = Math.scalb(row[j], -exponent);
                }
            }
        }
        return exponent;
    }
}
