package soma.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
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
 * @param change what is done to each batch, with random numbers of its own
 */
public record Batches(Dataset data, int batchSize, boolean dropRest, BiFunction<Batch, Rng, Batch> change)
        implements Iterable<Batch> {
    /** What an order's source is folded with for the changes of its batches. */
    private static final int CHANGES = 1;

    private static final BiFunction<Batch, Rng, Batch> UNCHANGED = (batch, _) -> batch;

    public Batches {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batches: " + batchSize + " examples a batch, expected at least 1");
        }
    }

    /** With all batches as they are. */
    public Batches(Dataset data, int batchSize, boolean dropRest) {
        this(data, batchSize, dropRest, UNCHANGED);
    }

    /** Without the last batch if it is smaller. */
    public Batches withoutRest() {
        return new Batches(data, batchSize, true, change);
    }

    /**
     * With each batch changed at random, as for training on more pictures than there are: {@code by} draws from a
     * source that depends on the order's source and the batch's place only, so that a run that was interrupted and
     * resumed sees the same. Batches in the examples' own order draw the same each time.
     * {@snippet :
     * var shifted = train.batches(64).changed((batch, random) -> {
     *     int by = (int) random.integers(-2, 3, Shape.SCALAR).item();
     *     return new Batch(batch.x().roll(by, -1), batch.y());
     * });
     * }
     */
    public Batches changed(BiFunction<Batch, Rng, Batch> by) {
        var before = change;
        return new Batches(
                data,
                batchSize,
                dropRest,
                (batch, rng) -> by.apply(before.apply(batch, rng.fold(0)), rng.fold(1)));
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
        return from(0).iterator();
    }

    /** All batches in an order drawn from {@code rng}. */
    public Iterable<Batch> shuffled(Rng rng) {
        return shuffled(rng, 0);
    }

    /** The same order from batch {@code first} on. */
    public Iterable<Batch> shuffled(Rng rng, int first) {
        return () -> new Walk(rng.permutation(data.size()).toIntArray(), first, rng.fold(CHANGES));
    }

    /** The examples' own order from batch {@code first} on. */
    public Iterable<Batch> from(int first) {
        return () -> new Walk(IntStream.range(0, data.size()).toArray(), first, Rng.seed(0));
    }

    private final class Walk implements Iterator<Batch> {
        private final int[] order;
        private final Rng rng;
        private int next;
        private @Nullable CompletableFuture<Batch> ahead;

        Walk(int[] order, int first, Rng rng) {
            this.order = order;
            this.rng = rng;
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
            if (data.isQuick() && change == UNCHANGED) {
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
            var examples = data.get(Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize)));
            var batch = change.apply(examples, rng.fold(i));
            Soma.eval(batch.x(), batch.y());
            return batch;
        }
    }
}
