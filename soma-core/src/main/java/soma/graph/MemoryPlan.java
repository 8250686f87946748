package soma.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import soma.DType;

/**
 * Which slots share an array: a slot lives from the step that writes it first to the one that reads it last. The largest are placed
 * first, each in the smallest array that has room for it in its time (Pisarchyk and Lee 2020, arXiv 2001.03288).
 *
 * @param peak the bytes of all slots of the moment with most: less no plan can take
 */
record MemoryPlan(int[] physical, Slots.Slot[] arrays, long peak) {
    /** So many arrays are looked at for a slot, so that plans of a million slots are made too. */
    private static final int MOST_TRIED = 64;

    static MemoryPlan of(List<Step> steps, Slots slots) {
        int n = slots.count();
        var first = new int[n];
        var last = new int[n];
        Arrays.fill(first, Integer.MAX_VALUE);
        Arrays.fill(last, -1);
        for (int i = 0; i < steps.size(); i++) {
            for (int s : steps.get(i).writes()) {
                first[s] = Math.min(first[s], i);
                last[s] = i;
            }
            for (int s : steps.get(i).reads()) {
                last[s] = i;
            }
        }
        var physical = new int[n];
        Arrays.fill(physical, -1);
        var arrays = new ArrayList<Slots.Slot>();
        Map<DType, List<Place>> places = new EnumMap<>(DType.class);
        for (int s : bySize(slots, last)) {
            var slot = slots.get(s);
            var same = places.computeIfAbsent(slot.dtype(), _ -> new ArrayList<>());
            var place = freePlace(same, first[s], last[s]);
            if (place == null) {
                place = new Place(arrays.size(), new TreeMap<>());
                same.add(place);
                arrays.add(slot);
            }
            place.times.put(first[s], last[s]);
            physical[s] = place.array;
        }
        return new MemoryPlan(physical, arrays.toArray(Slots.Slot[]::new), peak(steps.size(), slots, first, last));
    }

    /** An array, and from when to when it is taken. */
    private record Place(int array, TreeMap<Integer, Integer> times) {
        boolean isFree(int from, int to) {
            var before = times.floorEntry(to);
            return before == null || before.getValue() < from;
        }
    }

    private static @Nullable Place freePlace(List<Place> places, int from, int to) {
        for (int i = places.size() - 1; i >= Math.max(0, places.size() - MOST_TRIED); i--) {
            if (places.get(i).isFree(from, to)) {
                return places.get(i);
            }
        }
        return null;
    }

    /** The slots of working memory, the largest first. */
    private static int[] bySize(Slots slots, int[] last) {
        var keys = new long[slots.count()];
        int count = 0;
        for (int s = 0; s < keys.length; s++) {
            if (isUsed(slots, last, s)) {
                keys[count++] = (long) -slots.get(s).size() << 32 | s;
            }
        }
        Arrays.sort(keys, 0, count);
        var order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }

    private static boolean isUsed(Slots slots, int[] last, int s) {
        return slots.get(s).source() == Slots.Source.WORK && last[s] >= 0;
    }

    private static long peak(int steps, Slots slots, int[] first, int[] last) {
        var change = new long[steps + 1];
        for (int s = 0; s < last.length; s++) {
            if (isUsed(slots, last, s)) {
                change[first[s]] += slots.get(s).bytes();
                change[last[s] + 1] -= slots.get(s).bytes();
            }
        }
        long now = 0;
        long most = 0;
        for (long c : change) {
            now += c;
            most = Math.max(most, now);
        }
        return most;
    }
}
