package soma.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeMap;
import soma.DType;

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
        var free = new EnumMap<DType, TreeMap<Integer, ArrayList<Integer>>>(DType.class);
        for (int i = 0; i < steps.size(); i++) {
            for (int s : born.get(i)) {
                physical[s] = place(
                        slots.get(s), arrays, free.computeIfAbsent(slots.get(s).dtype(), d -> new TreeMap<>()));
            }
            for (int s : dying.get(i)) {
                var a = arrays.get(physical[s]);
                free.computeIfAbsent(a.dtype(), d -> new TreeMap<>())
                        .computeIfAbsent(a.size(), size -> new ArrayList<>())
                        .add(physical[s]);
            }
        }
        return new MemoryPlan(physical, arrays.toArray(Slots.Slot[]::new));
    }

    /** The free array that fits best, or the largest free one made larger, or a new one. {@code free}: by size. */
    private static int place(Slots.Slot wanted, List<Slots.Slot> arrays, TreeMap<Integer, ArrayList<Integer>> free) {
        var fit = free.ceilingEntry(wanted.size());
        var best = fit != null ? fit : free.lastEntry();
        if (best == null) {
            arrays.add(wanted);
            return arrays.size() - 1;
        }
        int p = best.getValue().removeLast();
        if (best.getValue().isEmpty()) {
            free.remove(best.getKey());
        }
        if (arrays.get(p).size() < wanted.size()) {
            arrays.set(p, wanted);
        }
        return p;
    }
}
