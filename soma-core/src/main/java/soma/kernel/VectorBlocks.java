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
 * or twice. A is either packed to tiles too ({@link VectorTileRows}) or read where it is: its rows are then streams that
 * the hardware fetches ahead while the tiles compute. A block of B is used at once by the thread that packed it, from its
 * own cache.
 */
final class VectorBlocks {

    /** Floats of a block of B: 512 KB. */
    private static final int BLOCK = 1 << 17;

    /** Floats of transposed A packed at a time: 1.25 MB. */
    private static final int TRANSPOSED = 5 << 16;

    private final VectorGemm g;
    private final int from;
    private final int with;
    private final int to;
    private final int step;
    private final Scratch scratch;
    private final float[] edge;

    /** Product {@code item} of the batch. */
    VectorBlocks(VectorGemm g, int item, Scratch scratch) {
        this.g = g;
        this.scratch = scratch;
        from = item * g.strideA() + g.ao();
        with = item * g.strideB() + g.bo();
        to = item * g.strideC();
        step = g.step();
        edge = scratch.floats(VectorGemm.EDGE, ROWS * PANEL);
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
                inRows(i0, i1, start(j0, j1, blocks, block), start(j0, j1, blocks, block + 1), p);
            }
        }
        g.finish(to, i0, i1, j0, j1, scratch);
    }

    private void transposed(int i0, int i1, int j0, int j1) {
        int chunks = (int) Math.min(ceil(i1 - i0, ROWS), 1 + (long) (i1 - i0) * step / TRANSPOSED);
        int high = ceil(ceil(i1 - i0, ROWS), chunks) * ROWS;
        for (int i = i0; i < i1; i += high) {
            int last = Math.min(i1, i + high);
            for (int p = 0; p < g.k(); p += step) {
                var tiles = VectorTileRows.of(g, i, last, p, Math.min(step, g.k() - p), scratch);
                tiles.packColumns(from, i, last, 0, tiles.depth());
                packed(tiles, i, last, j0, j1);
            }
        }
    }

    private int blocks(int j0, int j1) {
        return ceil(ceil(j1 - j0, PANEL), Math.max(2, BLOCK / step / PANEL));
    }

    private static int start(int j0, int j1, int blocks, int block) {
        return Math.min(j1, j0 + cut(ceil(j1 - j0, PANEL), blocks, block) * PANEL);
    }

    /** Rows [i0, i1) of columns [j0, j1) for one step of k, whose tiles of A are packed. */
    void packed(VectorTileRows tiles, int i0, int i1, int j0, int j1) {
        int blocks = blocks(j0, j1);
        for (int block = 0; block < blocks; block++) {
            packedBlock(tiles, i0, i1, start(j0, j1, blocks, block), start(j0, j1, blocks, block + 1));
        }
        if (tiles.p() + tiles.depth() == g.k()) {
            g.finish(to, i0, i1, j0, j1, scratch);
        }
    }

    private void packedBlock(VectorTileRows tiles, int i0, int i1, int j0, int j1) {
        int depth = tiles.depth();
        boolean add = g.accumulate() || tiles.p() > 0;
        var a = tiles.floats();
        var panels = panels(j0, j1, tiles.p(), depth);
        for (int i = i0; i < i1; i += ROWS) {
            int high = Math.min(ROWS, i1 - i);
            int c = g.co() + to + i * g.ldc();
            for (int j = j0; j < j1; j += PANEL) {
                int panel = Scratch.LINE + (j - j0) / PANEL * stride();
                int wide = Math.min(PANEL, j1 - j);
                packedTile(high, wide, a, tiles.at(i), panels, panel, g.c(), c + j, g.ldc(), depth, add, edge);
            }
        }
    }

    /** The same with rows of A where they are, and B too if it is hardly used. */
    private void inRows(int i0, int i1, int j0, int j1, int p) {
        int depth = Math.min(step, g.k() - p);
        boolean add = g.accumulate() || p > 0;
        int whole = g.inPlace() ? j0 + (j1 - j0) / PANEL * PANEL : j0; // what B is not packed of
        var panels = panels(whole, j1, p, depth);
        for (int i = i0; i < i1; i += ROWS) {
            int high = Math.min(ROWS, i1 - i);
            int row = from + i * g.lda() + p;
            int c = g.co() + to + i * g.ldc();
            for (int j = j0; j < whole; j += PANEL) {
                inPlace(high, row, with + p * g.ldb() + j, c + j, depth, add);
            }
            for (int j = whole; j < j1; j += PANEL) {
                int panel = Scratch.LINE + (j - whole) / PANEL * stride();
                int wide = Math.min(PANEL, j1 - j);
                tile(high, wide, g.a(), row, g.lda(), panels, panel, g.c(), c + j, g.ldc(), depth, add, edge);
            }
        }
    }

    /** Rows [p, p + depth) of columns [j0, j1) of B, in panels {@link #stride} apart. */
    private float[] panels(int j0, int j1, int p, int depth) {
        var panels = scratch.lines(VectorGemm.PACKED_B, ceil(j1 - j0, PANEL) * stride());
        if (!g.transB()) {
            VectorPack.panels(g.b(), with + p * g.ldb() + j0, g.ldb(), j1 - j0, depth, panels, Scratch.LINE, stride());
            return panels;
        }
        for (int j = j0; j < j1; j += PANEL) {
            int wide = Math.min(PANEL, j1 - j);
            int from = with + j * g.ldb() + p;
            int at = Scratch.LINE + (j - j0) / PANEL * stride();
            if (WIDE) { // narrower vectors transpose row by row anyway
                panels[at] = VectorPack.fetch(g.b(), from, g.ldb(), wide, depth);
            }
            VectorPack.transpose(g.b(), from, g.ldb(), wide, depth, panels, at, wide > VL ? PANEL : VL);
        }
        return panels;
    }

    /** Floats from one panel to the next: with powers of two they would crowd a few sets of the cache. */
    private int stride() {
        return step * PANEL + 16;
    }

    private void inPlace(int high, int row, int bo, int co, int depth, boolean add) {
        if (WIDE) {
            VectorInPlace512.by2(high, g.a(), row, g.lda(), g.b(), bo, g.ldb(), g.c(), co, g.ldc(), depth, add);
        } else {
            VectorInPlace256.by2(high, g.a(), row, g.lda(), g.b(), bo, g.ldb(), g.c(), co, g.ldc(), depth, add);
        }
    }

    /** {@link #tile} of any width up to a panel: a ragged one goes through {@code edge}, of ROWS x PANEL floats. */
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
            boolean add,
            float[] edge) {
        if (wide == PANEL || wide == VL) {
            tile(high, wide, a, row, lda, panel, at, c, co, ldc, depth, add);
        } else {
            int full = wide > VL ? PANEL : VL;
            tile(high, full, a, row, lda, panel, at, edge, 0, full, depth, false);
            VectorPack.unpack(edge, 0, full, high, wide, c, co, ldc, add);
        }
    }

    /** The same of a packed tile of A. */
    static void packedTile(
            int high,
            int wide,
            float[] a,
            int from,
            float[] panel,
            int at,
            float[] c,
            int co,
            int ldc,
            int depth,
            boolean add,
            float[] edge) {
        if (wide == PANEL || wide == VL) {
            packedTile(high, wide, a, from, panel, at, c, co, ldc, depth, add);
        } else {
            int full = wide > VL ? PANEL : VL;
            packedTile(high, full, a, from, panel, at, edge, 0, full, depth, false);
            VectorPack.unpack(edge, 0, full, high, wide, c, co, ldc, add);
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

    /** The same of a packed tile of A: ROWS floats a step of k, of which the first {@code high} count. */
    static void packedTile(
            int high,
            int wide,
            float[] a,
            int from,
            float[] panel,
            int at,
            float[] c,
            int co,
            int ldc,
            int depth,
            boolean add) {
        if (wide == PANEL && WIDE) {
            VectorPacked512.by2(high, a, from, panel, at, c, co, ldc, depth, add);
        } else if (wide == PANEL) {
            VectorPacked256.by2(high, a, from, panel, at, c, co, ldc, depth, add);
        } else if (WIDE) {
            VectorPacked512.by1(high, a, from, panel, at, c, co, ldc, depth, add);
        } else {
            VectorPacked256.by1(high, a, from, panel, at, c, co, ldc, depth, add);
        }
    }
}
