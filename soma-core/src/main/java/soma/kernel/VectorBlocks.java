package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.TILE;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.VectorGemm.WIDE;
import static soma.kernel.VectorGemm.ceil;
import static soma.kernel.VectorGemm.cut;

/**
 * One matrix product after Goto and van de Geijn 2008 (Anatomy of High-Performance Matrix Multiplication), with both
 * operands packed by all threads for all: A in tiles of rows, B in panels two vectors wide that begin at a cache line.
 * A task holds a few tiles in L2 and takes panel after panel past them.
 */
final class VectorBlocks {

    /** Floats of B packed at a time: 8 MB. */
    private static final int PACKED_B = 1 << 21;

    /** Floats of A packed at a time: 4 MB. */
    private static final int PACKED_A = 1 << 20;

    /** Tiles that a panel passes at a time: 100 KB. */
    private static final int GROUP = 4;

    /** What a thread packs at a time: rows of B, columns of transposed B, tiles of A. */
    private static final int PACK_ROWS = 64;

    private static final int PACK_COLUMNS = 2 * PANEL;
    private static final int PACK_TILES = 4;

    /** Multiply-adds that are worth a task. */
    private static final long GRAIN = 200_000;

    /** Tasks a thread, to even out threads that lose time to others. */
    private static final int SHARES = 12;

    private final VectorGemm g;
    private final int from;
    private final int with;
    private final int to;
    private final int step;
    private final int width;
    private final int height;
    private final float[] tiles;
    private final float[] panels;
    private final Scratch scratch;

    /** Product {@code item} of the batch, packed in the memory of {@code scratch}. */
    VectorBlocks(VectorGemm g, int item, Scratch scratch) {
        this.g = g;
        this.scratch = scratch;
        from = item * g.strideA() + g.ao();
        with = item * g.strideB() + g.bo();
        to = item * g.strideC();
        step = VectorGemm.step(g.k());
        width = Math.min(ceil(g.n(), PANEL), PACKED_B / step / PANEL);
        height = Math.min(ceil(g.m(), ROWS), PACKED_A / TILE);
        tiles = scratch.floats(VectorGemm.PACKED_A, height * TILE);
        panels = scratch.lines(VectorGemm.PACKED_B, width * panelFloats());
    }

    /** A line more than its floats: strides of a power of two crowd a few sets of the cache. */
    private int panelFloats() {
        return step * PANEL + 16;
    }

    /** In this thread alone. */
    void run() {
        for (int j = 0; j < g.n(); j += width * PANEL) {
            for (int p = 0; p < g.k(); p += step) {
                for (int i = 0; i < g.m(); i += height * ROWS) {
                    var block = new Block(i, j, p);
                    if (i == 0) {
                        block.packPanels(0, block.columns, 0, block.depth);
                    }
                    block.packTiles(0, block.high);
                    block.multiply(0, block.high, 0, block.wide, scratch);
                }
            }
        }
    }

    /** By all threads; {@code work} are the multiply-adds of the product. */
    void run(Workers workers, long work) {
        for (int j = 0; j < g.n(); j += width * PANEL) {
            for (int p = 0; p < g.k(); p += step) {
                for (int i = 0; i < g.m(); i += height * ROWS) {
                    new Block(i, j, p).run(workers, work);
                }
            }
        }
    }

    /** What is packed at a time: from row i of A, column j of B, and p of k. */
    private final class Block {
        private final int i;
        private final int j;
        private final int p;
        private final int high;
        private final int wide;
        private final int columns;
        private final int depth;

        Block(int i, int j, int p) {
            this.i = i;
            this.j = j;
            this.p = p;
            high = Math.min(height, ceil(g.m() - i, ROWS));
            columns = Math.min(width * PANEL, g.n() - j);
            wide = ceil(columns, PANEL);
            depth = Math.min(step, g.k() - p);
        }

