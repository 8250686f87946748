package soma.kernel;

/** Running sums as plain loops: what runs without the vector module, and what has no vectors. */
final class ScalarScan {

    private ScalarScan() {}

    /** x_from + ... + x_(end - 1). */
    static double total(float[] x, int from, int end) {
        double a = 0, b = 0, c = 0, d = 0;
        int at = from;
        for (; at < end - 3; at += 4) {
            a += x[at];
            b += x[at + 1];
            c += x[at + 2];
            d += x[at + 3];
        }
        for (; at < end; at++) {
            a += x[at];
        }
        return a + b + (c + d);
    }

    /** y_k = before + x_0 + ... + x_k. */
    static void row(float[] x, int xo, float[] y, int yo, double before, int n) {
        double s = before;
        for (int k = 0; k < n; k++) {
            s += x[xo + k];
            y[yo + k] = (float) s;
        }
    }

    /** Four rows at once, {@code apart} elements from each other: one alone would wait for each of its additions. */
    static void fourSums(
            float[] x, int xo, int apart, float[] y, int yo, double a, double b, double c, double d, int n) {
        double s0 = a, s1 = b, s2 = c, s3 = d;
        int x1 = xo + apart, x2 = x1 + apart, x3 = x2 + apart, y1 = yo + apart, y2 = y1 + apart, y3 = y2 + apart;
        for (int k = 0; k < n; k++) {
            s0 += x[xo + k];
            s1 += x[x1 + k];
            s2 += x[x2 + k];
            s3 += x[x3 + k];
            y[yo + k] = (float) s0;
            y[y1 + k] = (float) s1;
            y[y2 + k] = (float) s2;
            y[y3 + k] = (float) s3;
        }
    }

    /** The next row of columns: y = acc = acc + x. */
    static void add(double[] acc, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            acc[i] += x[xo + i];
            y[yo + i] = (float) acc[i];
        }
    }

    /** The next row of columns: y = acc = acc x. */
    static void multiply(double[] acc, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            acc[i] *= x[xo + i];
            y[yo + i] = (float) acc[i];
        }
    }

    /** y_k = x_0 ... x_k for four rows, one after another in memory. */
    static void fourProducts(float[] x, int x0, float[] y, int y0, int n) {
        double p0 = 1, p1 = 1, p2 = 1, p3 = 1;
        int x1 = x0 + n, x2 = x1 + n, x3 = x2 + n, y1 = y0 + n, y2 = y1 + n, y3 = y2 + n;
        for (int k = 0; k < n; k++) {
            p0 *= x[x0 + k];
            p1 *= x[x1 + k];
            p2 *= x[x2 + k];
            p3 *= x[x3 + k];
            y[y0 + k] = (float) p0;
            y[y1 + k] = (float) p1;
            y[y2 + k] = (float) p2;
            y[y3 + k] = (float) p3;
        }
    }

    /** y_k = x_0 + ... + x_k for four rows, one after another in memory. */
    static void fourSums(double[] x, int x0, double[] y, int y0, int n) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int x1 = x0 + n, x2 = x1 + n, x3 = x2 + n, y1 = y0 + n, y2 = y1 + n, y3 = y2 + n;
        for (int k = 0; k < n; k++) {
            s0 += x[x0 + k];
            s1 += x[x1 + k];
            s2 += x[x2 + k];
            s3 += x[x3 + k];
            y[y0 + k] = s0;
            y[y1 + k] = s1;
            y[y2 + k] = s2;
            y[y3 + k] = s3;
        }
    }
}
