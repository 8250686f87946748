package soma.kernel;

/** The scalar twin of the vector draws: uniform floats have the same bits, normal ones agree to a few roundings. */
final class ScalarDraw {

    private ScalarDraw() {}

    static void bits(long key, long offset, int[] out, int oo, int n) {
        var words = new int[Philox.GROUP];
        for (int i = 0; i < n; ) {
            int first = (int) (offset + i) & Philox.GROUP - 1;
            int count = Math.min(Philox.GROUP - first, n - i);
            Philox.group(key, offset + i >> 5, words);
            System.arraycopy(words, first, out, oo + i, count);
            i += count;
        }
    }

    /** 64-bit numbers: number i is words 2 i (low half) and 2 i + 1 of the stream. */
    static void pairs(long key, long offset, long[] out, int oo, int n) {
        var words = new int[Philox.GROUP];
        for (int i = 0; i < n; i++) {
            int at = 2 * (int) (offset + i) & Philox.GROUP - 1;
            if (i == 0 || at == 0) {
                Philox.group(key, offset + i >> 4, words);
            }
            out[oo + i] = Philox.pair(words[at], words[at + 1]);
        }
    }

    static void uniform(long key, long offset, float[] out, int oo, int n) {
        var words = new int[n];
        bits(key, offset, words, 0, n);
        for (int i = 0; i < n; i++) {
            out[oo + i] = (words[i] >>> 8) * 0x1p-24f;
        }
    }

    static void uniform(long key, long offset, double[] out, int oo, int n) {
        var pairs = new long[n];
        pairs(key, offset, pairs, 0, n);
        for (int i = 0; i < n; i++) {
            out[oo + i] = (pairs[i] >>> 11) * 0x1p-53;
        }
    }

    static void normal(long key, long offset, float[] out, int oo, int n) {
        int odd = (int) offset & 1;
        var words = new int[odd + n + 1];
        bits(key, offset - odd, words, 0, words.length);
        for (int i = 0; i < n; i++) {
            int even = odd + i & -2;
            double u = (words[even] >>> 1) * 0x1p-31 + 0x1p-32;
            out[oo + i] = (float) boxMuller(u, words[even + 1] * 0x1p-32, odd + i);
        }
    }

    static void normal(long key, long offset, double[] out, int oo, int n) {
        int odd = (int) offset & 1;
        var pairs = new long[odd + n + 1];
        pairs(key, offset - odd, pairs, 0, pairs.length);
        for (int i = 0; i < n; i++) {
            int even = odd + i & -2;
            double u = ((pairs[even] >>> 11) + 1) * 0x1p-53;
            out[oo + i] = boxMuller(u, (pairs[even + 1] >>> 11) * 0x1p-53, odd + i);
        }
    }

    /** Of the two normal numbers that u in (0, 1] and an angle in turns make, the one for position {@code at}. */
    private static double boxMuller(double u, double turns, int at) {
        double angle = 2 * Math.PI * turns;
        return Math.sqrt(-2 * Math.log(u)) * ((at & 1) == 0 ? Math.cos(angle) : Math.sin(angle));
    }
}
