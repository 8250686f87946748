package soma.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which slots share an array: a slot lives from the step that writes it first to the one that reads it last. */
record MemoryPlan(int[] physical, Slots.Slot[] arrays) {

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
        var dying = new ArrayList<List<Integer>>();
        var born = new ArrayList<List<Integer>>();
        for (int i = 0; i < steps.size(); i++) {
            dying.add(new ArrayList<>());
            born.add(new ArrayList<>());
        }
        for (int s = 0; s < n; s++) {
            if (slots.get(s).source() == Slots.Source.WORK && last[s] >= 0) {
                born.get(first[s]).add(s);
                dying.get(last[s]).add(s);
            }
        }
        var physical = new int[n];
        Arrays.fill(physical, -1);
        var arrays = new ArrayList<Slots.Slot>();
        var free = new ArrayList<Integer>();
        for (int i = 0; i < steps.size(); i++) {
            for (int s : born.get(i)) {
                physical[s] = place(slots.get(s), arrays, free);
            }
            for (int s : dying.get(i)) {
                free.add(physical[s]);
            }
        }
        return new MemoryPlan(physical, arrays.toArray(Slots.Slot[]::new));
    }

    /** The free array that fits best, or the largest free one made larger, or a new one. */
    private static int place(Slots.Slot wanted, List<Slots.Slot> arrays, List<Integer> free) {
        int best = -1;
        for (int i = 0; i < free.size(); i++) {
            var a = arrays.get(free.get(i));
            if (a.dtype() == wanted.dtype()) {
                int size = a.size();
                int bestSize = best < 0 ? -1 : arrays.get(free.get(best)).size();
                boolean better = best < 0
                        || (bestSize < wanted.size() ? size > bestSize : size >= wanted.size() && size < bestSize);
                best = better ? i : best;
            }
        }
        if (best < 0) {
            arrays.add(wanted);
            return arrays.size() - 1;
        }
        int p = free.remove(best);
        if (arrays.get(p).size() < wanted.size()) {
            arrays.set(p, wanted);
        }
        return p;
    }
}
