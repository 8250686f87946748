package soma.kernel;

/**
 * Attention of {@code queries} to {@code keys} in each of {@code heads} heads of {@code batch} examples. Queries and
 * keys are {@code width} numbers a head, values {@code valueWidth}. If {@code causal}, query i sees the keys up to
 * {@code offset + i}.
 */
public record AttentionShape(
        int batch,
        int heads,
        int queries,
        int keys,
        int width,
        int valueWidth,
        double scale,
        boolean causal,
        int offset) {

    /** How many keys query i sees, but for a mask. */
    int seen(int i) {
        return causal ? Math.clamp(offset + i + 1L, 0, keys) : keys;
    }

    /** The first query that sees key j, if any does. */
    int firstToSee(int j) {
        return causal ? Math.max(0, j - offset) : 0;
    }
}
