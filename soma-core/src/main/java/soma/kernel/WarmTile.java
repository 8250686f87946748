package soma.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tiles of the matrix product: their twin, and their way to hot. */
final class WarmTile extends Warming {

    private enum Kind {
        ONE,
        TWO,
        PACKED_ONE,
        PACKED_TWO,
        IN_PLACE
    }

    static final WarmTile[] BY1 = all(Kind.ONE);
    static final WarmTile[] BY2 = all(Kind.TWO);
    static final WarmTile[] PACKED1 = all(Kind.PACKED_ONE);
    static final WarmTile[] PACKED2 = all(Kind.PACKED_TWO);
    static final WarmTile[] IN_PLACE = all(Kind.IN_PLACE);

    private static final int TURNS = 32;

    private final Kind kind;
    final int rows;
    private float @Nullable [] numbers;
    private boolean add;

    private WarmTile(Kind kind, int rows) {
        this.kind = kind;
        this.rows = rows;
    }

    private static WarmTile[] all(Kind kind) {
        var tiles = new WarmTile[1 + VectorGemm.ROWS];
        for (int r = 0; r < tiles.length; r++) {
            tiles[r] = new WarmTile(kind, r);
        }
        return tiles;
    }

    @Override
    int instructions() {
        return (narrow() ? 2 : 3) * rows + 2;
    }

    private boolean narrow() {
        return kind == Kind.ONE || kind == Kind.PACKED_ONE;
    }

    @Override
    int turns() {
        return TURNS;
    }

    /** C2 takes up to half a second for a tile: no sooner than the twins have taken some tenths of one. */
    @Override
    long enough() {
        return 10_000L * ENOUGH;
    }

    @Override
    int rank() {
        return 0;
    }

    @Override
    void sample(int turns) {
        int wide = narrow() ? VectorGemm.VL : VectorGemm.PANEL;
        int b = VectorGemm.ROWS * TURNS;
        int c = b + TURNS * wide;
        if (numbers == null) {
            numbers = new float[c + rows * wide];
        }
        var x = numbers;
        add = !add;
        int k = turns > 1 && add ? turns - 1 : turns;
        switch (kind) {
            case ONE -> {
                if (VectorGemm.WIDE) {
                    VectorTiles512.hot1(rows, x, 0, TURNS, x, b, x, c, wide, k, add);
                } else {
                    VectorTiles256.hot1(rows, x, 0, TURNS, x, b, x, c, wide, k, add);
                }
            }
            case TWO -> {
                if (VectorGemm.WIDE) {
                    VectorTiles512.hot2(rows, x, 0, TURNS, x, b, x, c, wide, k, add);
                } else {
                    VectorTiles256.hot2(rows, x, 0, TURNS, x, b, x, c, wide, k, add);
                }
            }
            case PACKED_ONE -> {
                if (VectorGemm.WIDE) {
                    VectorPacked512.hot1(rows, x, 0, x, b, x, c, wide, k, add);
                } else {
                    VectorPacked256.hot1(rows, x, 0, x, b, x, c, wide, k, add);
                }
            }
            case PACKED_TWO -> {
                if (VectorGemm.WIDE) {
                    VectorPacked512.hot2(rows, x, 0, x, b, x, c, wide, k, add);
                } else {
                    VectorPacked256.hot2(rows, x, 0, x, b, x, c, wide, k, add);
                }
            }
            case IN_PLACE -> {
                if (VectorGemm.WIDE) {
                    VectorInPlace512.hot2(rows, x, 0, TURNS, x, b, wide, x, c, wide, k, add);
                } else {
                    VectorInPlace256.hot2(rows, x, 0, TURNS, x, b, wide, x, c, wide, k, add);
                }
            }
        }
    }

    /** The twin: an element is the same chain of multiply-adds. A's rows and its steps of k are so far apart. */
    static void plain(
            int r,
            int wide,
            float[] a,
            int ao,
            int lda,
            int stepA,
            float[] b,
            int bo,
            int ldb,
            float[] c,
            int co,
            int ldc,
            int k,
            boolean add) {
        var sum = new float[2][wide];
        for (int i = 0; i < r; i += 2) {
            int rows = Math.min(2, r - i);
            int row = ao + i * lda;
            Arrays.fill(sum[0], 0);
            Arrays.fill(sum[1], 0);
            int p = 0;
            for (; rows == 2 && p < (k & -2); p += 2) {
                int x = row + p * stepA;
                int y = x + lda;
                addFour(a[x], a[x + stepA], a[y], a[y + stepA], b, bo + p * ldb, ldb, sum[0], sum[1]);
            }
            for (; p < k; p++) {
                for (int q = 0; q < rows; q++) {
                    addOne(a[row + q * lda + p * stepA], b, bo + p * ldb, sum[q]);
                }
            }
            for (int q = 0; q < rows; q++) {
                int to = co + (i + q) * ldc;
                for (int j = 0; j < wide; j++) {
                    c[to + j] = add ? sum[q][j] + c[to + j] : sum[q][j];
                }
            }
        }
    }

    /** Four at a time: before C2 has come, what a turn of the loop itself costs is what counts. */
    private static void addFour(
            float x0, float x1, float y0, float y1, float[] b, int at, int ldb, float[] sum, float[] sum2) {
        int next = at + ldb;
        for (int j = 0; j < sum.length; j++) {
            float p = b[at + j];
            float q = b[next + j];
            sum[j] = Math.fma(x1, q, Math.fma(x0, p, sum[j]));
            sum2[j] = Math.fma(y1, q, Math.fma(y0, p, sum2[j]));
        }
    }

    private static void addOne(float x, float[] b, int at, float[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] = Math.fma(x, b[at + j], sum[j]);
        }
    }
}
