package soma.kernel;

/**
 * Random numbers as a function of a key and a position, so that a tensor may be drawn in pieces, by any number of
 * threads, always with the same result. Element i of a call is the number at position offset + i of the stream that
 * the key names.
 *
 * <p>A stream is made of 32-bit words from {@link Philox}; a double or a long takes two of them.
 */
public final class Draw {

    /** Upper counter words of the blocks that make keys, which no stream reaches. */
    private static final int FOLD = 0x666f6c64;

    private Draw() {}

    /** A key for an independent stream: the way to split, and to draw anew in every step. */
    public static long fold(long key, long data) {
        var words = new int[4];
        Philox.block((int) key, (int) (key >>> 32), (int) data, (int) (data >>> 32), FOLD, 0, words);
        return Philox.pair(words[0], words[1]);
    }

    /** The raw words of the stream. */
    public static void bits(long key, long offset, int[] out, int oo, int n) {
        ScalarDraw.bits(key, offset, out, oo, n);
    }

    /** Uniform in [0, 1): multiples of 2^-24. */
    public static void uniform(long key, long offset, float[] out, int oo, int n) {
        if (Cpu.VECTORS && !WarmDraw.UNIFORM.isCold(n)) {
            VectorDraw.uniform(key, offset, out, oo, n);
        } else {
            ScalarDraw.uniform(key, offset, out, oo, n);
        }
    }

    /** Uniform in [0, 1): multiples of 2^-53. */
    public static void uniform(long key, long offset, double[] out, int oo, int n) {
        ScalarDraw.uniform(key, offset, out, oo, n);
    }

    /** Standard normal, by the transform of Box and Muller 1958; at most 6.7 in magnitude. */
    public static void normal(long key, long offset, float[] out, int oo, int n) {
        if (Cpu.VECTORS && WarmDraw.NORMAL.isCold(n)) {
            WarmDraw.normal(key, offset, out, oo, n);
        } else if (Cpu.VECTORS) {
            VectorDraw.normal(key, offset, out, oo, n);
        } else {
            ScalarDraw.normal(key, offset, out, oo, n);
        }
    }

    /** Standard normal; at most 8.6 in magnitude. */
    public static void normal(long key, long offset, double[] out, int oo, int n) {
        ScalarDraw.normal(key, offset, out, oo, n);
    }

    /**
     * Whole numbers 0 .. bound-1; no value is favoured by more than bound / 2^64 (Lemire 2019, without the
     * rejection).
     */
    public static void below(long key, long offset, long bound, long[] out, int oo, int n) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound " + bound + "; numbers below it must exist, so it is at least 1");
        }
        ScalarDraw.pairs(key, offset, out, oo, n);
        for (int i = 0; i < n; i++) {
            out[oo + i] = Math.unsignedMultiplyHigh(out[oo + i], bound);
        }
    }

    /** The numbers 0 .. n-1 in random order, by the shuffle of Fisher and Yates. */
    public static long[] permutation(long key, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("permutation of " + n + " numbers; n is at least 0");
        }
        var draws = new long[n];
        ScalarDraw.pairs(key, 0, draws, 0, n);
        var order = new long[n];
        for (int i = 0; i < n; i++) {
            int j = (int) Math.unsignedMultiplyHigh(draws[i], i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
