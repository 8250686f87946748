package soma.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;
import soma.op.Append;

/**
 * The keys and values that causal attention layers have seen, one of each a layer: (N, length, D), the heads side by
 * side; and what a decoder's layers made of the memory, for the next step to use again: (N, S, 2D) each. A value: a step
 * takes one and returns a longer one.
 * <p>Behind the positions seen there is room for more, and the first step that is taken from a cache writes its own
 * there, where no other cache looks; a second step from the same cache works on a copy. Room doubles when it is full, so
 * that shapes, and with them the plan of a step, stay the same for many steps.
 * {@snippet :
 * var cache = KvCache.empty();
 * for (int t = 0; t < length; t++) {
 *     var step = encoder.step(x.narrow(1, t, 1), cache).evaluated();   // one position, all before it in the cache
 *     cache = step.cache();
 * }
 * }
 */
public final class KvCache {
    private static final int LEAST_ROOM = 64;

    private final List<Seen> keys;
    private final List<Seen> values;
    private final int length;
    private final List<Tensor> memories;

    /** How many positions it holds, (1): a number that plans read, not a part of them. */
    private final Tensor position;

    /** What a layer has seen, (N, C, D) with room, and whether the room behind it is taken by a longer cache, or another's. */
    private record Seen(Tensor roomy, AtomicBoolean taken) {
        static Seen foreign(Tensor x) {
            return new Seen(x, new AtomicBoolean(true));
        }

        Seen with(Tensor fresh, int room, Tensor position) {
            // What is not computed yet may come to share its memory with an equal expression.
            boolean isShared = !roomy.isEvaluated();
            int more = Math.max(room, roomy.size(1));
            var all = Append.behind(roomy, fresh, more, position, () -> taken.compareAndSet(false, true));
            return new Seen(all, new AtomicBoolean(isShared));
        }
    }

    /** A layer's output for the new positions, and the cache that holds them as well. */
    public record Step(Tensor output, KvCache cache) {

        /** Computes output and cache in one plan; otherwise the next step would compute this one's keys again. */
        public Step evaluated() {
            Soma.eval(all());
            return this;
        }

        /** The plan of {@link #evaluated}, as {@link Soma#explain} shows it. */
        public String explain() {
            return Soma.explain(all().toArray(Tensor[]::new));
        }

        private List<Tensor> all() {
            var all = new ArrayList<Tensor>();
            Stream.concat(cache.keys.stream(), cache.values.stream()).forEach(seen -> all.add(seen.roomy));
            all.addAll(cache.memories);
            all.add(output);
            return all;
        }
    }

    private KvCache(List<Seen> keys, List<Seen> values, int length, List<Tensor> memories, Tensor position) {
        this.keys = List.copyOf(keys);
        this.values = List.copyOf(values);
        this.length = length;
        this.memories = List.copyOf(memories);
        this.position = position;
        if (keys.size() != values.size()) {
            throw new ShapeException("KvCache: keys of " + keys.size() + " layers and values of " + values.size()
                    + ", expected as many");
        }
    }

    /** Of tensors (N, C, D), of whose C positions the first {@code length} count. */
    public KvCache(List<Tensor> keys, List<Tensor> values, int length, List<Tensor> memories) {
        this(
                keys.stream().map(Seen::foreign).toList(),
                values.stream().map(Seen::foreign).toList(),
                length,
                memories,
                at(length));
    }

    private static Tensor at(int length) {
        return Tensor.of(new long[] {length});
    }

    /** Nothing seen yet. */
    public static KvCache empty() {
        return new KvCache(List.of(), List.of(), 0, List.of());
    }

    /** The keys of each layer (N, length, D). */
    public List<Tensor> keys() {
        return keys.stream().map(this::seen).toList();
    }

    /** The values of each layer (N, length, D). */
    public List<Tensor> values() {
        return values.stream().map(this::seen).toList();
    }

    /** Without the room, which changes when a longer cache is made. */
    private Tensor seen(Seen x) {
        return x.roomy.narrow(1, 0, length);
    }

    /** How many positions it holds. */
    public int length() {
        return length;
    }

    /** What each layer of a decoder made of the memory; nothing in other models. */
    public List<Tensor> memories() {
        return memories;
    }

    /** The keys of the only layer, with room (N, C, D). */
    Tensor key() {
        return keys.getFirst().roomy;
    }

    /** The values of the only layer, with room (N, C, D). */
    Tensor value() {
        return values.getFirst().roomy;
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
                memories.isEmpty() ? List.of() : List.of(memories.get(i)),
                position);
    }

    /** The caches of all layers, in order. */
    static KvCache join(List<KvCache> layers) {
        int length = layers.isEmpty() ? 0 : layers.getFirst().length;
        return new KvCache(
                layers.stream().flatMap(c -> c.keys.stream()).toList(),
                layers.stream().flatMap(c -> c.values.stream()).toList(),
                length,
                layers.stream().flatMap(c -> c.memories.stream()).toList(),
                at(length));
    }

    /** With what a layer made of the memory. */
    KvCache remembering(Tensor memory) {
        return new KvCache(keys, values, length, List.of(memory), position);
    }

    /** The number of positions it holds, as a tensor (1): not a part of the plans that read it. */
    Tensor position() {
        return position;
    }

    /** One layer's cache with new keys and values (N, L, D) behind the old. */
    KvCache append(Tensor key, Tensor value) {
        int all = length + key.size(1);
        int room = LEAST_ROOM;
        while (room < all) {
            room *= 2;
        }
        if (keys.isEmpty()) {
            return appended(
                    new Seen(Append.first(key, room, position), new AtomicBoolean()),
                    new Seen(Append.first(value, room, position), new AtomicBoolean()),
                    all);
        }
        var k = keys.getFirst();
        if (!k.roomy.shape().with(1, 0).equals(key.shape().with(1, 0))) {
            throw new ShapeException("KvCache: the cache holds keys "
                    + k.roomy.shape().with(1, length) + ", the new ones are " + key.shape()
                    + "; expected the same batch size and width. Was the cache made by another model or batch?");
        }
        return appended(k.with(key, room, position), values.getFirst().with(value, room, position), all);
    }

    private KvCache appended(Seen key, Seen value, int all) {
        return new KvCache(List.of(key), List.of(value), all, memories, at(all));
    }

    @Override
    public String toString() {
        return "KvCache(" + keys.size() + " layers, " + length + " positions)";
    }
}
