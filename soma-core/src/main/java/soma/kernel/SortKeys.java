package soma.kernel;

import java.util.Arrays;

/**
 * Sorts one row by keys: every value becomes a long whose signed order is the wanted order, then a
 * least-significant-digit radix sort of 11-bit digits moves keys and places together. It is stable, has no bad
 * inputs, and leaves out the digits that all keys share. Floats have {@link FloatOrder}.
 */
final class SortKeys {

    private static final int SMALL = 48, BITS = 11, MASK = (1 << BITS) - 1;
    private final long[] keys, keysTo;
    private final int[] places, placesTo;
    private final int[] count = new int[1 << BITS];

    SortKeys(int n) {
        keys = new long[n];
        places = new int[n];
        keysTo = new long[n > SMALL ? n : 0];
        placesTo = new int[n > SMALL ? n : 0];
    }

    void load(double[] x, int xo, int n, boolean descending) {
        for (int i = 0; i < n; i++) {
            long bits = Double.doubleToLongBits(x[xo + i] + 0.0);
            put(i, bits ^ (bits >> 63) & Long.MAX_VALUE, descending);
        }
    }

    void load(long[] x, int xo, int n, boolean descending) {
        for (int i = 0; i < n; i++) {
            put(i, x[xo + i], descending);
        }
    }

    private void put(int i, long key, boolean descending) {
        keys[i] = descending ? ~key : key;
        places[i] = i;
    }

    /** Writes {@code many} places of the sorted row, from the {@code from}-th on. */
    void sort(int n, long[] out, int oo, int from, int many) {
        int[] sorted = n <= SMALL ? insertion(n) : radix(n);
        for (int i = 0; i < many; i++) {
            out[oo + i] = sorted[from + i];
        }
    }

    /**
     * The first {@code k} of the order: a sorted list of k that better keys are put into, while that is the shorter
     * way.
     */
    void first(int k, int n, long[] out, int oo) {
        if (k > 64 || n <= SMALL) {
            sort(n, out, oo, 0, k);
            return;
        }
        insertion(k);
        for (int i = k; i < n && k > 0; i++) {
            if (keys[i] < keys[k - 1]) {
                insert(k - 1, keys[i], i);
            }
        }
        for (int i = 0; i < k; i++) {
            out[oo + i] = places[i];
        }
    }

    private int[] insertion(int n) {
        for (int i = 1; i < n; i++) {
            insert(i, keys[i], places[i]);
        }
        return places;
    }

    /** Puts a key among the sorted ones before {@code hole}, behind its equals. */
    private void insert(int hole, long key, int place) {
        int j = hole;
        for (; j > 0 && keys[j - 1] > key; j--) {
            keys[j] = keys[j - 1];
            places[j] = places[j - 1];
        }
        keys[j] = key;
        places[j] = place;
    }

    private int[] radix(int n) {
        long and = -1, or = 0;
        for (int i = 0; i < n; i++) {
            keys[i] ^= Long.MIN_VALUE;
            and &= keys[i];
            or |= keys[i];
        }
        long differ = and ^ or;
        long[] k = keys, kTo = keysTo;
        int[] p = places, pTo = placesTo;
        for (int shift = 0; shift < Long.SIZE; shift += BITS) {
            if ((differ >>> shift & MASK) == 0) {
                continue;
            }
            Arrays.fill(count, 0);
            for (int i = 0; i < n; i++) {
                count[(int) (k[i] >>> shift) & MASK]++;
            }
            for (int d = 0, sum = 0; d <= MASK; d++) {
                int c = count[d];
                count[d] = sum;
                sum += c;
            }
            for (int i = 0; i < n; i++) {
                int to = count[(int) (k[i] >>> shift) & MASK]++;
                kTo[to] = k[i];
                pTo[to] = p[i];
            }
            long[] kt = k;
            k = kTo;
            kTo = kt;
            int[] pt = p;
            p = pTo;
            pTo = pt;
        }
        return p;
    }
}
