package soma.kernel;

import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.ceil;
import static soma.kernel.VectorGemm.cut;

/**
 * A product whose A is packed first: as much of it as fits a share of the cache, by all threads together, and then
 * multiplied. The rows of a thread's own share are those that it packed: to fetch them from another core costs more than
 * packing.
 */
final class VectorPackedProduct {

    /**
     * With fewer columns a float of A that is not transposed is used too seldom to be packed; with fewer rows, each
     * thread's own, B is.
     */
    private static final int MANY = VectorGemm.WIDE ? 1024 : Integer.MAX_VALUE;

    /**
     * Nor is one with shorter rows, whose threads would wait for each other longer than they gain, or one of more than
     * one step of k, which between the steps would leave the cache.
     */
    private static final int LONG_ROWS = 256;

    /** Floats of A packed at a time, for all threads: 8 MB. */
    private static final int PACKED = 1 << 21;

    /** Steps of k of a transposed A that a task packs at a time. */
    private static final int PACKED_STEPS = 32;

    private final VectorGemm g;
    private final Workers workers;

    VectorPackedProduct(VectorGemm g, Workers workers) {
        this.g = g;
        this.workers = workers;
    }

    static boolean fits(int batch, boolean transA, boolean transB, int m, int n, int k) {
        return batch == 1
                && Math.min(m, n) > VectorThinProduct.FEW
                && (transA || !transB && Math.min(m, n) >= MANY && k >= LONG_ROWS && k <= VectorGemm.DEPTH);
    }

    void run(Scratch scratch) {
        int step = g.step();
        int high = Math.max(1, PACKED / step / ROWS) * ROWS;
        for (int p = 0; p < g.k(); p += step) {
            int depth = Math.min(step, g.k() - p);
            for (int i = 0; i < g.m(); i += high) {
                var tiles = VectorTileRows.of(g, i, Math.min(g.m(), i + high), p, depth, scratch);
                pack(tiles);
                workers.run(g.tasks(), (t, own) -> multiply(tiles, t, own));
            }
        }
    }

    private void pack(VectorTileRows tiles) {
        if (!g.transA()) {
            workers.run(tiles.tiles(), (t, own) -> tiles.packRows(g.ao(), t));
            return;
        }
        int pieces = ceil(tiles.depth(), PACKED_STEPS);
        workers.run(g.rowCuts() * pieces, (t, own) -> {
            int row = t / pieces;
            int k0 = t % pieces * PACKED_STEPS;
            int k1 = Math.min(tiles.depth(), k0 + PACKED_STEPS);
            tiles.packColumns(g.ao(), first(tiles, row), first(tiles, row + 1), k0, k1);
        });
    }

    private void multiply(VectorTileRows tiles, int task, Scratch scratch) {
        int row = task / g.columnCuts();
        int column = task % g.columnCuts();
        int i0 = first(tiles, row);
        int i1 = first(tiles, row + 1);
        if (i0 < i1) {
            new VectorBlocks(g, 0, scratch).packed(tiles, i0, i1, g.columnCut(column), g.columnCut(column + 1));
        }
    }

    /** Where a cut of these rows begins. */
    private int first(VectorTileRows tiles, int row) {
        return Math.min(tiles.i1(), tiles.i0() + cut(tiles.tiles(), g.rowCuts(), row) * ROWS);
    }
}
