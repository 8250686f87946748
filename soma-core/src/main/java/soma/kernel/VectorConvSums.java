package soma.kernel;

import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import jdk.incubator.vector.FloatVector;

/** The sums that parts of a weight gradient's pixels give, added in the order of the parts. */
final class VectorConvSums {

    private VectorConvSums() {}

    /** Sums [at, at + size) of each part, parts {@code pitch} apart, to {@code out}, which may be those of the first. */
    static void add(float[] sums, int at, int pitch, int parts, int size, float[] out, int to) {
        int i = 0;
        for (; i < S.loopBound(size); i += VL) {
            var s = FloatVector.fromArray(S, sums, at + i);
            for (int p = 1; p < parts; p++) {
                s = s.add(FloatVector.fromArray(S, sums, at + p * pitch + i));
            }
            s.intoArray(out, to + i);
        }
        for (; i < size; i++) {
            float s = sums[at + i];
            for (int p = 1; p < parts; p++) {
                s += sums[at + p * pitch + i];
            }
            out[to + i] = s;
        }
    }
}
