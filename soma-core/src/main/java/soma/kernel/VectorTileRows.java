package soma.kernel;

import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.ceil;

/**
 * Rows of A for one step of k as the packed tiles read them: tile after tile, in each ROWS floats a step of k. It costs
 * a third of a cycle a float and saves a tile an eighth of its instructions.
 *
 * @param i0 the first row
 * @param p the first step of k
 */
record VectorTileRows(VectorGemm g, int i0, int i1, int p, int depth, float[] floats) {

    /** Between tiles: the last store of a transpose goes beyond its own, and powers of two crowd a few sets of a cache. */
    private static final int GAP = 16;

    static VectorTileRows of(VectorGemm g, int i0, int i1, int p, int depth, Scratch scratch) {
        int tiles = ceil(i1 - i0, ROWS);
        return new VectorTileRows(
                g, i0, i1, p, depth, scratch.lines(VectorGemm.PACKED_A, tiles * (depth * ROWS + GAP)));
    }

    int tiles() {
        return ceil(i1 - i0, ROWS);
    }

    /** Where the tile is that begins with row i. */
    int at(int i) {
        return Scratch.LINE + (i - i0) / ROWS * (depth * ROWS + GAP);
    }

    /** Packs tile number {@code tile} of an A whose rows lie one after the other. */
    void packRows(int from, int tile) {
        int i = i0 + tile * ROWS;
        int high = Math.min(ROWS, i1 - i);
        VectorPack.transpose(g.a(), from + i * g.lda() + p, g.lda(), high, depth, floats, at(i), ROWS);
    }

    /** Packs steps [k0, k1) of the tiles of rows [first, last) of a transposed A. */
    void packColumns(int from, int first, int last, int k0, int k1) {
        for (int i = first; i < last; i += ROWS) {
            int high = Math.min(ROWS, last - i);
            int source = from + (p + k0) * g.lda() + i;
            VectorPack.tile(g.a(), source, g.lda(), high, k1 - k0, floats, at(i) + k0 * ROWS, ROWS);
        }
    }
}
