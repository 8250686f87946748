package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.VectorGemm.WIDE;
import static soma.kernel.VectorGemm.ceil;
import static soma.kernel.VectorGemm.cut;

/**
 * A rectangle of one matrix product, in one thread. A block of B that leaves room in L2 is packed to panels two vectors
 * wide that begin at a cache line, and all rows of A pass it, tile by tile, k as deep as may be: so C is touched once
 * or twice. A is read where it is: its rows are streams that the hardware fetches ahead while the tiles compute. Only a
 * transposed A is copied. What is packed is used at once by the thread that packed it, from its own cache.
 */
final class VectorBlocks {

    /** Floats of a block of B: 512 KB. */
    private static final int BLOCK = 1 << 17;

    /** Floats of transposed A copied at a time: 1 MB. */
    private static final int TRANSPOSED = 1 << 18;

    private final VectorGemm g;
    private final int from;
    private final int with;
    private final int to;
    private final int step;
    private final Scratch scratch;
    private final float[] edge;

    /** Where rows of A are, and how far apart. */
    private float[] a;

    private int lda;

    /** Product {@code item} of the batch. */
    VectorBlocks(VectorGemm g, int item, Scratch scratch) {
        this.g = g;
        this.scratch = scratch;
        from = item * g.strideA() + g.ao();
        with = item * g.strideB() + g.bo();
        to = item * g.strideC();
        step = g.step();
        edge = scratch.floats(VectorGemm.EDGE, ROWS * PANEL);
        a = g.a();
        lda = g.lda();
    }

    /** Rows [i0, i1) of columns [j0, j1) of C. */
    void run(int i0, int i1, int j0, int j1) {
        if (g.transA()) {
            transposed(i0, i1, j0, j1);
            return;
        }
        int blocks = blocks(j0, j1);
        for (int block = 0; block < blocks; block++) {
            for (int p = 0; p < g.k(); p += step) {
                block(i0, i1, from + i0 * lda + p, start(j0, j1, blocks, block), start(j0, j1, blocks, block + 1), p);
            }
        }
    }

    private void transposed(int i0, int i1, int j0, int j1) {
        lda = ceil(step, 16) * 16 + 16;
        int high = Math.min(i1 - i0, Math.max(ROWS, TRANSPOSED / lda / ROWS * ROWS));
        a = scratch.lines(VectorGemm.PACKED_A, high * lda);
        int blocks = blocks(j0, j1);
        for (int i = i0; i < i1; i += high) {
            int last = Math.min(i1, i + high);
            for (int p = 0; p < g.k(); p += step) {
                int depth = Math.min(step, g.k() - p);
                int columns = from + p * g.lda() + i;
                VectorPack.columns(g.a(), columns, g.lda(), last - i, depth, a, Scratch.LINE, lda);
                for (int block = 0; block < blocks; block++) {
                    block(i, last, Scratch.LINE, start(j0, j1, blocks, block), start(j0, j1, blocks, block + 1), p);
                }
            }
        }
    }

    private int blocks(int j0, int j1) {
        return ceil(ceil(j1 - j0, PANEL), Math.max(2, BLOCK / step / PANEL));
    }

    private static int start(int j0, int j1, int blocks, int block) {
        return Math.min(j1, j0 + cut(ceil(j1 - j0, PANEL), blocks, block) * PANEL);
    }

    /** Rows [i0, i1), which A holds from {@code first}, of columns [j0, j1), for one step of k from p. */
    private void block(int i0, int i1, int first, int j0, int j1, int p) {
        int depth = Math.min(step, g.k() - p);
        boolean add = g.accumulate() || p > 0;
        int whole = g.inPlace() ? j0 + (j1 - j0) / PANEL * PANEL : j0; // what B is not packed of
        int stride = step * PANEL + 16; // strides of a power of two would crowd a few sets of the cache
        var packed = scratch.lines(VectorGemm.PACKED_B, ceil(j1 - whole, PANEL) * stride);
        if (whole < j1) {
            g.packB(with, whole, j1, p, depth, packed, Scratch.LINE, stride);
        }
        for (int i = i0; i < i1; i += ROWS) {
            int high = Math.min(ROWS, i1 - i);
            int row = first + (i - i0) * lda;
            int c = g.co() + to + i * g.ldc();
            for (int j = j0; j < whole; j += PANEL) {
                inPlace(high, row, with + p * g.ldb() + j, c + j, depth, add);
            }
            for (int j = whole; j < j1; j += PANEL) {
                int panel = Scratch.LINE + (j - whole) / PANEL * stride;
                tile(high, Math.min(PANEL, j1 - j), row, packed, panel, g.c(), c + j, g.ldc(), depth, add);
            }
        }
        if (p + depth == g.k()) {
            g.finish(to, i0, i1, j0, j1, scratch);
        }
    }

    private void inPlace(int high, int row, int bo, int co, int depth, boolean add) {
        if (WIDE) {
            VectorInPlace512.by2(high, a, row, lda, g.b(), bo, g.ldb(), g.c(), co, g.ldc(), depth, add);
        } else {
            VectorInPlace256.by2(high, a, row, lda, g.b(), bo, g.ldb(), g.c(), co, g.ldc(), depth, add);
        }
    }

    /** One tile of C of {@code wide} <= PANEL columns; a ragged one goes through {@link #edge}. */
    private void tile(
            int high, int wide, int row, float[] b, int bo, float[] c, int co, int ldc, int depth, boolean add) {
        if (wide == PANEL || wide == VL) {
            tile(high, wide, a, row, lda, b, bo, c, co, ldc, depth, add);
        } else {
            int width = wide > VL ? PANEL : VL;
            tile(high, width, row, b, bo, edge, 0, width, depth, false);
            VectorPack.unpack(edge, 0, width, high, wide, c, co, ldc, add);
        }
    }

    /**
     * c, or c plus, a b: {@code high} <= ROWS rows of A, {@code lda} apart, by a panel whose rows are VL or PANEL floats.
     */
    static void tile(
            int high,
            int wide,
            float[] a,
            int row,
            int lda,
            float[] panel,
            int at,
            float[] c,
            int co,
            int ldc,
            int depth,
            boolean add) {
        if (wide == PANEL && WIDE) {
            VectorTiles512.by2(high, a, row, lda, panel, at, c, co, ldc, depth, add);
        } else if (wide == PANEL) {
            VectorTiles256.by2(high, a, row, lda, panel, at, c, co, ldc, depth, add);
        } else if (WIDE) {
            VectorTiles512.by1(high, a, row, lda, panel, at, c, co, ldc, depth, add);
        } else {
            VectorTiles256.by1(high, a, row, lda, panel, at, c, co, ldc, depth, add);
        }
    }
}