        /** Shares it out; in whole rows if it can where an epilogue follows, which then works on long stretches. */
        void run(Workers workers, long work) {
            boolean byRows = !g.transB();
            int packsB = i > 0 ? 0 : byRows ? ceil(depth, PACK_ROWS) : ceil(columns, PACK_COLUMNS);
            workers.run(packsB + ceil(high, PACK_TILES), (task, own) -> {
                if (task >= packsB) {
                    int t = (task - packsB) * PACK_TILES;
                    packTiles(t, Math.min(high, t + PACK_TILES));
                } else if (byRows) {
                    packPanels(0, columns, task * PACK_ROWS, Math.min(depth, (task + 1) * PACK_ROWS));
                } else {
                    packPanels(task * PACK_COLUMNS, Math.min(columns, (task + 1) * PACK_COLUMNS), 0, depth);
                }
            });
            int wanted = (int) Math.min(1 + work / GRAIN, SHARES * workers.threads());
            int leastRows = g.after() == Epilogue.NONE ? ceil(high, GROUP) : Math.min(high, wanted);
            int columnCuts = Math.min(wide, ceil(wanted, leastRows));
            int rowCuts = Math.min(high, Math.max(leastRows, ceil(wanted, columnCuts)));
            workers.run(rowCuts * columnCuts, (task, own) -> {
                int row = task / columnCuts;
                int column = task % columnCuts;
                multiply(
                        cut(high, rowCuts, row),
                        cut(high, rowCuts, row + 1),
                        cut(wide, columnCuts, column),
                        cut(wide, columnCuts, column + 1),
                        own);
            });
        }

        /** Rows [p0, p1) of columns [c0, c1) of the block. */
        private void packPanels(int c0, int c1, int p0, int p1) {
            int narrow = (c1 - c0) % PANEL > VL ? 0 : (c1 - c0) % PANEL;
            int whole = c1 - narrow;
            int at = panel(c0 / PANEL) + p0 * PANEL;
            g.packB(with, j + c0, j + whole, p + p0, p1 - p0, panels, at, panelFloats());
            if (narrow > 0) {
                g.packB(with, j + whole, j + c1, p + p0, p1 - p0, panels, panel(whole / PANEL) + p0 * VL, 0);
            }
        }

        private void packTiles(int first, int last) {
            for (int t = first; t < last; t++) {
                g.packA(from, i + t * ROWS, rows(t), p, depth, tiles, t * TILE);
            }
        }

        private int panel(int v) {
            return Scratch.LINE + v * panelFloats();
        }

        private int rows(int t) {
            return Math.min(ROWS, g.m() - i - t * ROWS);
        }

        /** Tiles [t0, t1) by panels [v0, v1). */
        private void multiply(int t0, int t1, int v0, int v1, Scratch own) {
            boolean add = g.accumulate() || p > 0;
            var edge = own.floats(VectorGemm.EDGE, ROWS * PANEL);
            for (int t = t0; t < t1; t += GROUP) {
                for (int v = v0; v < v1; v++) {
                    int w = Math.min(PANEL, columns - v * PANEL);
                    for (int u = t; u < Math.min(t1, t + GROUP); u++) {
                        int c = g.co() + to + (i + u * ROWS) * g.ldc() + j + v * PANEL;
                        tile(rows(u), w, tiles, u * TILE, panels, panel(v), g.c(), c, g.ldc(), depth, add, edge);
                    }
                }
            }
            if (p + depth == g.k()) {
                int last = Math.min(g.m(), i + t1 * ROWS);
                g.finish(to, i + t0 * ROWS, last, j + v0 * PANEL, j + Math.min(columns, v1 * PANEL), own);
            }
        }
    }

    /** One tile of C of {@code wide} <= PANEL columns; a ragged one goes through {@code edge}. */
    static void tile(
            int high,
            int wide,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            int depth,
            boolean add,
            float[] edge) {
        if (wide == PANEL) {
            if (WIDE) {
                VectorTiles512.by2(high, a, ao, b, bo, c, co, ldc, depth, add);
            } else {
                VectorTiles256.by2(high, a, ao, b, bo, c, co, ldc, depth, add);
            }
        } else if (wide == VL) {
            narrow(high, a, ao, b, bo, c, co, ldc, depth, add);
        } else if (wide > VL) {
            tile(high, PANEL, a, ao, b, bo, edge, 0, PANEL, depth, false, edge);
            VectorPack.unpack(edge, 0, PANEL, high, wide, c, co, ldc, add);
        } else {
            narrow(high, a, ao, b, bo, edge, 0, VL, depth, false);
            VectorPack.unpack(edge, 0, VL, high, wide, c, co, ldc, add);
        }
    }

    private static void narrow(
            int high, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc, int depth, boolean add) {
        if (WIDE) {
            VectorTiles512.by1(high, a, ao, b, bo, c, co, ldc, depth, add);
        } else {
            VectorTiles256.by1(high, a, ao, b, bo, c, co, ldc, depth, add);
        }
    }
}
