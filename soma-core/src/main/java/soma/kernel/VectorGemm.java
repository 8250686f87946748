package soma.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The matrix product of floats: which way it goes, and its parts. Most are tiles over blocks of B ({@link VectorBlocks});
 * a side of very few rows or columns is a row of dot products or a sum of rows ({@link VectorGemv}).
 * <p>Every element of C is the same chain of multiply-adds whatever the rectangle it is computed in, so the number of
 * threads cannot change a bit of it.
 */
record VectorGemm(
        int batch,
        boolean transA,
        boolean transB,
        int m,
        int n,
        int k,
        float[] a,
        int ao,
        int lda,
        int strideA,
        float[] b,
        int bo,
        int ldb,
        int strideB,
        float[] c,
        int co,
        int ldc,
        int strideC,
        boolean accumulate,
        Epilogue after,
        int tasks,
        int rowCuts,
        int columnCuts)
        implements Workers.Task {

    /** Slots of working memory that lives across a call of the epilogue. */
    static final int PACKED_A = 28;

    static final int PACKED_B = 29;
    static final int EDGE = 30;
    private static final int PARTIAL = 31;

    static final int VL = FloatVector.SPECIES_PREFERRED.length();
    static final boolean WIDE = VL == 16;
    static final int ROWS = Math.min(VL, WIDE ? VectorTiles512.ROWS : VectorTiles256.ROWS);
    static final int PANEL = 2 * VL;

    /**
     * k is worked off in steps of at most this many. Tiles and panels stream from L2 at no loss; what costs is to read
     * and write C once a step, from L3.
     */
    private static final int DEPTH = 1024;

    /** The same for a C of few tiles, whose steps are what threads share. */
    private static final int SHORT_DEPTH = 512;

    private static final int FEW_TILES = 64;

    /** Up to this many rows of C, B is read where it is: packing it would cost more than it saves. */
    private static final int FEW_ROWS = 24;

    /** Dot products instead of tiles where one side has no more rows than this ... */
    private static final int FEW_DOTS = 4;

    /** ... and they are so long that the sum across the lanes at their end does not matter. */
    private static final int LONG_DOTS = 64;

    /** Multiply-adds that keep a thread busy for some 5 us, the least that is worth a second one. */
    private static final long SPLIT = 250_000;

    /** The same where every multiply-add reads its own float of the matrix. */
    private static final long SPLIT_READING = 64_000;

    /**
     * With fewer columns a float of A that is not transposed is used too seldom to be packed; with fewer rows, each
     * thread's own, B is.
     */
    private static final int MANY_COLUMNS = WIDE ? 512 : Integer.MAX_VALUE;

    /**
     * Nor is one with shorter rows, whose threads would wait for each other longer than they gain, or one of more than
     * one step of k, which between the steps would leave the cache.
     */
    private static final int LONG_ROWS = 256;

    /** With fewer rows threads share them: B, which each packs for its own rows, is used too seldom. */
    private static final int MANY_ROWS = 96;

    /** Floats of A packed at a time, for all threads: 8 MB. */
    private static final int PACKED = 1 << 21;

    /** Steps of k of a transposed A that a task packs at a time. */
    private static final int PACKED_STEPS = 32;

    /** Cycles of a call of the epilogue. */
    private static final double CALL = 200;

    /**
     * Up to so many floats of C cut in columns, the epilogue waits for all of them: they are in some cache still, and
     * with a call a row of a piece an update by Adam took longer than the product.
     */
    private static final int LATER = 1 << 20;

    /** Floats of partial sums over k at a time. */
    private static final int PARTIAL_SUMS = 1 << 20;

    static void run(
            Workers workers,
            int batch,
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int lda,
            int strideA,
            float[] b,
            int bo,
            int ldb,
            int strideB,
            float[] c,
            int co,
            int ldc,
            int strideC,
            boolean accumulate,
            Epilogue after) {
        if (m == 1 && transA && lda == 1) { // a column without gaps is a row
            transA = false;
            lda = k;
        }
        if (n == 1 && !transB && ldb == 1) {
            transB = true;
            ldb = k;
        }
        long work = (long) m * n * k;
        int threads = work * batch < (Math.min(m, n) <= FEW_DOTS ? SPLIT_READING : SPLIT) ? 1 : workers.threads();
        int cuts = threads == 1 || batch >= 2 * threads || work < SPLIT ? 1 : cuts(threads, work);
        boolean packsA = packsA(batch, transA, transB, m, n, k);
        boolean later = after != Epilogue.NONE && batch == 1 && (long) m * n <= LATER;
        int fewest = (packsA || later) && m >= MANY_ROWS ? Math.min(threads, ceil(m, ROWS)) : 1;
        double packing = packsA ? 0 : transA ? 1 : 0.1;
        int rowCuts = cuts == 1
                ? 1
                : rowCuts(threads, cuts, fewest, packing, m, n, later || after == Epilogue.NONE ? 0 : CALL / k);
        int columnCuts = Math.min(cuts / rowCuts, ceil(n, PANEL));
        int tasks = rowCuts * columnCuts > 1
                ? batch * rowCuts * columnCuts
                : threads == 1 ? 1 : (int) Math.min(Math.min(batch, 4 * threads), 1 + 2 * work * batch / SPLIT);
        later &= columnCuts > 1;
        var product = new VectorGemm(
                batch,
                transA,
                transB,
                m,
                n,
                k,
                a,
                ao,
                lda,
                strideA,
                b,
                bo,
                ldb,
                strideB,
                c,
                co,
                ldc,
                strideC,
                accumulate,
                later ? Epilogue.NONE : after,
                tasks,
                rowCuts,
                columnCuts);
        if (batch == 1 && threads > 1 && k >= 2 * SHORT_DEPTH && product.tiled() && product.tiles() < 2 * threads) {
            workers.run(1, (i, scratch) -> product.alongK(workers, scratch));
        } else if (batch == 1 && product.tiled() && WarmProduct.isCold(product, work)) {
            int parts = Math.min(threads, m);
            workers.run(
                    parts,
                    (t, scratch) ->
                            WarmProduct.rectangle(product, 0, cut(m, parts, t), cut(m, parts, t + 1), 0, n, scratch));
        } else if (packsA && product.tiled()) {
            workers.run(1, (i, scratch) -> product.packingA(workers, scratch));
        } else {
            workers.run(tasks, product);
        }
        if (later) {
            workers.run(tasks, (t, scratch) -> after.range(cut(m, tasks, t) * n, cut(m, tasks, t + 1) * n, scratch));
        }
    }

    boolean packsA() {
        return packsA(batch, transA, transB, m, n, k);
    }

    private static boolean packsA(int batch, boolean transA, boolean transB, int m, int n, int k) {
        return batch == 1
                && Math.min(m, n) > FEW_DOTS
                && (transA || !transB && Math.min(m, n) >= MANY_COLUMNS && k >= LONG_ROWS && k <= DEPTH);
    }

    /** Pieces of one product: enough to even out threads that lose time to others, if they are worth it. */
    private static int cuts(int threads, long work) {
        return threads * (work > 32 * SPLIT ? 4 : work > 8 * SPLIT ? 2 : 1);
    }

    /**
     * How many of the cuts part the rows of C; the rest part its columns. Weighs the cycles for a step of k: tiles,
     * packing, which each task does for itself, and, once a row of part of the columns, a call of the epilogue.
     */
    private static int rowCuts(int threads, int cuts, int fewest, double packA, int m, int n, double epilogue) {
        int best = fewest;
        double least = Double.MAX_VALUE;
        for (int rows = fewest; rows <= Math.min(cuts, ceil(m, ROWS)); rows++) {
            int columns = Math.min(cuts / rows, ceil(n, PANEL));
            double high = Math.min(m, ceil(ceil(m, ROWS), rows) * ROWS);
            double wide = ceil(ceil(n, PANEL), columns);
            double perRow = packA + (columns > 1 ? epilogue : 0);
            double cycles = high * wide + perRow * high + 0.8 * PANEL * wide;
            double all = ceil(rows * columns, threads) * cycles;
            if (all < least) {
                least = all;
                best = rows;
            }
        }
        return best;
    }

    /** A part of the batch, or a rectangle of one product of it. */
    @Override
    public void run(int task, Scratch scratch) {
        int pieces = rowCuts * columnCuts;
        if (tasks == 1) {
            for (int item = 0; item < batch; item++) {
                rectangle(item, 0, m, 0, n, scratch);
            }
        } else if (pieces == 1) {
            for (int item = cut(batch, tasks, task); item < cut(batch, tasks, task + 1); item++) {
                rectangle(item, 0, m, 0, n, scratch);
            }
        } else {
            int row = task % pieces / columnCuts;
            int column = task % columnCuts;
            int panels = ceil(n, PANEL);
            int j0 = cut(panels, columnCuts, column) * PANEL;
            int j1 = Math.min(n, cut(panels, columnCuts, column + 1) * PANEL);
            rectangle(task / pieces, rowCut(row), rowCut(row + 1), j0, j1, scratch);
        }
    }

    /** Where a cut of the rows begins: at a whole tile, so that the tiles of a shape, and what C2 compiles, are few. */
    private int rowCut(int row) {
        return Math.min(m, cut(ceil(m, ROWS), rowCuts, row) * ROWS);
    }

    /**
     * Rows [i0, i1) and columns [j0, j1) of one product of the batch. The way to it depends on the whole shape only.
     */
    private void rectangle(int item, int i0, int i1, int j0, int j1, Scratch scratch) {
        int from = item * strideA + ao;
        int with = item * strideB + bo;
        int to = item * strideC;
        if (dots()) {
            dots(from, with, co + to, i0, i1, j0, j1, scratch);
            finish(to, i0, i1, j0, j1, scratch);
        } else if (rows()) {
            rows(from, with, co + to, i0, i1, j0, j1, scratch);
            finish(to, i0, i1, j0, j1, scratch);
        } else if (WarmProduct.isCold(this, (long) (i1 - i0) * (j1 - j0) * k)) {
            WarmProduct.rectangle(this, item, i0, i1, j0, j1, scratch);
        } else {
            new VectorBlocks(this, item, scratch).run(i0, i1, j0, j1);
        }
    }

    private boolean dots() {
        return k >= LONG_DOTS && (transB && m <= FEW_DOTS || !transA && n <= FEW_DOTS);
    }

    private boolean rows() {
        return m == 1 && !transB || n == 1 && transA;
    }

    private int tiles() {
        return ceil(m, ROWS) * ceil(n, PANEL);
    }

    private boolean tiled() {
        return !dots() && !rows();
    }

    private void dots(int from, int with, int to, int i0, int i1, int j0, int j1, Scratch scratch) {
        var lanes = scratch.floats(EDGE, VectorGemv.LANES);
        if (transB && m <= FEW_DOTS) {
            var x = transA ? scratch.floats(PACKED_A, m * k) : a;
            if (transA) {
                transpose(a, from, lda, k, m, x);
            }
            VectorGemv.dots(
                    x,
                    transA ? 0 : from,
                    transA ? k : lda,
                    m,
                    b,
                    with + j0 * ldb,
                    ldb,
                    j1 - j0,
                    k,
                    c,
                    to + j0,
                    ldc,
                    1,
                    accumulate,
                    lanes);
        } else {
            var x = transB ? b : scratch.floats(PACKED_B, n * k);
            if (!transB) {
                transpose(b, with, ldb, k, n, x);
            }
            VectorGemv.dots(
                    x,
                    transB ? with : 0,
                    transB ? ldb : k,
                    n,
                    a,
                    from + i0 * lda,
                    lda,
                    i1 - i0,
                    k,
                    c,
                    to + i0 * ldc,
                    1,
                    ldc,
                    accumulate,
                    lanes);
        }
    }

    private static void transpose(float[] source, int from, int stride, int rows, int columns, float[] target) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                target[j * rows + i] = source[from + i * stride + j];
            }
        }
    }

    private void rows(int from, int with, int to, int i0, int i1, int j0, int j1, Scratch scratch) {
        if (m == 1 && !transB) {
            if (!accumulate) {
                Arrays.fill(c, to + j0, to + j1, 0);
            }
            VectorGemv.rows(a, from, transA ? lda : 1, b, with + j0, ldb, j1 - j0, k, c, to + j0);
        } else {
            var y = scratch.floats(EDGE, i1 - i0);
            for (int i = i0; i < i1; i++) {
                y[i - i0] = accumulate ? c[to + i * ldc] : 0;
            }
            VectorGemv.rows(b, with, transB ? 1 : ldb, a, from + i0, lda, i1 - i0, k, y, 0);
            for (int i = i0; i < i1; i++) {
                c[to + i * ldc] = y[i - i0];
            }
        }
    }

    /** Whether B is read where it is. */
    boolean inPlace() {
        return !transA && !transB && m <= FEW_ROWS;
    }

    /**
     * Packs rows [p, p + depth) of columns [j0, j1) of B to panels {@code step} floats apart, from {@code at}. A
     * panel of no more than VL columns has rows of VL floats.
     */
    void packB(int with, int j0, int j1, int p, int depth, float[] panels, int at, int step) {
        int ragged = (j1 - j0) % PANEL;
        int whole = j1 - j0 - ragged;
        if (transB) {
            for (int j = 0; j < whole; j += PANEL) {
                int to = at + j / PANEL * step;
                VectorPack.transpose(b, with + (j0 + j) * ldb + p, ldb, PANEL, depth, panels, to, PANEL);
            }
        } else if (whole > 0) {
            VectorPack.panels(b, with + p * ldb + j0, ldb, whole, depth, panels, at, step);
        }
        int to = at + whole / PANEL * step;
        int first = j0 + whole;
        if (ragged > 0 && transB) {
            int width = ragged > VL ? PANEL : VL;
            VectorPack.transpose(b, with + first * ldb + p, ldb, ragged, depth, panels, to, width);
        } else if (ragged > VL) {
            int row = with + p * ldb + first;
            VectorPack.narrow(b, row, ldb, VL, depth, panels, to, PANEL);
            VectorPack.narrow(b, row + VL, ldb, ragged - VL, depth, panels, to + VL, PANEL);
        } else if (ragged > 0) {
            VectorPack.narrow(b, with + p * ldb + first, ldb, ragged, depth, panels, to, VL);
        }
    }

    /** Tells the epilogue of a finished rectangle. */
    void finish(int to, int i0, int i1, int j0, int j1, Scratch scratch) {
        if (after == Epilogue.NONE) {
            return;
        }
        if (j1 - j0 == n) {
            after.range(to + i0 * n, to + i1 * n, scratch);
        } else {
            for (int i = i0; i < i1; i++) {
                after.range(to + i * n + j0, to + i * n + j1, scratch);
            }
        }
    }

    /**
     * A small C with a long k: the steps of k are computed side by side and added in their order, which is what one
     * thread does with its running sum, bit for bit.
     */
    private void alongK(Workers workers, Scratch scratch) {
        int step = step();
        int steps = ceil(k, step);
        int size = m * n;
        int wave = Math.min(steps, Math.max(1, PARTIAL_SUMS / size));
        var sums = scratch.floats(PARTIAL, wave * size);
        for (int first = 0; first < steps; first += wave) {
            int start = first;
            int count = Math.min(wave, steps - first);
            workers.run(
                    count,
                    (q, own) -> slice((start + q) * step, step, sums, q * size).run(0, own));
            for (int q = 0; q < count; q++) {
                VectorPack.unpack(sums, q * size, n, m, n, c, co, ldc, accumulate || first + q > 0);
            }
        }
        finish(0, 0, m, 0, n, scratch);
    }

    /**
     * Packs as much of A as fits a share of the cache, all threads together, and multiplies it. The rows of a thread's
     * own share are those that it packed: to fetch them from another core costs more than packing.
     */
    private void packingA(Workers workers, Scratch scratch) {
        int step = step();
        int high = Math.max(1, PACKED / step / ROWS) * ROWS;
        for (int p = 0; p < k; p += step) {
            for (int i = 0; i < m; i += high) {
                int q = p;
                var tiles = VectorTileRows.of(this, i, Math.min(m, i + high), p, Math.min(step, k - p), scratch);
                if (transA) {
                    int pieces = ceil(tiles.depth(), PACKED_STEPS);
                    workers.run(rowCuts * pieces, (t, own) -> {
                        int k0 = t % pieces * PACKED_STEPS;
                        int row = t / pieces;
                        tiles.packColumns(
                                ao,
                                first(tiles, row),
                                first(tiles, row + 1),
                                k0,
                                Math.min(tiles.depth(), k0 + PACKED_STEPS));
                    });
                } else {
                    workers.run(tiles.tiles(), (t, own) -> tiles.packRows(ao, t));
                }
                workers.run(tasks, (t, own) -> packedTask(tiles, q, t, own));
            }
        }
    }

    private void packedTask(VectorTileRows tiles, int p, int task, Scratch scratch) {
        int row = task / columnCuts;
        int column = task % columnCuts;
        int panels = ceil(n, PANEL);
        int j0 = cut(panels, columnCuts, column) * PANEL;
        int j1 = Math.min(n, cut(panels, columnCuts, column + 1) * PANEL);
        int i0 = first(tiles, row);
        int i1 = first(tiles, row + 1);
        if (i0 < i1) {
            new VectorBlocks(this, 0, scratch).packed(tiles, i0, i1, j0, j1, p);
        }
    }

    /** Where a cut of these rows begins. */
    private int first(VectorTileRows tiles, int row) {
        return Math.min(tiles.i1(), tiles.i0() + cut(tiles.tiles(), rowCuts, row) * ROWS);
    }

    private VectorGemm slice(int p, int step, float[] target, int to) {
        return new VectorGemm(
                1,
                transA,
                transB,
                m,
                n,
                Math.min(step, k - p),
                a,
                ao + (transA ? p * lda : p),
                lda,
                0,
                b,
                bo + (transB ? p : p * ldb),
                ldb,
                0,
                target,
                to,
                n,
                0,
                false,
                Epilogue.NONE,
                1,
                1,
                1);
    }

    /** k in equal steps, multiples of 16 for the transposes. It depends on the shape alone, as do the bits. */
    int step() {
        int most = tiles() < FEW_TILES ? SHORT_DEPTH : DEPTH;
        return k <= most ? k : ceil(ceil(k, ceil(k, most)), 16) * 16;
    }

    /** Where part {@code i} begins when {@code all} are parted as evenly as may be. */
    static int cut(int all, int parts, int i) {
        return (int) ((long) all * i / parts);
    }

    static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }
}
