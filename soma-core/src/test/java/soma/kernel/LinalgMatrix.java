package soma.kernel;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** Matrices with a name: random ones, and those that are hard to factor. */
record LinalgMatrix(String name, int rows, int columns, double[] values) {

    /** Where a matrix begins in its shifted array. */
    static final int AT = 3;

    @Override
    public String toString() {
        return name + " " + rows + "x" + columns;
    }

    /** Behind an offset, between numbers that must stay untouched. */
    double[] shifted() {
        var a = new double[AT + values.length + 2];
        Arrays.fill(a, Double.NaN);
        System.arraycopy(values, 0, a, AT, values.length);
        return a;
    }

    /** The largest magnitude, never 0. */
    double norm() {
        return Math.max(Arrays.stream(values).map(Math::abs).max().orElse(0), Double.MIN_NORMAL);
    }

    static Stream<LinalgMatrix> anyShape() {
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

    static Stream<LinalgMatrix> square() {
        return anyShape().filter(m -> m.rows == m.columns);
    }

    /** Square ones that a system can be solved with. */
    static Stream<LinalgMatrix> regular() {
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

    /** m x k times k x n, in the plainest way. */
    static double[] multiply(double[] a, double[] b, int m, int k, int n) {
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

    static double[] transpose(double[] a, int rows, int columns) {
        var t = new double[a.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                t[j * rows + i] = a[i * columns + j];
            }
        }
        return t;
    }

    static LinalgMatrix matrix(int rows, int columns, double... values) {
        return new LinalgMatrix("given", rows, columns, values);
    }

    static LinalgMatrix random(int rows, int columns) {
        return new LinalgMatrix(
                "random",
                rows,
                columns,
                new Random(31L * rows + columns).doubles(rows * columns, -1, 1).toArray());
    }

    static LinalgMatrix zeros(int rows, int columns) {
        return new LinalgMatrix("zeros", rows, columns, new double[rows * columns]);
    }

    static LinalgMatrix ones(int rows, int columns) {
        var a = new double[rows * columns];
        Arrays.fill(a, 1);
        return new LinalgMatrix("ones", rows, columns, a);
    }

    static LinalgMatrix identity(int n) {
        var ones = new double[n];
        Arrays.fill(ones, 1);
        return diagonal(ones);
    }

    static LinalgMatrix diagonal(double... d) {
        int n = d.length;
        var a = new double[n * n];
        for (int i = 0; i < n; i++) {
            a[i * n + i] = d[i];
        }
        return new LinalgMatrix("diagonal", n, n, a);
    }

    static LinalgMatrix scaled(LinalgMatrix m, double factor) {
        return new LinalgMatrix(
                m.name + " times " + factor,
                m.rows,
                m.columns,
                Arrays.stream(m.values).map(v -> v * factor).toArray());
    }

    static LinalgMatrix rank(int rows, int columns, int rank) {
        var product = multiply(random(rows, rank).values, random(rank, columns).values, rows, rank, columns);
        return new LinalgMatrix("rank " + rank, rows, columns, product);
    }

    static LinalgMatrix hilbert(int n) {
        var a = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            a[i] = 1.0 / (i / n + i % n + 1);
        }
        return new LinalgMatrix("Hilbert", n, n, a);
    }

    /** Rows and columns fall by a factor of 10 each. */
    static LinalgMatrix graded(int n) {
        var a = random(n, n).values;
        for (int i = 0; i < n * n; i++) {
            a[i] *= Math.pow(10, -Math.max(i / n, i % n));
            a[i] += i / n == i % n ? Math.pow(10, -(double) (i / n)) : 0;
        }
        return new LinalgMatrix("graded", n, n, a);
    }

    /** Magnitudes from one end of the range of double to the other. */
    static LinalgMatrix wild(int rows, int columns) {
        var random = new Random(rows);
        var a = new double[rows * columns];
        Arrays.setAll(a, i -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1050));
        return new LinalgMatrix("wild", rows, columns, a);
    }

    /** Kahan's upper triangle, on which naive rank decisions fail. */
    static LinalgMatrix kahan(int n) {
        double c = 0.285;
        double s = Math.sqrt(1 - c * c);
        var a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                a[i * n + j] = Math.pow(s, i) * (i == j ? 1 : -c);
            }
        }
        return new LinalgMatrix("Kahan", n, n, a);
    }
}
