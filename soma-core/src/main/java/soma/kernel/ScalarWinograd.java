package soma.kernel;

/** The twin of {@link VectorWinograd}: the same bits, lane by lane. Its constants are those of both. */
final class ScalarWinograd {

    /** The points are 0, +-A, +-B and infinity. */
    static final float A = (float) Math.sqrt(0.5);

    static final float B = (float) Math.sqrt(2);

    static final float A_CUBED = (float) (Math.sqrt(0.5) / 2);
    static final float B_CUBED = (float) (Math.sqrt(2) * 2);
    static final float TWO_AND_A_HALF = 2.5f;
    static final float THIRD = (float) (1 / 3.0);
    static final float TWO_THIRDS = (float) (2 / 3.0);
    static final float SIXTH = (float) (1 / 6.0);
    static final float B_THIRD = (float) (Math.sqrt(2) / 3);
    static final float B_SIXTH = (float) (Math.sqrt(2) / 6);

    private ScalarWinograd() {}

    static void gather(
            float[] plane, int at, int pitch, int[] origin, int lane, int rows, int columns, float[] d, int lanes) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int from = at + i * pitch + j;
                int to = (i * columns + j) * lanes;
                for (int l = 0; l < lanes; l++) {
                    d[to + l] = plane[from + origin[lane + l]];
                }
            }
        }
    }

    static void run(WinogradAxis axis, float[] a, int at, int stepA, float[] c, int to, int stepC, int lanes) {
        for (int l = 0; l < lanes; l++) {
            switch (axis) {
                case INPUT -> input(a, at + l, stepA, c, to + l, stepC);
                case OUTPUT -> output(a, at + l, stepA, c, to + l, stepC);
                case GRADIENT -> gradient(a, at + l, stepA, c, to + l, stepC);
                case WEIGHTS -> weights(a, at + l, stepA, c, to + l, stepC);
                case WEIGHT_GRADIENT -> weightGradient(a, at + l, stepA, c, to + l, stepC);
            }
        }
    }

    private static void input(float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float x1 = a[p + stepA];
        float x2 = a[p + 2 * stepA];
        float x3 = a[p + 3 * stepA];
        float x4 = a[p + 4 * stepA];
        c[q] = Math.fma(x2, -TWO_AND_A_HALF, a[p] + x4);
        pair(Math.fma(x2, -2f, x4), Math.fma(x1, -B, x3 * A), c, q + stepC, stepC);
        pair(Math.fma(x2, -0.5f, x4), Math.fma(x1, -A, x3 * B), c, q + 3 * stepC, stepC);
        c[q + 5 * stepC] = Math.fma(x3, -TWO_AND_A_HALF, x1 + a[p + 5 * stepA]);
    }

    private static void pair(float even, float odd, float[] c, int q, int stepC) {
        c[q] = even + odd;
        c[q + stepC] = even - odd;
    }

    private static void output(float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float x1 = a[p + stepA];
        float x2 = a[p + 2 * stepA];
        float x3 = a[p + 3 * stepA];
        float x4 = a[p + 4 * stepA];
        float sumA = x1 + x2;
        float sumB = x3 + x4;
        float lessA = x1 - x2;
        float lessB = x3 - x4;
        c[q] = a[p] + sumA + sumB;
        c[q + stepC] = Math.fma(lessB, B, lessA * A);
        c[q + 2 * stepC] = Math.fma(sumB, 2f, sumA * 0.5f);
        c[q + 3 * stepC] = Math.fma(lessB, B_CUBED, Math.fma(lessA, A_CUBED, a[p + 5 * stepA]));
    }

    private static void gradient(float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float x0 = a[p];
        float x1 = a[p + stepA];
        float x2 = a[p + 2 * stepA];
        float x3 = a[p + 3 * stepA];
        c[q] = x0;
        pair(Math.fma(x2, 0.5f, x0), Math.fma(x3, A_CUBED, x1 * A), c, q + stepC, stepC);
        pair(Math.fma(x2, 2f, x0), Math.fma(x3, B_CUBED, x1 * B), c, q + 3 * stepC, stepC);
        c[q + 5 * stepC] = x3;
    }

    private static void weights(float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float x0 = a[p];
        float x1 = a[p + stepA];
        float x2 = a[p + 2 * stepA];
        c[q] = x0;
        pair(Math.fma(x0, -TWO_THIRDS, x2 * -THIRD), x1 * -B_THIRD, c, q + stepC, stepC);
        pair(Math.fma(x0, SIXTH, x2 * THIRD), x1 * B_SIXTH, c, q + 3 * stepC, stepC);
        c[q + 5 * stepC] = x2;
    }

    private static void weightGradient(float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float x1 = a[p + stepA];
        float x2 = a[p + 2 * stepA];
        float x3 = a[p + 3 * stepA];
        float x4 = a[p + 4 * stepA];
        float sumA = x1 + x2;
        float sumB = x3 + x4;
        c[q] = Math.fma(sumB, SIXTH, Math.fma(sumA, -TWO_THIRDS, a[p]));
        c[q + stepC] = (x3 - x4) * B_SIXTH - (x1 - x2) * B_THIRD;
        c[q + 2 * stepC] = Math.fma(sumB - sumA, THIRD, a[p + 5 * stepA]);
    }
}
