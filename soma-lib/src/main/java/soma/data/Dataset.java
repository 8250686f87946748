package soma.data;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import soma.Rng;

/**
 * Examples by number.
 * {@snippet :
 * var data = TensorDataset.of(x, y);
 * for (var batch : data.batches(32).shuffled(Rng.seed(1))) {
 *     IO.println(batch.x().shape());
 * }
 * }
 */
public interface Dataset {

    /** How many examples. */
    int size();

    /** These examples, in this order. */
    Batch get(int... indices);

    /** Whether {@link #get} takes so little time that it is not worth another thread. */
    default boolean isQuick() {
        return false;
    }

    /** All examples in batches of {@code n}; the last may be smaller. */
    default Batches batches(int n) {
        return new Batches(this, n, false);
    }

    /** The examples of these numbers, in this order. */
    default Dataset subset(int... indices) {
        return new Subset(this, indices.clone());
    }

    /** The first {@code n} examples. */
    default Dataset take(int n) {
        return subset(IntStream.range(0, Math.min(n, size())).toArray());
    }

    /**
     * With each batch changed when it is asked for. Batches are changed ahead, in the background, while training
     * computes.
     */
    default Dataset map(UnaryOperator<Batch> change) {
        var original = this;
        return new Dataset() {
            @Override
            public int size() {
                return original.size();
            }

            @Override
            public Batch get(int... indices) {
                return change.apply(original.get(indices));
            }
        };
    }

    /** Two sets without a common example: a share {@code fraction}, and the rest. */
    record Split(Dataset first, Dataset second) {}

    /** Cuts the examples, in an order drawn from {@code rng}, into a share {@code fraction} (0 to 1) and the rest. */
    default Split split(double fraction, Rng rng) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("split: fraction " + fraction + ", expected a number from 0 to 1");
        }
        var order = rng.permutation(size()).toIntArray();
        int cut = (int) Math.round(size() * fraction);
        return new Split(subset(Arrays.copyOf(order, cut)), subset(Arrays.copyOfRange(order, cut, order.length)));
    }
}
