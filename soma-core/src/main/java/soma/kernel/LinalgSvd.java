package soma.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Reduced singular value decomposition, A = U diag(s) V^T with U (m x k), V^T (k x n), k = min(m, n).
 *
 * <p>QR first, then one-sided Jacobi on the rows of R: plane rotations make the rows orthogonal, and their lengths are
 * then the singular values. Slower than Golub-Kahan, but short, never stuck, and accurate also for the small values.
 * Hestenes 1958; Drmac and Veselic 2008 (SIAM J. Matrix Anal. 29, 1322) for the QR in front.
 */
public final class LinalgSvd {

    /** Six to ten sweeps are usual; convergence is quadratic at the end. */
    private static final int MAX_SWEEPS = 60;

    /** Rows shorter than this, beside a largest element near 1, count as zero: their squares would vanish. */
    private static final double NEGLIGIBLE = 1e-140;

    private LinalgSvd() {}

    /**
     * Decomposes the m x n matrix at {@code at} into {@code u} (m x k), {@code s} (k, descending, not negative) and
     * {@code vt} (k x n). U and V are orthonormal for rank-deficient matrices too. The signs of a pair of vectors are
     * arbitrary, as everywhere.
     */
    public static void svd(
            double[] a, int at, int m, int n, double[] u, int uAt, double[] s, int sAt, double[] vt, int vtAt) {
        int k = Math.min(m, n);
        var rows = LinalgRows.read("svd", a, at, m, n);
        int exponent = LinalgRows.normalise(rows);
        boolean wide = m < n;
        var r = wide ? LinalgRows.transpose(rows, n) : rows;
        var q = LinalgQr.factor(r, k);
        r = Arrays.copyOf(r, k);
        var w = LinalgRows.identity(k);
        orthogonaliseRows(r, w, m, n);

        var lengths = new double[k];
        for (int i = 0; i < k; i++) {
            double length = Math.sqrt(LinalgRows.dot(r[i], r[i], 0, k));
            lengths[i] = length < NEGLIGIBLE ? 0 : length;
        }
        var order = IntStream.range(0, k)
                .boxed()
                .sorted((i, j) -> Double.compare(lengths[j], lengths[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        var inner = new double[k][];
        var outer = new double[k][];
        for (int i = 0; i < k; i++) {
            double length = lengths[order[i]];
            s[sAt + i] = Math.scalb(length, exponent);
            outer[i] = w[order[i]];
            inner[i] = r[order[i]];
            if (length == 0) {
                inner[i] = orthogonalTo(inner, i, k);
            } else {
                LinalgRows.scale(1 / length, inner[i], 0, k);
            }
        }
        // (tall) A = Q R = (Q W^T) S Y^T, with W R = S Y^T; the rows of w are those of W, the rows of inner those of
        // Y^T.
        var far = LinalgRows.product(q, LinalgRows.transpose(outer, k), k);
        if (wide) {
            LinalgRows.write(LinalgRows.transpose(inner, k), k, u, uAt);
            LinalgRows.write(LinalgRows.transpose(far, k), n, vt, vtAt);
        } else {
            LinalgRows.write(far, k, u, uAt);
            LinalgRows.write(inner, n, vt, vtAt);
        }
    }

    private static void orthogonaliseRows(double[][] r, double[][] w, int m, int n) {
        int k = r.length;
        double tolerance = Math.ulp(1.0) * Math.sqrt(Math.max(k, 4));
        var sums = new double[3];
        boolean rotated = true;
        for (int sweep = 0; rotated; sweep++) {
            if (sweep == MAX_SWEEPS) {
                throw new ArithmeticException("svd: the " + m + " x " + n + " matrix did not converge in " + MAX_SWEEPS
                        + " sweeps. Please report the matrix.");
            }
            rotated = false;
            for (int i = 0; i < k - 1; i++) {
                for (int j = i + 1; j < k; j++) {
                    gram(r[i], r[j], k, sums);
                    double xx = sums[0];
                    double yy = sums[1];
                    double xy = sums[2];
                    if (Math.min(xx, yy) < NEGLIGIBLE * NEGLIGIBLE
                            || Math.abs(xy) <= tolerance * Math.sqrt(xx) * Math.sqrt(yy)) {
                        continue;
                    }
                    rotated = true;
                    double zeta = (yy - xx) / (2 * xy);
                    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
                    double c = 1 / Math.sqrt(1 + t * t);
                    LinalgRows.rotate(r[i], r[j], c, c * t);
                    LinalgRows.rotate(w[i], w[j], c, c * t);
                }
            }
        }
    }

    /** x.x, y.y and x.y in one pass, two sums of each side by side. */
    private static void gram(double[] x, double[] y, int n, double[] sums) {
        double xx0 = 0;
        double yy0 = 0;
        double xy0 = 0;
        double xx1 = 0;
        double yy1 = 0;
        double xy1 = 0;
        int j = 0;
        for (; j + 2 <= n; j += 2) {
            xx0 += x[j] * x[j];
            yy0 += y[j] * y[j];
            xy0 += x[j] * y[j];
            xx1 += x[j + 1] * x[j + 1];
            yy1 += y[j + 1] * y[j + 1];
            xy1 += x[j + 1] * y[j + 1];
        }
        if (j < n) {
            xx0 += x[j] * x[j];
            yy0 += y[j] * y[j];
            xy0 += x[j] * y[j];
        }
        sums[0] = xx0 + xx1;
        sums[1] = yy0 + yy1;
        sums[2] = xy0 + xy1;
    }

    /**
     * A unit vector orthogonal to the first {@code count} rows: of the axes, the one they cover least, by Gram-Schmidt
     * done twice.
     */
    private static double[] orthogonalTo(double[][] rows, int count, int n) {
        int axis = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            double covered = 0;
            for (int i = 0; i < count; i++) {
                covered += rows[i][j] * rows[i][j];
            }
            if (covered < least) {
                least = covered;
                axis = j;
            }
        }
        var v = new double[n];
        v[axis] = 1;
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < count; i++) {
                LinalgRows.axpy(-LinalgRows.dot(rows[i], v, 0, n), rows[i], v, 0, n);
            }
            LinalgRows.scale(1 / Math.sqrt(LinalgRows.dot(v, v, 0, n)), v, 0, n);
        }
        return v;
    }
}
