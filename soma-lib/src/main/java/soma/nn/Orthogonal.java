package soma.nn;

import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * Random orthonormal rows by Gram-Schmidt, twice because once leaves them askew by the condition number times the
 * rounding.
 */
final class Orthogonal {
    private Orthogonal() {}

    static Tensor draw(Rng rng, Shape shape, double gain) {
        if (shape.rank() < 2) {
            throw new ShapeException("orthogonal: shape " + shape + " is not a matrix; it takes two axes or more");
        }
        int rows = shape.dim(0);
        int columns = shape.product(1, shape.rank());
        int count = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        var q = new double[count][];
        for (int i = 0; i < count; i++) {
            q[i] = rng.fold(i).normal(DType.FLOAT64, Shape.of(length)).toDoubleArray();
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    subtract(q[i], q[j], dot(q[i], q[j]));
                }
                scale(q[i], 1 / Math.sqrt(dot(q[i], q[i])));
            }
        }
        var out = new float[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out[r * columns + c] = (float) (gain * (rows <= columns ? q[r][c] : q[c][r]));
            }
        }
        return Tensor.wrap(out, DType.FLOAT32, shape);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void subtract(double[] a, double[] b, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] -= factor * b[i];
        }
    }

    private static void scale(double[] a, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] *= factor;
        }
    }
}
