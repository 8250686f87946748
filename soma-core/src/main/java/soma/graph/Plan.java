package soma.graph;

import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import soma.kernel.Workers;
import soma.op.Leaf;

/** What to do to compute some tensors: steps in order, over memory laid out beforehand. Safe to run from many threads at once. */
final class Plan {
    /** Bytes that are worth a look at what other plans have kept. */
    private static final long MUCH = 1 << 20;

    private final List<Step> steps;
    private final StepClock clock;
    private final Slots slots;
    /** For each WORK slot which physical array it uses, else -1. */
    private final int[] physical;

    private final Slots.Slot[] arrays;
    private final long peak;
    private final int[] rootSlots;
    /** Nodes of the walk that are leaves, in the order of LEAF indices. */
    final int[] leafNodes;

    /** Arenas at rest. Softly held: memory comes back before the heap runs out. */
    private final ConcurrentLinkedDeque<SoftReference<Arena>> resting = new ConcurrentLinkedDeque<>();

    Plan(List<Step> steps, Slots slots, int[] rootSlots, int[] leafNodes) {
        this.steps = List.copyOf(steps);
        this.clock = new StepClock(steps.size());
        this.slots = slots;
        this.rootSlots = rootSlots;
        this.leafNodes = leafNodes;
        var memory = MemoryPlan.of(this.steps, slots);
        this.physical = memory.physical();
        this.arrays = memory.arrays();
        this.peak = memory.peak();
    }

    /** Whether the next run makes much new memory. */
    boolean needsMemory() {
        return resting.isEmpty() && peak >= MUCH;
    }

    /** Lets go of memory that was last used before run {@code run}. */
    void forget(long run) {
        for (var soft : resting) {
            var arena = soft.get();
            if (arena == null || arena.used < run) {
                resting.remove(soft);
            }
        }
    }

    /** Runs with an array for each leaf and for each assignment's target; {@code number} counts the runs of all plans. */
    Object[] run(Object[] leaves, Object[] targets, Workers workers, long number) {
        var arena = take(workers);
        arena.used = number;
        for (int i = 0; i < physical.length; i++) {
            var slot = slots.get(i);
            switch (slot.source()) {
                case LEAF -> arena.arrays[i] = leaves[slot.index()];
                case TARGET -> arena.arrays[i] = targets[slot.index()];
                case FRESH -> arena.arrays[i] = Leaf.array(slot.dtype(), slot.size());
                case WORK -> {}
            }
        }
        if (clock.due()) {
            clock.run(steps, arena);
        } else {
            for (var step : steps) {
                step.run(arena);
            }
        }
        var results = new Object[rootSlots.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = arena.arrays[rootSlots[i]];
        }
        arena.rest(physical);
        resting.push(arena.self);
        return results;
    }

    private Arena take(Workers workers) {
        for (var soft = resting.poll(); soft != null; soft = resting.poll()) {
            var arena = soft.get();
            if (arena != null) {
                arena.workers = workers;
                return arena;
            }
        }
        var arena = new Arena(physical.length, workers);
        var made = new @Nullable Object[arrays.length];
        for (int i = 0; i < physical.length; i++) {
            int p = physical[i];
            if (p >= 0) {
                var array = made[p];
                if (array == null) {
                    array = Leaf.array(arrays[p].dtype(), arrays[p].size());
                    made[p] = array;
                }
                arena.arrays[i] = array;
            }
        }
        return arena;
    }

    /** For people: what each step does, and, after a run, how long it took at best and how fast that was. */
    String explain() {
        var out = new StringBuilder();
        long flops = 0;
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            flops += step.flops();
            out.append(String.format(
                    "%3d  %-72s %9s  %-12s%s%n",
                    i,
                    step.describe(),
                    bytes(moved(step)),
                    operations(step.flops()),
                    clock.rates(i, step.flops(), moved(step))));
        }
        long work = Arrays.stream(arrays).mapToLong(Slots.Slot::bytes).sum();
        out.append(String.format(
                "%d steps, %s of working memory in %d arrays%s, %s%s%n",
                steps.size(),
                bytes(work),
                arrays.length,
                work == peak ? "" : " (" + bytes(peak) + " at once)",
                operations(flops),
                clock.total()));
        return out.toString();
    }

    private long moved(Step step) {
        long n = 0;
        for (int s : step.reads()) {
            n += slots.get(s).bytes();
        }
        for (int s : step.writes()) {
            n += slots.get(s).bytes();
        }
        return n;
    }

    private static String bytes(long n) {
        return n < 10_000 ? n + " B" : n < 10_000_000 ? n / 1000 + " kB" : n / 1_000_000 + " MB";
    }

    private static String operations(long n) {
        return n == 0 ? "" : n < 10_000 ? n + " flop" : n < 10_000_000 ? n / 1000 + " kflop" : n / 1_000_000 + " Mflop";
    }
}
