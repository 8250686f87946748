package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of stretches of A and B in the order in which the tiles of {@link VectorGemm} read them. In-register
 * transposes and whole vectors make a copied float cost about a third of a cycle; a tile spends n / 32 cycles on a
 * float of A, m / 32 on one of B.
 */
final class VectorPack {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final boolean WIDE = VL == 16;
    private static final VectorSpecies<Float> WIDEST = FloatVector.SPECIES_512;
    private static final FloatVector ZIP_LOW = VectorTranspose16.ZIP_LOW;
    private static final FloatVector ZIP_HIGH = VectorTranspose16.ZIP_HIGH;

    /** Fours of lanes, numbered 0 to 3 in one vector and 4 to 7 in the other. */
    private static final FloatVector FIRST_TWO = fours(0, 4, 1, 5);

    private static final FloatVector THIRD = fours(2, 6, 2, 6);
    private static final FloatVector LOWER = fours(0, 1, 4, 5);
    private static final FloatVector UPPER = fours(2, 3, 6, 7);

    /**
     * k is worked off in steps of at most this many. Tiles and panels stream from L2 at little loss; what costs is to
     * read and write C once a step, from L3.
     */
    static final int DEPTH = 512;

    /**
     * Floats from four rows of packed A to the next four: a constant, and no power of two, which would crowd a cache
     * set.
     */
    static final int FOURS = 4 * DEPTH + 16;

    /** With fewer rows a 16 x 16 transpose moves more air than floats. */
    private static final int FEW_ROWS = 4;

    private VectorPack() {}

    private static FloatVector fours(int... numbers) {
        var lanes = new float[16];
        for (int i = 0; i < 16; i++) {
            lanes[i] = 4 * numbers[i / 4] + i % 4;
        }
        return FloatVector.fromArray(WIDEST, lanes, 0);
    }

    /** Rows of k floats to the order in which the tiles read A from {@code start}: four rows beside each other, then the next four. */
    static void rowsByFours(float[] source, int from, int stride, int rows, int k, float[] target, int start) {
        for (int i = 0; i < rows; i += 4) {
            int last = Math.min(3, rows - 1 - i);
            int row = from + i * stride;
            int row1 = row + Math.min(1, last) * stride;
            int row2 = row + Math.min(2, last) * stride;
            int row3 = row + last * stride;
            if (WIDE && !WarmPack.ROWS.isCold(4 * k)) {
                zipFour(source, row, row1, row2, row3, k, target, start + i / 4 * FOURS);
            } else {
                int to = start + i / 4 * FOURS;
                for (int p = 0; p < k; p++) {
                    target[to + 4 * p] = source[row + p];
                    target[to + 4 * p + 1] = source[row1 + p];
                    target[to + 4 * p + 2] = source[row2 + p];
                    target[to + 4 * p + 3] = source[row3 + p];
                }
            }
        }
    }

    /** Zipping rows 0 and 2, 1 and 3, and the results once more puts the four values of each k side by side. */
    static void zipFour(float[] source, int row0, int row1, int row2, int row3, int k, float[] target, int to) {
        var low = ZIP_LOW;
        var high = ZIP_HIGH;
        int p = 0;
        for (; p < (k & -16); p += 16) {
            var r0 = FloatVector.fromArray(WIDEST, source, row0 + p);
            var r1 = FloatVector.fromArray(WIDEST, source, row1 + p);
            var r2 = FloatVector.fromArray(WIDEST, source, row2 + p);
            var r3 = FloatVector.fromArray(WIDEST, source, row3 + p);
            var even = low.selectFrom(r0, r2);
            var odd = low.selectFrom(r1, r3);
            low.selectFrom(even, odd).intoArray(target, to + 4 * p);
            high.selectFrom(even, odd).intoArray(target, to + 4 * p + 16);
            even = high.selectFrom(r0, r2);
            odd = high.selectFrom(r1, r3);
            low.selectFrom(even, odd).intoArray(target, to + 4 * p + 32);
            high.selectFrom(even, odd).intoArray(target, to + 4 * p + 48);
        }
        for (; p < k; p++) {
            target[to + 4 * p] = source[row0 + p];
            target[to + 4 * p + 1] = source[row1 + p];
            target[to + 4 * p + 2] = source[row2 + p];
            target[to + 4 * p + 3] = source[row3 + p];
        }
    }

    /** The same from k rows of {@code rows} <= 12 floats. */
    static void columnsByFours(float[] source, int from, int stride, int rows, int k, float[] target, int start) {
        int p = 0;
        if (WIDE) {
            int whole = (Math.min(k, (source.length - 16 - from) / stride + 1) & -4);
            if (from + 16 <= source.length && whole > 0 && !WarmPack.COLUMNS.isCold(rows * k)) {
                foursOfFour(source, from, stride, rows, whole, target, start);
                p = whole;
            }
        }
        for (; p < k; p++) {
            for (int i = 0; i < rows; i++) {
                target[start + i / 4 * FOURS + 4 * p + i % 4] = source[from + p * stride + i];
            }
        }
    }

