package soma.nn;

import java.util.ArrayList;
import java.util.List;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

/**
 * The keys and values that causal attention layers have seen, one of each a layer: (N, H, T, D/H). A value: a step takes
 * one and returns a longer one.
 * {@snippet :
 * var cache = KvCache.empty();
 * for (int t = 0; t < length; t++) {
 *     var step = encoder.step(x.narrow(1, t, 1), cache).evaluated();   // one position, all before it in the cache
 *     cache = step.cache();
 * }
 * }
 */
public record KvCache(List<Tensor> keys, List<Tensor> values) {

    /** A layer's output for the new positions, and the cache that holds them as well. */
    public record Step(Tensor output, KvCache cache) {

        /** Computes output and cache in one plan; otherwise the next step would compute this one's keys again. */
        public Step evaluated() {
            var all = new ArrayList<Tensor>(cache.keys);
            all.addAll(cache.values);
            all.add(output);
            Soma.eval(all);
            return this;
        }
    }

    public KvCache {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
        if (keys.size() != values.size()) {
            throw new ShapeException("KvCache: keys of " + keys.size() + " layers and values of " + values.size()
                    + ", expected as many");
        }
    }

    /** Nothing seen yet. */
    public static KvCache empty() {
        return new KvCache(List.of(), List.of());
    }

    /** How many positions it holds. */
    public int length() {
        return keys.isEmpty() ? 0 : keys.getFirst().size(-2);
    }

    /** The cache of one layer of {@code layers}. */
    KvCache layer(int i, int layers) {
        if (keys.isEmpty()) {
            return this;
        }
        if (keys.size() != layers) {
            throw new ShapeException("KvCache: the cache holds " + keys.size() + " layers, the model has " + layers
                    + "; expected the cache that this model's last step returned, or KvCache.empty()");
        }
        return new KvCache(List.of(keys.get(i)), List.of(values.get(i)));
    }

    /** The caches of all layers, in order. */
    static KvCache join(List<KvCache> layers) {
        return new KvCache(
                layers.stream().flatMap(c -> c.keys.stream()).toList(),
                layers.stream().flatMap(c -> c.values.stream()).toList());
    }

    /** One layer's cache with new keys and values behind the old. */
    KvCache append(Tensor key, Tensor value) {
        if (keys.isEmpty()) {
            return new KvCache(List.of(key), List.of(value));
        }
        var k = keys.getFirst();
        if (!k.shape().with(2, 0).equals(key.shape().with(2, 0))) {
            throw new ShapeException("KvCache: the cache holds keys " + k.shape() + ", the new ones are " + key.shape()
                    + "; expected the same batch size, heads and width. Was the cache made by another model or batch?");
        }
        return new KvCache(List.of(Tensor.cat(2, k, key)), List.of(Tensor.cat(2, values.getFirst(), value)));
    }
}
