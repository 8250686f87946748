package soma.nn;

import java.util.ArrayList;
import java.util.List;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

/**
 * The keys and values that causal attention layers have seen, one of each a layer: (N, C, D), the heads side by side,
 * with room for C positions of which the first {@code length} count; and what a decoder's layers made of the memory, for
 * the next step to use again: (N, S, 2D) each. A value: a step takes one and returns a longer one.
 * <p>Room grows by {@value #ROOM} positions at a time, so that shapes, and with them the plan of a step, stay the same
 * for as many steps.
 * {@snippet :
 * var cache = KvCache.empty();
 * for (int t = 0; t < length; t++) {
 *     var step = encoder.step(x.narrow(1, t, 1), cache).evaluated();   // one position, all before it in the cache
 *     cache = step.cache();
 * }
 * }
 */
public record KvCache(List<Tensor> keys, List<Tensor> values, int length, List<Tensor> memories) {
    private static final int ROOM = 64;

    /** A layer's output for the new positions, and the cache that holds them as well. */
    public record Step(Tensor output, KvCache cache) {

        /** Computes output and cache in one plan; otherwise the next step would compute this one's keys again. */
        public Step evaluated() {
            var all = new ArrayList<Tensor>(cache.keys);
            all.addAll(cache.values);
            all.addAll(cache.memories);
            all.add(output);
            Soma.eval(all);
            return this;
        }
    }

    public KvCache {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
        memories = List.copyOf(memories);
        if (keys.size() != values.size()) {
            throw new ShapeException("KvCache: keys of " + keys.size() + " layers and values of " + values.size()
                    + ", expected as many");
        }
    }

    /** Nothing seen yet. */
    public static KvCache empty() {
        return new KvCache(List.of(), List.of(), 0, List.of());
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
        return new KvCache(
                List.of(keys.get(i)),
                List.of(values.get(i)),
                length,
                memories.isEmpty() ? List.of() : List.of(memories.get(i)));
    }

    /** The caches of all layers, in order. */
    static KvCache join(List<KvCache> layers) {
        return new KvCache(
                layers.stream().flatMap(c -> c.keys.stream()).toList(),
                layers.stream().flatMap(c -> c.values.stream()).toList(),
                layers.isEmpty() ? 0 : layers.getFirst().length,
                layers.stream().flatMap(c -> c.memories.stream()).toList());
    }

    /** With what a layer made of the memory. */
    KvCache remembering(Tensor memory) {
        return new KvCache(keys, values, length, List.of(memory));
    }

    /** The number of positions it holds, as a tensor (1): not a part of the plans that read it. */
    Tensor position() {
        return Tensor.of(new long[] {length});
    }

    /** One layer's cache with new keys and values (N, L, D) behind the old. */
    KvCache append(Tensor key, Tensor value) {
        int n = key.size(1);
        int room = Math.ceilDiv(length + n, ROOM) * ROOM;
        if (keys.isEmpty()) {
            return new KvCache(List.of(roomy(key, room)), List.of(roomy(value, room)), n, memories);
        }
        var k = keys.getFirst();
        if (!k.shape().with(1, 0).equals(key.shape().with(1, 0))) {
            throw new ShapeException(
                    "KvCache: the cache holds keys " + k.shape().with(1, length)
                            + ", the new ones are " + key.shape()
                            + "; expected the same batch size and width. Was the cache made by another model or"
                            + " batch?");
        }
        var place = Tensor.arange(room).unsqueeze(1).sub(position()); // (C, 1): 0 at the first new position
        return new KvCache(
                List.of(written(roomy(k, room), key, place)),
                List.of(written(roomy(values.getFirst(), room), value, place)),
                length + n,
                memories);
    }

    private static Tensor roomy(Tensor x, int room) {
        return x.size(1) >= room ? x : x.padZeros(1, 0, room - x.size(1));
    }

    private static Tensor written(Tensor old, Tensor fresh, Tensor place) {
        int n = fresh.size(1);
        if (n == 1) {
            return Tensor.where(place.eq(0), fresh, old);
        }
        var moved = fresh.take(1, place.squeeze(1).clamp(0, n - 1)); // (N, C, D)
        return Tensor.where(place.ge(0).logicalAnd(place.lt(n)), moved, old);
    }
}