    /** Four rows of twelve floats at a time: 48 floats with 7 permutes. */
    static void foursOfFour(float[] source, int from, int stride, int rows, int whole, float[] target, int to) {
        var firstTwo = FIRST_TWO;
        var third = THIRD;
        var lower = LOWER;
        var upper = UPPER;
        for (int p = 0; p < whole; p += 4) {
            int row = from + p * stride;
            var r0 = FloatVector.fromArray(WIDEST, source, row);
            var r1 = FloatVector.fromArray(WIDEST, source, row + stride);
            var r2 = FloatVector.fromArray(WIDEST, source, row + 2 * stride);
            var r3 = FloatVector.fromArray(WIDEST, source, row + 3 * stride);
            var r01 = firstTwo.selectFrom(r0, r1);
            var r23 = firstTwo.selectFrom(r2, r3);
            lower.selectFrom(r01, r23).intoArray(target, to + 4 * p);
            if (rows > 4) {
                upper.selectFrom(r01, r23).intoArray(target, to + FOURS + 4 * p);
            }
            if (rows > 8) {
                r01 = third.selectFrom(r0, r1);
                r23 = third.selectFrom(r2, r3);
                lower.selectFrom(r01, r23).intoArray(target, to + 2 * FOURS + 4 * p);
            }
        }
    }

    /**
     * rows x k floats of {@code source} to k x width from {@code to}; what is right of the rows is not defined,
     * but not strange either.
     */
    static void transpose(float[] source, int from, int stride, int rows, int k, float[] target, int to, int width) {
        int p = 0;
        if (WIDE && rows > FEW_ROWS && !WarmPack.TRANSPOSE.isCold(rows * k)) {
            for (; p + 16 <= k; p += 16) {
                VectorTranspose16.block(source, from + p, stride, Math.min(16, rows), target, to + p * width, width);
                if (rows > 16) {
                    int second = from + 16 * stride + p;
                    VectorTranspose16.block(source, second, stride, rows - 16, target, to + p * width + 16, width);
                }
            }
        }
        transposeScalar(source, from + p, stride, rows, k - p, target, to + p * width, width);
    }

    private static void transposeScalar(
            float[] source, int from, int stride, int rows, int k, float[] target, int to, int step) {
        for (int i = 0; i < rows; i++) {
            int row = from + i * stride;
            int column = to + i;
            for (int p = 0; p < k; p++) {
                target[column + p * step] = source[row + p];
            }
        }
    }

    /**
     * k rows of {@code width} <= VL floats each to rows {@code step} floats apart. A whole vector is written for each
     * row, to be overwritten by the next; only where the source ends the copy is float by float.
     */
    static void narrow(float[] source, int from, int stride, int width, int k, float[] target, int to, int step) {
        int p = WarmPack.NARROW.isCold(k * VL) ? 0 : vectorNarrow(source, from, stride, k, target, to, step);
        for (; p < k; p++) {
            System.arraycopy(source, from + p * stride, target, to + p * step, width);
        }
    }

    /** How many rows it copied. */
    static int vectorNarrow(float[] source, int from, int stride, int k, float[] target, int to, int step) {
        int p = 0;
        for (; p < k && from + p * stride <= source.length - VL; p++) {
            FloatVector.fromArray(S, source, from + p * stride).intoArray(target, to + p * step);
        }
        return p;
    }

    /**
     * k rows of {@code width} floats each, a multiple of 2 VL, to panels of rows of 2 VL floats that are {@code step}
     * floats apart, from {@code to}.
     */
    static void panels(float[] source, int from, int stride, int width, int k, float[] target, int to, int step) {
        if (!WarmPack.PANELS.isCold(k * width)) {
            vectorPanels(source, from, stride, width, k, target, to, step);
            return;
        }
        for (int p = 0; p < k; p++) {
            for (int j = 0; j < width; j += 2 * VL) {
                int at = to + 2 * VL * p + j / (2 * VL) * step;
                System.arraycopy(source, from + p * stride + j, target, at, 2 * VL);
            }
        }
    }

    static void vectorPanels(float[] source, int from, int stride, int width, int k, float[] target, int to, int step) {
        for (int p = 0; p < k; p++) {
            int row = from + p * stride;
            int at = to + 2 * VL * p;
            for (int j = 0; j < width; j += 2 * VL) {
                FloatVector.fromArray(S, source, row + j).intoArray(target, at);
                FloatVector.fromArray(S, source, row + j + VL).intoArray(target, at + VL);
                at += step;
            }
        }
    }

    /** Copies, or adds, the first {@code width} columns of a rows x step tile to where they belong. */
    static void unpack(
            float[] tile, int first, int step, int rows, int width, float[] c, int co, int ldc, boolean add) {
        if (!WarmPack.UNPACK.isCold(rows * width)) {
            vectorUnpack(tile, first, step, rows, width, c, co, ldc, add);
            return;
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                float x = tile[first + i * step + j];
                int to = co + i * ldc + j;
                c[to] = add ? x + c[to] : x;
            }
        }
    }

    static void vectorUnpack(
            float[] tile, int first, int step, int rows, int width, float[] c, int co, int ldc, boolean add) {
        int whole = width & -VL;
        var rest = S.indexInRange(whole, width);
        for (int i = 0; i < rows; i++) {
            int from = first + i * step;
            int to = co + i * ldc;
            for (int j = 0; j < whole; j += VL) {
                var v = FloatVector.fromArray(S, tile, from + j);
                (add ? v.add(FloatVector.fromArray(S, c, to + j)) : v).intoArray(c, to + j);
            }
            if (whole < width && add) {
                var old = FloatVector.fromArray(S, c, to + whole, rest);
                FloatVector.fromArray(S, tile, from + whole, rest).add(old).intoArray(c, to + whole, rest);
            } else if (whole < width) {
                FloatVector.fromArray(S, tile, from + whole, rest).intoArray(c, to + whole, rest);
            }
        }
    }
}
