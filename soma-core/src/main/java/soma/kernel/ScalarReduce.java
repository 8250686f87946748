package soma.kernel;

/** Folds as plain loops: the reference in tests, and what runs without the vector module. */
final class ScalarReduce {

    private static final int STRIP = 256;

    private ScalarReduce() {}

    static float row(Fold fold, float[] a, int ao, int n) {
        double acc = Reduce.identityDouble(fold);
        for (int i = ao; i < ao + n; i++) {
            acc = Reduce.combine(fold, acc, a[i]);
        }
        return (float) acc;
    }

    /** Strips of columns, so that the running values can be doubles that stay in cache. */
    static void columns(Fold fold, float[] a, int ao, int rows, int n, float[] acc, int oo) {
        var strip = new double[Math.min(n, STRIP)];
        for (int c = 0; c < n && rows > 0; c += STRIP) {
            int width = Math.min(STRIP, n - c);
            for (int j = 0; j < width; j++) {
                strip[j] = acc[oo + c + j];
            }
            for (int r = 0; r < rows; r++) {
                int at = ao + r * n + c;
                for (int j = 0; j < width; j++) {
                    strip[j] = Reduce.combine(fold, strip[j], a[at + j]);
                }
            }
            for (int j = 0; j < width; j++) {
                acc[oo + c + j] = (float) strip[j];
            }
        }
    }

    static int arg(boolean max, float[] a, int ao, int n, int stride) {
        int best = 0;
        for (int i = 0; i < n; i++) {
            float v = a[ao + i * stride];
            if (Float.isNaN(v)) {
                return i;
            }
            float b = a[ao + best * stride];
            if (max ? v > b : v < b) {
                best = i;
            }
        }
        return best;
    }

    static void argColumns(boolean max, float[] a, int ao, int rows, int stride, int n, long[] place, int po) {
        for (int j = 0; j < n; j++) {
            place[po + j] = arg(max, a, ao + j, rows, stride);
        }
    }

    static int beyond(boolean max, float best, float[] a, int ao, int from, int n) {
        int i = from;
        while (i < n
                && !(max
                        ? Float.compare(a[ao + i] + 0f, best + 0f) > 0
                        : Float.compare(a[ao + i] + 0f, best + 0f) < 0)) {
            i++;
        }
        return i;
    }

    static double row(Fold fold, double[] a, int ao, int n) {
        double acc = Reduce.identityDouble(fold);
        for (int i = ao; i < ao + n; i++) {
            acc = Reduce.combine(fold, acc, a[i]);
        }
        return acc;
    }

    static void columns(Fold fold, double[] a, int ao, int rows, int n, double[] acc, int oo) {
        for (int r = 0; r < rows; r++) {
            int at = ao + r * n;
            for (int j = 0; j < n; j++) {
                acc[oo + j] = Reduce.combine(fold, acc[oo + j], a[at + j]);
            }
        }
    }

    static int arg(boolean max, double[] a, int ao, int n, int stride) {
        int best = 0;
        for (int i = 0; i < n; i++) {
            double v = a[ao + i * stride];
            if (Double.isNaN(v)) {
                return i;
            }
            double b = a[ao + best * stride];
            if (max ? v > b : v < b) {
                best = i;
            }
        }
        return best;
    }

    static long row(Fold fold, long[] a, int ao, int n) {
        long acc = Reduce.identityLong(fold);
        for (int i = ao; i < ao + n; i++) {
            acc = Reduce.combine(fold, acc, a[i]);
        }
        return acc;
    }

    static void columns(Fold fold, long[] a, int ao, int rows, int n, long[] acc, int oo) {
        for (int r = 0; r < rows; r++) {
            int at = ao + r * n;
            for (int j = 0; j < n; j++) {
                acc[oo + j] = Reduce.combine(fold, acc[oo + j], a[at + j]);
            }
        }
    }

    static int arg(boolean max, long[] a, int ao, int n, int stride) {
        int best = 0;
        for (int i = 0; i < n; i++) {
            long v = a[ao + i * stride];
            long b = a[ao + best * stride];
            if (max ? v > b : v < b) {
                best = i;
            }
        }
        return best;
    }
}
