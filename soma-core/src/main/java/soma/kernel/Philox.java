package soma.kernel;

/**
 * The counter-based generator Philox4x32-10: four random words are a function of a 128-bit counter and a 64-bit key.
 * Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3.
 *
 * <p>The words of 8 consecutive blocks make 32 words of a stream: first words 0 and 1 of each block, then words 2 and
 * 3. Then the pair that shares a 64-bit lane in {@link VectorDraw} lies side by side in the stream too, and no
 * shuffle is needed at any vector width.
 */
final class Philox {

    static final int ROUNDS = 10;
    static final long M0 = 0xD2511F53L;
    static final long M1 = 0xCD9E8D57L;
    static final int W0 = 0x9E3779B9;
    static final int W1 = 0xBB67AE85;
    static final long LOW = 0xFFFFFFFFL;
    /** Words made together. */
    static final int GROUP = 32;

    private Philox() {}

    /** The four words of one block. */
    static void block(int k0, int k1, int c0, int c1, int c2, int c3, int[] out) {
        for (int r = 0; r < ROUNDS; r++) {
            long p0 = M0 * (c0 & LOW);
            long p1 = M1 * (c2 & LOW);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c1 = (int) p1;
            c3 = (int) p0;
            k0 += W0;
            k1 += W1;
        }
        out[0] = c0;
        out[1] = c1;
        out[2] = c2;
        out[3] = c3;
    }

    /** The 32 words of a group of a stream. */
    static void group(long key, long group, int[] out) {
        var words = new int[4];
        for (int b = 0; b < 8; b++) {
            long counter = group * 8 + b;
            block((int) key, (int) (key >>> 32), (int) counter, (int) (counter >>> 32), 0, 0, words);
            out[2 * b] = words[0];
            out[2 * b + 1] = words[1];
            out[16 + 2 * b] = words[2];
            out[17 + 2 * b] = words[3];
        }
    }

    /** Two words as one number, the first in the low half. */
    static long pair(int low, int high) {
        return low & LOW | (long) high << 32;
    }
}
