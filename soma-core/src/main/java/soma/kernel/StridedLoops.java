package soma.kernel;

import java.util.Arrays;

/**
 * One plane of a strided copy for each array type. Where neighbours in the source lie across the rows, a strip of the
 * columns is copied row after row, so that each cache line that was read is used up before it leaves the cache.
 */
final class StridedLoops {

    private static final int TILE = 16;

    private StridedLoops() {}

    /** A copy between arrays of a known type needs no look at their types, which for short runs takes as long. */
    static void runs(float[] a, int so, int s0, float[] b, int dof, int d0, int rows, int n) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(a, so + r * s0, b, dof + r * d0, n);
        }
    }

    static void plane(float[] a, int so, int s0, int s1, float[] b, int dof, int d0, int d1, int rows, int n) {
        if (s1 == 0 && d1 == 1) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(b, dof + r * d0, dof + r * d0 + n, a[so + r * s0]);
            }
            return;
        }
        int tile = Math.abs(s0) < Math.abs(s1) ? TILE : n;
        for (int c = 0; c < n; c += tile) {
            int width = Math.min(tile, n - c);
            for (int r = 0; r < rows; r++) {
                int p = so + r * s0 + c * s1, q = dof + r * d0 + c * d1;
                for (int i = 0; i < width; i++) {
                    b[q + i * d1] = a[p + i * s1];
                }
            }
        }
    }

    static void plane(double[] a, int so, int s0, int s1, double[] b, int dof, int d0, int d1, int rows, int n) {
        if (s1 == 0 && d1 == 1) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(b, dof + r * d0, dof + r * d0 + n, a[so + r * s0]);
            }
            return;
        }
        int tile = Math.abs(s0) < Math.abs(s1) ? TILE : n;
        for (int c = 0; c < n; c += tile) {
            int width = Math.min(tile, n - c);
            for (int r = 0; r < rows; r++) {
                int p = so + r * s0 + c * s1, q = dof + r * d0 + c * d1;
                for (int i = 0; i < width; i++) {
                    b[q + i * d1] = a[p + i * s1];
                }
            }
        }
    }

    static void plane(int[] a, int so, int s0, int s1, int[] b, int dof, int d0, int d1, int rows, int n) {
        if (s1 == 0 && d1 == 1) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(b, dof + r * d0, dof + r * d0 + n, a[so + r * s0]);
            }
            return;
        }
        int tile = Math.abs(s0) < Math.abs(s1) ? TILE : n;
        for (int c = 0; c < n; c += tile) {
            int width = Math.min(tile, n - c);
            for (int r = 0; r < rows; r++) {
                int p = so + r * s0 + c * s1, q = dof + r * d0 + c * d1;
                for (int i = 0; i < width; i++) {
                    b[q + i * d1] = a[p + i * s1];
                }
            }
        }
    }

    static void plane(long[] a, int so, int s0, int s1, long[] b, int dof, int d0, int d1, int rows, int n) {
        if (s1 == 0 && d1 == 1) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(b, dof + r * d0, dof + r * d0 + n, a[so + r * s0]);
            }
            return;
        }
        int tile = Math.abs(s0) < Math.abs(s1) ? TILE : n;
        for (int c = 0; c < n; c += tile) {
            int width = Math.min(tile, n - c);
            for (int r = 0; r < rows; r++) {
                int p = so + r * s0 + c * s1, q = dof + r * d0 + c * d1;
                for (int i = 0; i < width; i++) {
                    b[q + i * d1] = a[p + i * s1];
                }
            }
        }
    }

    static void plane(short[] a, int so, int s0, int s1, short[] b, int dof, int d0, int d1, int rows, int n) {
        if (s1 == 0 && d1 == 1) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(b, dof + r * d0, dof + r * d0 + n, a[so + r * s0]);
            }
            return;
        }
        int tile = Math.abs(s0) < Math.abs(s1) ? TILE : n;
        for (int c = 0; c < n; c += tile) {
            int width = Math.min(tile, n - c);
            for (int r = 0; r < rows; r++) {
                int p = so + r * s0 + c * s1, q = dof + r * d0 + c * d1;
                for (int i = 0; i < width; i++) {
                    b[q + i * d1] = a[p + i * s1];
                }
            }
        }
    }

    static void plane(byte[] a, int so, int s0, int s1, byte[] b, int dof, int d0, int d1, int rows, int n) {
        if (s1 == 0 && d1 == 1) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(b, dof + r * d0, dof + r * d0 + n, a[so + r * s0]);
            }
            return;
        }
        int tile = Math.abs(s0) < Math.abs(s1) ? TILE : n;
        for (int c = 0; c < n; c += tile) {
            int width = Math.min(tile, n - c);
            for (int r = 0; r < rows; r++) {
                int p = so + r * s0 + c * s1, q = dof + r * d0 + c * d1;
                for (int i = 0; i < width; i++) {
                    b[q + i * d1] = a[p + i * s1];
                }
            }
        }
    }
}
