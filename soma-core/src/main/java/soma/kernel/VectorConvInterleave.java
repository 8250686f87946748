package soma.kernel;

import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import jdk.incubator.vector.FloatVector;

/** The gradient of a tile's n channels as {@link VectorConvDots} reads it: [vector][channel][lane]. */
final class VectorConvInterleave {

    private VectorConvInterleave() {}

    /** Vectors that begin at {@code qy} in each of the channels, which are {@code ld} apart. */
    static void vectors(float[] dy, int at, int ld, int n, int[] qy, int vectors, float[] d) {
        for (int r = 0; r < n; r++) {
            int from = at + r * ld;
            int to = r * VL;
            for (int v = 0; v < vectors; v++, to += n * VL) {
                FloatVector.fromArray(S, dy, from + qy[v]).intoArray(d, to);
            }
        }
    }

    /** Clears the first lanes of each row's last vector: they repeat pixels of the vector before. */
    static void maskRepeats(float[] d, int n, int vectors, int perRow, int repeats) {
        var kept = S.indexInRange(0, repeats).not();
        for (int v = perRow - 1; v < vectors; v += perRow) {
            for (int at = v * n * VL; at < (v + 1) * n * VL; at += VL) {
                FloatVector.zero(S).blend(FloatVector.fromArray(S, d, at), kept).intoArray(d, at);
            }
        }
    }

    /** Pixels [q0, q1) of the images, {@code pitch} apart, one after the other; zeros behind them. */
    static void dense(
            float[] dy, int at, int ld, int n, int images, int pitch, int q0, int q1, float[] d, int vectors) {
        int each = q1 - q0;
        int count = images * each;
        for (int v = 0; v < vectors; v++) {
            int p = v * VL;
            int image = p / each;
            int q = q0 + p % each;
            if (q + VL <= q1) {
                whole(dy, at + image * pitch + q, ld, n, d, v * n * VL);
                continue;
            }
            for (int lane = 0; lane < VL; lane++, p++) {
                int from = at + p / each * pitch + q0 + p % each;
                for (int r = 0; r < n; r++) {
                    d[(v * n + r) * VL + lane] = p < count ? dy[from + r * ld] : 0f;
                }
            }
        }
    }

    private static void whole(float[] dy, int from, int ld, int n, float[] d, int to) {
        for (int r = 0; r < n; r++) {
            FloatVector.fromArray(S, dy, from + r * ld).intoArray(d, to + r * VL);
        }
    }
}
