package soma.kernel;

import static soma.kernel.WinogradTransform.A;
import static soma.kernel.WinogradTransform.A_2;
import static soma.kernel.WinogradTransform.A_3;
import static soma.kernel.WinogradTransform.A_4;
import static soma.kernel.WinogradTransform.B;
import static soma.kernel.WinogradTransform.B_2;
import static soma.kernel.WinogradTransform.B_3;
import static soma.kernel.WinogradTransform.B_4;
import static soma.kernel.WinogradTransform.TWO_AND_A_HALF;

/** The twin of {@link VectorWinograd}: the same bits, lane by lane. */
final class ScalarWinograd {

    private static final float[] POWERS_A = {1, A, A_2, A_3, A_4};
    private static final float[] POWERS_B = {1, B, B_2, B_3, B_4};

    private ScalarWinograd() {}

    static void gather(
            float[] plane,
            int at,
            int pitch,
            int step,
            int[] origin,
            int lane,
            int rows,
            int columns,
            float[] d,
            int lanes) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int from = at + i * pitch + j * step;
                int to = (i * columns + j) * lanes;
                for (int l = 0; l < lanes; l++) {
                    d[to + l] = plane[from + origin[lane + l]];
                }
            }
        }
    }

    static void run(WinogradTransform axis, float[] a, int at, int stepA, float[] c, int to, int stepC, int lanes) {
        for (int l = 0; l < lanes; l++) {
            switch (axis.kind()) {
                case SAME -> c[to + l] = a[at + l];
                case INPUT -> input(axis.infinity(), a, at + l, stepA, c, to + l, stepC);
                case EVALUATE -> evaluate(axis, a, at + l, stepA, c, to + l, stepC);
                case COMBINE -> combine(axis, a, at + l, stepA, c, to + l, stepC);
            }
        }
    }

    private static void input(boolean infinity, float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float x1 = a[p + stepA];
        float x2 = a[p + 2 * stepA];
        float x3 = a[p + 3 * stepA];
        float x4 = a[p + 4 * stepA];
        c[q] = Math.fma(x2, -TWO_AND_A_HALF, a[p] + x4);
        pair(Math.fma(x2, -2f, x4), Math.fma(x1, -B, x3 * A), c, q + stepC, stepC);
        pair(Math.fma(x2, -0.5f, x4), Math.fma(x1, -A, x3 * B), c, q + 3 * stepC, stepC);
        if (infinity) {
            c[q + 5 * stepC] = Math.fma(x3, -TWO_AND_A_HALF, x1 + a[p + 5 * stepA]);
        }
    }

    private static void pair(float even, float odd, float[] c, int q, int stepC) {
        c[q] = even + odd;
        c[q + stepC] = even - odd;
    }

    private static void evaluate(WinogradTransform axis, float[] a, int p, int stepA, float[] c, int q, int stepC) {
        c[q] = a[p];
        evaluate(axis.from(), POWERS_A, axis.scaleA(), a, p, stepA, c, q + stepC, stepC);
        evaluate(axis.from(), POWERS_B, axis.scaleB(), a, p, stepA, c, q + 3 * stepC, stepC);
        if (axis.infinity()) {
            c[q + 5 * stepC] = a[p + (axis.from() - 1) * stepA];
        }
    }

    private static void evaluate(
            int n, float[] powers, float scale, float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float even = a[p];
        float odd = a[p + stepA] * powers[1];
        for (int j = 2; j < n; j++) {
            float x = a[p + j * stepA];
            if (j % 2 == 0) {
                even = Math.fma(x, powers[j], even);
            } else {
                odd = Math.fma(x, powers[j], odd);
            }
        }
        c[q] = (even + odd) * scale;
        c[q + stepC] = (even - odd) * scale;
    }

    private static void combine(WinogradTransform axis, float[] a, int p, int stepA, float[] c, int q, int stepC) {
        float sumA = (a[p + stepA] + a[p + 2 * stepA]) * axis.scaleA();
        float sumB = (a[p + 3 * stepA] + a[p + 4 * stepA]) * axis.scaleB();
        float lessA = (a[p + stepA] - a[p + 2 * stepA]) * axis.scaleA();
        float lessB = (a[p + 3 * stepA] - a[p + 4 * stepA]) * axis.scaleB();
        c[q] = a[p] + sumA + sumB;
        for (int j = 1; j < axis.to(); j++) {
            float x = j % 2 == 0 ? sumA : lessA;
            float y = j % 2 == 0 ? sumB : lessB;
            boolean more = axis.infinity() && j == axis.to() - 1;
            float rest = more ? Math.fma(x, POWERS_A[j], a[p + 5 * stepA]) : x * POWERS_A[j];
            c[q + j * stepC] = Math.fma(y, POWERS_B[j], rest);
        }
    }
}
