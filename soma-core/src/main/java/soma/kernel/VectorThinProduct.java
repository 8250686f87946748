package soma.kernel;

import java.util.Arrays;

/** Products with a side of very few rows or columns: rows of dot products, or sums of rows ({@link VectorGemv}). */
final class VectorThinProduct {

    /** Dot products instead of tiles where one side has no more rows than this ... */
    static final int FEW = 4;

    /** ... and they are so long that the sum across the lanes at their end does not matter. */
    private static final int LONG = 64;

    private final VectorGemm g;
    private final int from;
    private final int with;
    private final int to;
    private final Scratch scratch;

    private VectorThinProduct(VectorGemm g, int item, Scratch scratch) {
        this.g = g;
        this.scratch = scratch;
        from = item * g.strideA() + g.ao();
        with = item * g.strideB() + g.bo();
        to = item * g.strideC() + g.co();
    }

    static boolean fits(VectorGemm g) {
        return dots(g) || rows(g);
    }

    private static boolean dots(VectorGemm g) {
        return g.k() >= LONG && (g.transB() && g.m() <= FEW || !g.transA() && g.n() <= FEW);
    }

    private static boolean rows(VectorGemm g) {
        return g.m() == 1 && !g.transB() || g.n() == 1 && g.transA();
    }

    /** Rows [i0, i1) and columns [j0, j1) of product {@code item} of the batch. */
    static void rectangle(VectorGemm g, int item, int i0, int i1, int j0, int j1, Scratch scratch) {
        var product = new VectorThinProduct(g, item, scratch);
        if (!dots(g)) {
            product.rows(i0, i1, j0, j1);
        } else if (g.transB() && g.m() <= FEW) {
            product.dotsWithA(j0, j1);
        } else {
            product.dotsWithB(i0, i1);
        }
        g.finish(item * g.strideC(), i0, i1, j0, j1, scratch);
    }

    /** Dot products of the few rows of A with columns [j0, j1) of B, which are transposed. */
    private void dotsWithA(int j0, int j1) {
        boolean copied = g.transA();
        VectorGemv.dots(
                copied ? transposed(g.a(), from, g.lda(), g.m(), VectorGemm.PACKED_A) : g.a(),
                copied ? 0 : from,
                copied ? g.k() : g.lda(),
                g.m(),
                g.b(),
                with + j0 * g.ldb(),
                g.ldb(),
                j1 - j0,
                g.k(),
                g.c(),
                to + j0,
                g.ldc(),
                1,
                g.accumulate(),
                lanes());
    }

    /** Dot products of the few columns of B with rows [i0, i1) of A. */
    private void dotsWithB(int i0, int i1) {
        boolean copied = !g.transB();
        VectorGemv.dots(
                copied ? transposed(g.b(), with, g.ldb(), g.n(), VectorGemm.PACKED_B) : g.b(),
                copied ? 0 : with,
                copied ? g.k() : g.ldb(),
                g.n(),
                g.a(),
                from + i0 * g.lda(),
                g.lda(),
                i1 - i0,
                g.k(),
                g.c(),
                to + i0 * g.ldc(),
                1,
                g.ldc(),
                g.accumulate(),
                lanes());
    }

    private float[] lanes() {
        return scratch.floats(VectorGemm.EDGE, VectorGemv.LANES);
    }

    /** The {@code few} columns of k rows as rows. */
    private float[] transposed(float[] source, int at, int stride, int few, int slot) {
        int k = g.k();
        var target = scratch.floats(slot, few * k);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < few; j++) {
                target[j * k + i] = source[at + i * stride + j];
            }
        }
        return target;
    }

    private void rows(int i0, int i1, int j0, int j1) {
        var c = g.c();
        if (g.m() == 1 && !g.transB()) {
            if (!g.accumulate()) {
                Arrays.fill(c, to + j0, to + j1, 0);
            }
            int apart = g.transA() ? g.lda() : 1;
            VectorGemv.rows(g.a(), from, apart, g.b(), with + j0, g.ldb(), j1 - j0, g.k(), c, to + j0);
        } else {
            var y = scratch.floats(VectorGemm.EDGE, i1 - i0);
            for (int i = i0; i < i1; i++) {
                y[i - i0] = g.accumulate() ? c[to + i * g.ldc()] : 0;
            }
            int apart = g.transB() ? 1 : g.ldb();
            VectorGemv.rows(g.b(), with, apart, g.a(), from + i0, g.lda(), i1 - i0, g.k(), y, 0);
            for (int i = i0; i < i1; i++) {
                c[to + i * g.ldc()] = y[i - i0];
            }
        }
    }
}
