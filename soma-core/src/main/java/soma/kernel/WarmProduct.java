package soma.kernel;

import java.util.Arrays;

/**
 * The matrix product while its tiles are cold. Their own twin works on a panel at a time, too narrow for C2 to make
 * vectors of it; this one adds whole rows of B, which it does, with small methods that are compiled within milliseconds.
 * An element is the same chain of multiply-adds in the same steps of k, so its bits are the same.
 */
final class WarmProduct {

    /** Rows of C at a time, and steps of k: they share what lies in the level-2 cache. */
    private static final int HIGH = 64;

    private static final int STEPS = 32;

    private WarmProduct() {}

    /** Whether to compute a product of so many multiply-adds here: as long as most of its tiles would be cold. */
    static boolean isCold(VectorGemm g, long work) {
        int rows = Math.min(g.m(), VectorGemm.ROWS);
        boolean narrow = g.n() <= VectorGemm.VL;
        WarmTile tile;
        if (g.transA() || g.packsA()) {
            tile = narrow ? WarmTile.PACKED1[rows] : WarmTile.PACKED2[rows];
        } else if (g.inPlace() && g.n() >= VectorGemm.PANEL) {
            tile = WarmTile.IN_PLACE[rows];
        } else {
            tile = narrow ? WarmTile.BY1[rows] : WarmTile.BY2[rows];
        }
        return tile.isCold(work);
    }

    /** Rows [i0, i1) of columns [j0, j1) of product {@code item} of the batch. */
    static void rectangle(VectorGemm g, int item, int i0, int i1, int j0, int j1, Scratch scratch) {
        int wide = j1 - j0;
        var sums = new float[Math.min(HIGH, i1 - i0)][wide];
        var b = new float[STEPS][wide];
        int from = item * g.strideA() + g.ao();
        int with = g.bo() + item * g.strideB() + (g.transB() ? j0 * g.ldb() : j0);
        for (int i = i0; i < i1; i += HIGH) {
            int high = Math.min(HIGH, i1 - i);
            for (int p = 0; p < g.k(); p += g.step()) {
                int end = Math.min(g.k(), p + g.step());
                for (int row = 0; row < high; row++) {
                    Arrays.fill(sums[row], 0);
                }
                for (int q = p; q < end; q += STEPS) {
                    int steps = Math.min(STEPS, end - q);
                    rowsOfB(g, with, wide, q, steps, b);
                    int apart = g.transA() ? g.lda() : 1;
                    int next = g.transA() ? 1 : g.lda();
                    int x = from + i * next + q * apart;
                    int row = 0;
                    for (; row + 2 <= high; row += 2, x += 2 * next) {
                        add(g.a(), x, x + next, apart, b, steps, sums[row], sums[row + 1]);
                    }
                    if (row < high) {
                        add(g.a(), x, apart, b, steps, sums[row]);
                    }
                }
                int to = g.co() + item * g.strideC() + i * g.ldc() + j0;
                for (int row = 0; row < high; row++) {
                    write(sums[row], wide, g.c(), to + row * g.ldc(), g.accumulate() || p > 0);
                }
            }
        }
        g.finish(item * g.strideC(), i0, i1, j0, j1, scratch);
    }

    private static void rowsOfB(VectorGemm g, int with, int wide, int p, int steps, float[][] b) {
        if (g.transB()) {
            for (int q = 0; q < steps; q++) {
                column(g.b(), with + p + q, g.ldb(), b[q], wide);
            }
        } else {
            for (int q = 0; q < steps; q++) {
                System.arraycopy(g.b(), with + (p + q) * g.ldb(), b[q], 0, wide);
            }
        }
    }

    private static void column(float[] b, int from, int apart, float[] out, int n) {
        for (int j = 0; j < n; j++) {
            out[j] = b[from + j * apart];
        }
    }

    /** Two rows, with fewer loads of B and half the turns. */
    private static void add(
            float[] a, int from, int second, int apart, float[][] b, int steps, float[] sum, float[] sum2) {
        int x = from;
        int y = second;
        int q = 0;
        for (; q + 2 <= steps; q += 2, x += 2 * apart, y += 2 * apart) {
            addFour(a[x], a[x + apart], a[y], a[y + apart], b[q], b[q + 1], sum, sum2);
        }
        if (q < steps) {
            addOne(a[x], b[q], sum);
            addOne(a[y], b[q], sum2);
        }
    }

    private static void add(float[] a, int from, int apart, float[][] b, int steps, float[] sum) {
        for (int q = 0; q < steps; q++) {
            addOne(a[from + q * apart], b[q], sum);
        }
    }

    /**
     * Every array begins at 0: if the arrays were one, C2 knows, an element would meet itself only, so it makes vectors
     * of the loop; of different starts it knows nothing. Four at a time: before C2 has come, what a turn of the loop
     * itself costs is what counts.
     */
    private static void addFour(
            float x0, float x1, float y0, float y1, float[] b0, float[] b1, float[] sum, float[] sum2) {
        for (int j = 0; j < sum.length; j++) {
            float p = b0[j];
            float q = b1[j];
            sum[j] = Math.fma(x1, q, Math.fma(x0, p, sum[j]));
            sum2[j] = Math.fma(y1, q, Math.fma(y0, p, sum2[j]));
        }
    }

    private static void addOne(float x, float[] b, float[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] = Math.fma(x, b[j], sum[j]);
        }
    }

    private static void write(float[] sum, int n, float[] c, int to, boolean add) {
        if (add) {
            for (int j = 0; j < n; j++) {
                c[to + j] += sum[j];
            }
        } else {
            System.arraycopy(sum, 0, c, to, n);
        }
    }
}
