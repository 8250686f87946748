package soma.kernel;

import jdk.incubator.vector.FloatVector;

/** How wide this machine's vectors are. Like every class named {@code Vector...} it is touched only where the module is. */
public final class VectorWidth {

    private VectorWidth() {}

    /** Bits in the vectors that the kernels use: 512, 256 or 128, what the JVM prefers here. */
    public static int bits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
