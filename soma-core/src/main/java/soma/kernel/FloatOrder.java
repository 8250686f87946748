package soma.kernel;

import java.util.Arrays;

/**
 * The order of one row of floats. A value and its place are one long, the value's rank above and the place below, so
 * that the order of longs is the wanted one and stable by itself. Half the memory of keys and places apart: a million
 * floats take 30 ms instead of 60.
 */
final class FloatOrder {

    /** Up to here {@link Arrays#sort(long[])} is faster, which the JDK has in vectors for some CPUs. */
    private static final int SMALL = 2048;

    private static final int BITS = 11, PASSES = 3, DIGITS = 1 << BITS;

    private long[] keys = {};
    private long[] keysTo = {};
    private int[] count = {};

    /** Rising with the value, NaN above all, -0 as 0; falling if {@code descending}. */
    private static int rank(float v, boolean descending) {
        int bits = Float.floatToIntBits(v + 0f);
        int rising = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return descending ? ~rising : rising;
    }

    private static long key(float v, boolean descending, int place) {
        return (long) rank(v, descending) << 32 | place;
    }

    /** Writes {@code many} places of the sorted row, from the {@code from}-th on. */
    void sort(float[] x, int xo, int n, boolean descending, long[] out, int oo, int from, int many) {
        room(n);
        for (int i = 0; i < n; i++) {
            keys[i] = key(x[xo + i], descending, i);
        }
        places(sorted(n), from, many, out, oo);
    }

    /**
     * The first {@code k} of the order. Only values that beat the k-th best so far are kept, and these are sorted
     * whenever there are twice as many as are wanted: the row is read once, at the speed of a comparison.
     */
    void first(float[] x, int xo, int n, int k, boolean largest, long[] out, int oo) {
        int room = Math.max(2 * k, 64);
        if (n <= room || k > n / 8) {
            sort(x, xo, n, largest, out, oo, 0, k);
            return;
        }
        if (k == 0) {
            return;
        }
        room(room);
        int m = 0;
        for (; m < room; m++) {
            keys[m] = key(x[xo + m], largest, m);
        }
        for (int i = m; i < n; i++) {
            if (m == room) {
                Arrays.sort(keys, 0, m);
                m = k;
            }
            i = Reduce.beyond(largest, x[xo + (int) keys[k - 1]], x, xo, i, n);
            if (i < n) {
                keys[m++] = key(x[xo + i], largest, i);
            }
        }
        Arrays.sort(keys, 0, m);
        places(keys, 0, k, out, oo);
    }

    private void room(int n) {
        if (keys.length < n) {
            keys = new long[n];
        }
    }

    private static void places(long[] sorted, int from, int many, long[] out, int oo) {
        for (int i = 0; i < many; i++) {
            out[oo + i] = sorted[from + i] & Integer.MAX_VALUE;
        }
    }

    private long[] sorted(int n) {
        if (n <= SMALL) {
            Arrays.sort(keys, 0, n);
            return keys;
        }
        return radix(n);
    }

    /** By digits of the rank, the least first: stable, without bad inputs, and digits that all share cost no pass. */
    private long[] radix(int n) {
        if (keysTo.length < n) {
            keysTo = new long[n];
            count = new int[PASSES * DIGITS];
        }
        Arrays.fill(count, 0);
        for (int i = 0; i < n; i++) {
            int rank = rankOf(keys[i]);
            count[digit(rank, 0)]++;
            count[DIGITS + digit(rank, 1)]++;
            count[2 * DIGITS + digit(rank, 2)]++;
        }
        long[] from = keys, to = keysTo;
        for (int pass = 0; pass < PASSES; pass++) {
            int base = pass * DIGITS;
            if (count[base + digit(rankOf(from[0]), pass)] == n) {
                continue;
            }
            for (int d = base, sum = 0; d < base + DIGITS; d++) {
                int c = count[d];
                count[d] = sum;
                sum += c;
            }
            for (int i = 0; i < n; i++) {
                long key = from[i];
                to[count[base + digit(rankOf(key), pass)]++] = key;
            }
            long[] t = from;
            from = to;
            to = t;
        }
        return from;
    }

    /** The rank in the order of unsigned numbers. */
    private static int rankOf(long key) {
        return (int) (key >>> 32) ^ Integer.MIN_VALUE;
    }

    private static int digit(int rank, int pass) {
        return rank >>> pass * BITS & DIGITS - 1;
    }
}
