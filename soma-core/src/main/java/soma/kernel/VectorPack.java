package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of stretches of A and B in the order in which the tiles of {@link VectorGemm} read them. In-register transposes and
 * whole vectors make a copied float cost about a third of a cycle; a tile spends n / 32 cycles on a float of A, m / 32 on one of B.
 */
final class VectorPack {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final boolean WIDE = VL == 16;

    /** With fewer rows a 16 x 16 transpose moves more air than floats. */
    private static final int FEW_ROWS = 4;

    private VectorPack() {}

    /** rows x k floats of {@code source}, row after row, to k x rows; writes up to a vector more than that. */
    static void interleave(float[] source, int from, int stride, int rows, int k, float[] target) {
        int p = 0;
        if (WIDE && rows > FEW_ROWS) {
            for (; p + 16 <= k; p += 16) {
                VectorTranspose16.block(source, from + p, stride, rows, target, p * rows, rows);
            }
        }
        transposeScalar(source, from + p, stride, rows, k - p, target, p * rows, rows);
    }

    /** rows x k floats of {@code source} to k x width; what is right of the rows is not defined, but not strange either. */
    static void transpose(
            float[] source, int from, int stride, int rows, int k, float[] target, int to, int width) {
        int p = 0;
        if (WIDE && rows > FEW_ROWS) {
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
            float[] source, int from, int stride, int rows, int k, float[] target, int to, int width) {
        for (int i = 0; i < rows; i++) {
            int row = from + i * stride;
            int column = to + i;
            for (int p = 0; p < k; p++) {
                target[column + p * width] = source[row + p];
            }
        }
    }

    /**
     * k rows of {@code width} <= VL floats each to k x step. A whole vector is written for each row, to be overwritten by the
     * next; only where the source ends the copy is float by float.
     */
    static void narrow(float[] source, int from, int stride, int width, int k, float[] target, int to, int step) {
        int p = 0;
        for (; p < k && from + p * stride <= source.length - VL; p++) {
            FloatVector.fromArray(S, source, from + p * stride).intoArray(target, to + p * step);
        }
        for (; p < k; p++) {
            System.arraycopy(source, from + p * stride, target, to + p * step, width);
        }
    }

    /** k rows of {@code width} floats each, a multiple of 2 VL, to panels of k x 2 VL. */
    static void panels(float[] source, int from, int stride, int width, int k, float[] target) {
        for (int p = 0; p < k; p++) {
            int row = from + p * stride;
            int to = p * 2 * VL;
            for (int j = 0; j < width; j += 2 * VL) {
                FloatVector.fromArray(S, source, row + j).intoArray(target, to);
                FloatVector.fromArray(S, source, row + j + VL).intoArray(target, to + VL);
                to += 2 * VL * k;
            }
        }
    }

    /** Copies, or adds, the first {@code width} columns of a rows x step tile to where they belong. */
    static void unpack(
            float[] tile, int first, int step, int rows, int width, float[] c, int co, int ldc, boolean add) {
        for (int i = 0; i < rows; i++) {
            int from = first + i * step;
            int to = co + i * ldc;
            if (add) {
                for (int j = 0; j < width; j++) {
                    c[to + j] += tile[from + j];
                }
            } else {
                System.arraycopy(tile, from, c, to, width);
            }
        }
    }
}
