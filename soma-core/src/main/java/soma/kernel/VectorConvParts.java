package soma.kernel;

import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;
import static soma.kernel.VectorGemm.ceil;

import jdk.incubator.vector.FloatVector;

/**
 * How the pixels of a weight gradient are cut: into units, and these into parts, whose sums are added in the order of
 * the parts.
 *
 * @param imagesEach images of a unit, if it is of whole ones
 * @param count parts
 */
record VectorConvParts(int imagesEach, int units, int count) {

    /** Units of {@code images} and as many parts as {@code wanted}, or less of both where there are few images. */
    static VectorConvParts of(ConvPlan plan, int images, int wanted) {
        int cuts = plan.rowUnits() * plan.columnUnits();
        int each = cuts > 1 ? 1 : Math.clamp(images, 1, Math.max(1, plan.images / wanted));
        int units = ceil(plan.images, each) * cuts;
        return new VectorConvParts(each, units, Math.clamp(wanted, 1, Math.max(1, units)));
    }

    /** The first unit of a part. */
    int first(int part) {
        return VectorGemm.cut(units, count, part);
    }

    /** Adds sums [at, at + size) of all parts, {@code pitch} apart, to {@code out}, which may be those of the first part. */
    void add(float[] sums, int at, int pitch, int size, float[] out, int to) {
        int i = 0;
        for (; i < S.loopBound(size); i += VL) {
            var s = FloatVector.fromArray(S, sums, at + i);
            for (int p = 1; p < count; p++) {
                s = s.add(FloatVector.fromArray(S, sums, at + p * pitch + i));
            }
            s.intoArray(out, to + i);
        }
        for (; i < size; i++) {
            float s = sums[at + i];
            for (int p = 1; p < count; p++) {
                s += sums[at + p * pitch + i];
            }
            out[to + i] = s;
        }
    }
}
