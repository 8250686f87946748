package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of stretches of B, and of transposed A, in the order in which the tiles of {@link VectorGemm} read them.
 * In-register transposes and whole vectors make a copied float cost a fourth to a half of a cycle; a tile spends n / 32
 * cycles on a float of A, m / 32 on one of B.
 */
final class VectorPack {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final boolean WIDE = VL == 16;
    /** With fewer rows a 16 x 16 transpose moves more air than floats. */
    private static final int FEW_ROWS = 4;

    private VectorPack() {}

    /**
     * rows x k floats of {@code source} to k x width from {@code to}; what is right of the rows is not defined,
     * but not strange either. The last 16 of k may overlap those before.
     */
    static void transpose(float[] source, int from, int stride, int rows, int k, float[] target, int to, int width) {
        if (WIDE && rows > FEW_ROWS && k >= 16 && !WarmPack.TRANSPOSE.isCold(rows * k)) {
            for (int at = 0; at < k; at += 16) {
                int p = Math.min(at, k - 16);
                VectorTranspose16.block(source, from + p, stride, Math.min(16, rows), target, to + p * width, width);
                if (rows > 16) {
                    int second = from + 16 * stride + p;
                    VectorTranspose16.block(source, second, stride, rows - 16, target, to + p * width + 16, width);
                }
            }
        } else {
            transposeScalar(source, from, stride, rows, k, target, to, width);
        }
    }

    /**
     * Reads a number of each cache line of the rows, one row after the other, which the hardware fetches ahead; a transpose
     * meets sixteen rows at a time, which it does not. Weights that other layers drove out of the caches cost a product of 128
     * rows a tenth less, those that are in L2 a hundredth more. The sum is for the caller to store: nothing else keeps the
     * compiler from leaving it all out.
     */
    static float fetch(float[] source, int from, int stride, int rows, int k) {
        float even = 0;
        float odd = 0;
        for (int i = 0; i < rows; i++) {
            int row = from + i * stride;
            int p = 0;
            for (; p + 16 < k; p += 32) {
                even += source[row + p];
                odd += source[row + p + 16];
            }
            if (p < k) {
                even += source[row + p];
            }
        }
        return even + odd;
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

    /** The same, for rows {@code step} <= VL floats apart, without a write beyond them. */
    static void tile(float[] source, int from, int stride, int width, int k, float[] target, int to, int step) {
        int p = WarmPack.TILE.isCold(k * VL) ? 0 : vectorTile(source, from, stride, k, target, to, step);
        for (; p < k; p++) {
            System.arraycopy(source, from + p * stride, target, to + p * step, width);
        }
    }

    /** How many rows it copied. */
    static int vectorTile(float[] source, int from, int stride, int k, float[] target, int to, int step) {
        var mask = VectorMask.fromLong(S, (1L << step) - 1);
        int p = 0;
        for (; p < k && from + p * stride <= source.length - VL; p++) {
            FloatVector.fromArray(S, source, from + p * stride).intoArray(target, to + p * step, mask);
        }
        return p;
    }

    /**
     * k rows of {@code width} floats each to panels of rows of 2 VL floats, {@code step} floats apart, from {@code to}. A
     * last one of no more than VL columns has rows of VL floats.
     */
    static void panels(float[] source, int from, int stride, int width, int k, float[] target, int to, int step) {
        int ragged = width % (2 * VL);
        int whole = width - ragged;
        if (whole > 0) {
            wholePanels(source, from, stride, whole, k, target, to, step);
        }
        int rest = from + whole;
        int at = to + whole / (2 * VL) * step;
        if (ragged > VL) {
            narrow(source, rest, stride, VL, k, target, at, 2 * VL);
            narrow(source, rest + VL, stride, ragged - VL, k, target, at + VL, 2 * VL);
        } else if (ragged > 0) {
            narrow(source, rest, stride, ragged, k, target, at, VL);
        }
    }

    private static void wholePanels(
            float[] source, int from, int stride, int width, int k, float[] target, int to, int step) {
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

    /**
     * Copies, or adds, the first {@code width} columns of a rows x step tile to where they belong. Whole vectors of the tile
     * are read, also behind its last column.
     */
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
                FloatVector.fromArray(S, tile, from + whole).add(old).intoArray(c, to + whole, rest);
            } else if (whole
                    < width) { // whole vectors of the tile: what was just stored reaches no masked load at once
                FloatVector.fromArray(S, tile, from + whole).intoArray(c, to + whole, rest);
            }
        }
    }
}
