package soma.kernel;

import org.jspecify.annotations.Nullable;

/** The operands of a fused loop while one thread runs it: for each its array and where its current block starts, or its number. */
public final class Blocks {
    public final Object[] arrays;
    public final int[] offsets;
    public final double[] numbers;
    public final long[] integers;
    /** For repeating operands, in which phase the block was last filled, -1 if it was not. */
    public final int[] filled;
    /** How many elements were filled then. */
    public final int[] lengths;

    private @Nullable Blocks padded;

    Blocks(int capacity) {
        arrays = new Object[capacity];
        offsets = new int[capacity];
        numbers = new double[capacity];
        integers = new long[capacity];
        filled = new int[capacity];
        lengths = new int[capacity];
    }

    /** Others as many, each with a vector's worth of floats: for what does not fill one. */
    Blocks padded() {
        var rest = padded;
        if (rest == null) {
            rest = new Blocks(arrays.length);
            for (int i = 0; i < arrays.length; i++) {
                rest.arrays[i] = new float[VectorGemm.VL];
            }
            padded = rest;
        }
        return rest;
    }

    /**
     * Sets an operand's array. Mostly it is there already, and not to store it again spares the collector's write
     * barrier, which costs threads that run small pieces of a loop more than the pieces.
     */
    public void array(int operand, Object array) {
        if (arrays[operand] != array) {
            arrays[operand] = array;
        }
    }
}
