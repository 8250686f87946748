package soma.kernel;

/** The working memory of one thread: arrays that grow and stay, so that a kernel in steady state allocates nothing. */
public final class Scratch {

    /** Slots 0 to 15 are those of matrix products, 16 to 31 of convolutions, from 64 on of fused loops. */
    private static final int SLOTS = 320;

    private final float[][] floats = new float[SLOTS][0];
    private final double[][] doubles = new double[SLOTS][0];
    private final long[][] longs = new long[SLOTS][0];
    private final int[][] ints = new int[SLOTS][0];
    private Blocks blocks = new Blocks(64);

    /** An array of at least {@code size} floats with undefined content; the same array for the same slot until it must grow. */
    public float[] floats(int slot, int size) {
        return floats[slot].length >= size ? floats[slot] : (floats[slot] = new float[size]);
    }

    /** Like {@link #floats}. */
    public double[] doubles(int slot, int size) {
        return doubles[slot].length >= size ? doubles[slot] : (doubles[slot] = new double[size]);
    }

    /** Like {@link #floats}. */
    public long[] longs(int slot, int size) {
        return longs[slot].length >= size ? longs[slot] : (longs[slot] = new long[size]);
    }

    /** Like {@link #floats}. */
    public int[] ints(int slot, int size) {
        return ints[slot].length >= size ? ints[slot] : (ints[slot] = new int[size]);
    }

    /** Room for the operands of a fused loop. */
    public Blocks blocks(int operands) {
        if (blocks.arrays.length < operands) {
            blocks = new Blocks(2 * operands);
        }
        return blocks;
    }
}
