package soma.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import soma.Rng;
import soma.Soma;

/**
 * A data set in batches, as often as asked for. Iterating goes through the examples in their order; {@link #shuffled}
 * in another. The next batch is prepared in the background; that changes no result.
 *
 * @param data the examples
 * @param batchSize how many a batch has
 * @param dropRest whether a last, smaller batch is left out
 */
public record Batches(Dataset data, int batchSize, boolean dropRest) implements Iterable<Batch> {

    public Batches {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batches: " + batchSize + " examples a batch, expected at least 1");
        }
    }

    /** Without the last batch if it is smaller. */
    public Batches withoutRest() {
        return new Batches(data, batchSize, true);
    }

    /** How many batches. */
    public int count() {
        return dropRest ? data.size() / batchSize : Math.ceilDiv(data.size(), batchSize);
    }

    /** How many examples the batches have together. */
    public int examples() {
        return dropRest ? count() * batchSize : data.size();
    }

    @Override
    public Iterator<Batch> iterator() {
        return new Walk(IntStream.range(0, data.size()).toArray(), 0);
    }

    /** All batches in an order drawn from {@code rng}. */
    public Iterable<Batch> shuffled(Rng rng) {
        return shuffled(rng, 0);
    }

    /** The same order from batch {@code first} on. */
    public Iterable<Batch> shuffled(Rng rng, int first) {
        return () -> new Walk(rng.permutation(data.size()).toIntArray(), first);
    }

    /** The examples' own order from batch {@code first} on. */
    public Iterable<Batch> from(int first) {
        return () -> new Walk(IntStream.range(0, data.size()).toArray(), first);
    }

    private final class Walk implements Iterator<Batch> {
        private final int[] order;
        private int next;
        private @Nullable CompletableFuture<Batch> ahead;

        Walk(int[] order, int first) {
            this.order = order;
            this.next = first;
        }

        @Override
        public boolean hasNext() {
            return next < count();
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("batch " + next + " of " + count());
            }
            int i = next++;
            if (data.isQuick()) {
                return prepare(i);
            }
            var prepared = ahead;
            var batch = prepared == null ? prepare(i) : await(prepared);
            ahead = hasNext() ? CompletableFuture.supplyAsync(() -> prepare(i + 1), Thread::startVirtualThread) : null;
            return batch;
        }

        private static Batch await(CompletableFuture<Batch> prepared) {
            try {
                return prepared.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException own) {
                    throw own;
                }
                throw e;
            }
        }

        private Batch prepare(int i) {
            int from = i * batchSize;
            var batch = data.get(Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize)));
            Soma.eval(batch.x(), batch.y());
            return batch;
        }
    }
}
