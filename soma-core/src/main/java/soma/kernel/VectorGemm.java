package soma.kernel;

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
    static final int PARTIAL = 31;

    static final int VL = FloatVector.SPECIES_PREFERRED.length();
    static final boolean WIDE = VL == 16;
    static final int ROWS = Math.min(VL, WIDE ? VectorTiles512.ROWS : VectorTiles256.ROWS);
    static final int PANEL = 2 * VL;

    /**
     * k is worked off in steps of at most this many. Tiles and panels stream from L2 at no loss; what costs is to read
     * and write C once a step, from L3.
     */
    static final int DEPTH = 1024;

    /** The same for a C of few tiles, whose steps are what threads share. */
    static final int SHORT_DEPTH = 512;

    private static final int FEW_TILES = 64;

    /** Up to this many rows of C, B is read where it is: packing it would cost more than it saves. */
    private static final int FEW_ROWS = 24;

    /** Multiply-adds that keep a thread busy for some 5 us, the least that is worth a second one. */
    private static final long SPLIT = 250_000;

    /** The same where every multiply-add reads its own float of the matrix. */
    private static final long SPLIT_READING = 64_000;

    /** With fewer rows threads share them: B, which each packs for its own rows, is used too seldom. */
    private static final int MANY_ROWS = 96;

    /** Cycles for a number of C that another core computed, where the epilogue comes after all of them. */
    private static final double FETCH = 0.25;

    /** Cycles of a call of the epilogue. */
    private static final double CALL = 200;

    /**
     * Up to so many floats of C cut in columns, the epilogue waits for all of them: they are in some cache still, and
     * with a call a row of a piece an update by Adam took longer than the product.
     */
    private static final int LATER = 1 << 21;

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
        long split = Math.min(m, n) <= VectorThinProduct.FEW ? SPLIT_READING : SPLIT;
        int threads = work * batch < split ? 1 : workers.threads();
        int cuts = threads == 1 || batch >= 2 * threads || work < split ? 1 : cuts(threads, work);
        boolean packsA = VectorPackedProduct.fits(batch, transA, transB, m, n, k);
        boolean later = after != Epilogue.NONE && batch == 1 && m > VectorThinProduct.FEW && (long) m * n <= LATER;
        int fewest = packsA && m >= MANY_ROWS ? Math.min(threads, ceil(m, ROWS)) : 1;
        double packing = packsA ? 0 : transA ? 1 : 0.1;
        int rowCuts = cuts == 1
                ? 1
                : rowCuts(
                        threads,
                        cuts,
                        fewest,
                        packing,
                        m,
                        n,
                        later || after == Epilogue.NONE ? 0 : CALL / k,
                        later ? FETCH * m * n / threads / k : 0);
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
        if (VectorDeepProduct.fits(product, threads)) {
            workers.run(1, (i, scratch) -> VectorDeepProduct.run(product, workers, scratch));
        } else if (batch == 1 && product.tiled() && WarmProduct.isCold(product, work)) {
            int parts = Math.min(threads, m);
            workers.run(
                    parts,
                    (t, scratch) ->
                            WarmProduct.rectangle(product, 0, cut(m, parts, t), cut(m, parts, t + 1), 0, n, scratch));
        } else if (packsA && product.tiled()) {
            workers.run(1, (i, scratch) -> new VectorPackedProduct(product, workers).run(scratch));
        } else {
            workers.run(tasks, product);
        }
        if (later) {
            workers.run(tasks, (t, scratch) -> after.range(cut(m, tasks, t) * n, cut(m, tasks, t + 1) * n, scratch));
        }
    }

    boolean packsA() {
        return VectorPackedProduct.fits(batch, transA, transB, m, n, k);
    }

    /** Pieces of one product: enough to even out threads that lose time to others, if they are worth it. */
    private static int cuts(int threads, long work) {
        return threads * (work > 32 * SPLIT ? 4 : work > 8 * SPLIT ? 2 : 1);
    }

    /**
     * How many of the cuts part the rows of C; the rest part its columns. Weighs the cycles for a step of k: tiles,
     * packing, which each task does for itself, and, once a row of part of the columns, a call of the epilogue.
     */
    private static int rowCuts(
            int threads, int cuts, int fewest, double packA, int m, int n, double epilogue, double fetching) {
        int best = fewest;
        double least = Double.MAX_VALUE;
        for (int rows = fewest; rows <= Math.min(cuts, ceil(m, ROWS)); rows++) {
            int columns = Math.min(cuts / rows, ceil(n, PANEL));
            double high = Math.min(m, ceil(ceil(m, ROWS), rows) * ROWS);
            double wide = ceil(ceil(n, PANEL), columns);
            double perRow = packA + (columns > 1 ? epilogue : 0);
            double cycles = high * wide + perRow * high + 0.8 * PANEL * wide;
            double all = ceil(rows * columns, threads) * cycles + (rows < threads ? fetching : 0);
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
            int item = task / pieces;
            rectangle(item, rowCut(row), rowCut(row + 1), columnCut(column), columnCut(column + 1), scratch);
        }
    }

    /** Where a cut of the rows begins: at a whole tile, so that the tiles of a shape, and what C2 compiles, are few. */
    private int rowCut(int row) {
        return Math.min(m, cut(ceil(m, ROWS), rowCuts, row) * ROWS);
    }

    /** The same for columns, whole panels. */
    int columnCut(int column) {
        return Math.min(n, cut(ceil(n, PANEL), columnCuts, column) * PANEL);
    }

    /**
     * Rows [i0, i1) and columns [j0, j1) of one product of the batch. The way to it depends on the whole shape only.
     */
    private void rectangle(int item, int i0, int i1, int j0, int j1, Scratch scratch) {
        if (!tiled()) {
            VectorThinProduct.rectangle(this, item, i0, i1, j0, j1, scratch);
        } else if (WarmProduct.isCold(this, (long) (i1 - i0) * (j1 - j0) * k)) {
            WarmProduct.rectangle(this, item, i0, i1, j0, j1, scratch);
        } else {
            new VectorBlocks(this, item, scratch).run(i0, i1, j0, j1);
        }
    }

    int tiles() {
        return ceil(m, ROWS) * ceil(n, PANEL);
    }

    boolean tiled() {
        return !VectorThinProduct.fits(this);
    }

    /** Whether B is read where it is. */
    boolean inPlace() {
        return !transA && !transB && m <= FEW_ROWS;
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
