package soma.kernel;

import java.util.Collections;

/** The working memory of one thread: arrays that grow and stay, so that a kernel in steady state allocates nothing. */
public final class Scratch {

    /** Slots 0 to 15 are those of matrix products, 16 to 31 of convolutions, from 64 on of fused loops. */
    private static final int SLOTS = 320;

    /** Floats from the start of an array, which has a header of 16 bytes, to the next cache line. */
    public static final int LINE = 12;

    /**
     * Floats of an array that is half a region of G1, whose regions are a 2048th of the heap, from 1 MB to 32 MB, unless
     * the JVM was told another size, as {@code soma.region} then tells too, in bytes.
     */
    private static final int OWN_REGION =
            Integer.getInteger("soma.region", region(Runtime.getRuntime().maxMemory())) / (2 * Float.BYTES);

    /** Which thread of a team it belongs to: 0 for whoever calls, so that a run can keep something for each. */
    final int thread;

    private final float[][] floats = Collections.nCopies(SLOTS, new float[0]).toArray(float[][]::new);
    private final double[][] doubles = Collections.nCopies(SLOTS, new double[0]).toArray(double[][]::new);
    private final long[][] longs = Collections.nCopies(SLOTS, new long[0]).toArray(long[][]::new);
    private final int[][] ints = Collections.nCopies(SLOTS, new int[0]).toArray(int[][]::new);
    private final float[][] lines = Collections.nCopies(SLOTS, new float[0]).toArray(float[][]::new);
    private Blocks blocks = new Blocks(64);

    /** For a thread that is not of a team, or calls one. */
    public Scratch() {
        this(0);
    }

    Scratch(int thread) {
        this.thread = thread;
    }

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

    /**
     * An array whose element {@link #LINE} begins a cache line, wherever the collector allows it, with at least
     * {@code size} floats from there. A vector that straddles two lines costs two loads. The collector aligns arrays to 8
     * bytes only, but G1 and ZGC give a large one regions of its own, and do not move it: so these are made that large, a
     * 4096th of the heap. With another collector they are merely unaligned.
     */
    public float[] lines(int slot, int size) {
        if (lines[slot].length < LINE + size) {
            lines[slot] = new float[Math.max(LINE + size, OWN_REGION)];
        }
        return lines[slot];
    }

    /** Room for the operands of a fused loop. */
    public Blocks blocks(int operands) {
        if (blocks.arrays.length < operands) {
            blocks = new Blocks(2 * operands);
        }
        return blocks;
    }

    private static int region(long heap) {
        return Integer.highestOneBit(Math.clamp(heap / 2048, 1 << 20, 1 << 25) * 2 - 1);
    }
}
