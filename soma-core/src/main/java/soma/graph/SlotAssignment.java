package soma.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import soma.op.Append;
import soma.op.Leaf;

/**
 * Which slot each value is written to: its own, that of one which its loop reads last, or straight the parameter that it
 * updates. What cannot be written where it belongs is copied there at the end.
 */
final class SlotAssignment {
    private final Slots slots;
    private final List<Value> values;
    private final List<Update> updates;
    private final List<Step> closing = new ArrayList<>();

    /** A value that is assigned, and what reads its target, if anything does. */
    record Update(Value value, @Nullable Value leaf) {}

    SlotAssignment(Slots slots, List<Value> values, List<Update> updates) {
        this.slots = slots;
        this.values = values;
        this.updates = updates;
    }

    /** Gives each value its slot. */
    void run() {
        var targets = new int[updates.size()];
        for (int i = 0; i < targets.length; i++) {
            var v = updates.get(i).value;
            var leaf = updates.get(i).leaf;
            if (isInPlace(v, leaf)) {
                // the leaf's own slot where there is one, so that a loop sees that it reads and writes the same memory
                v.slot = leaf != null ? leaf.slot : slots.add(Slots.Source.TARGET, v.dtype, v.shape.size(), i);
                targets[i] = -1;
            } else {
                targets[i] = slots.add(Slots.Source.TARGET, v.dtype, v.shape.size(), i);
            }
        }
        for (var v : values) {
            if (v.slot < 0 && !v.isView()) {
                v.slot = slot(v);
            }
        }
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] >= 0) {
                commit(updates.get(i).value, targets[i]);
            }
        }
    }

    /** The slots in which the results end up: once all values have theirs. */
    int[] results(List<Value> roots) {
        var all = new int[roots.size()];
        for (int i = 0; i < all.length; i++) {
            var v = roots.get(i);
            var s = v.storage;
            boolean lendable = s.slot >= 0 && slots.get(s.slot).source() == Slots.Source.FRESH
                    || s.op instanceof Leaf.Data
                    || isGiven(s);
            if (lendable && v.offset == 0 && s.shape.size() == v.shape.size()) {
                all[i] = s.slot;
            } else {
                all[i] = slots.add(Slots.Source.FRESH, v.dtype, v.shape.size(), -1);
                closing.addFirst(CopyStep.flat("copy", v, all[i]));
            }
        }
        return all;
    }

    /** The copies at the end. */
    List<Step> closing() {
        return closing;
    }

    /** Whether v writes to memory that was given to the plan for that, and is all that reads it. */
    private static boolean isGiven(Value v) {
        return v.op instanceof Append
                && v.in[0].op instanceof Leaf.Given
                && v.in[0].users.size() == 1
                && !v.in[0].root
                && !v.in[0].assigned;
    }

    /** Memory for a value: that of one which its loop reads last, element for element, or some of its own. */
    private int slot(Value v) {
        if (isGiven(v)) {
            return v.in[0].slot;
        }
        var g = v.group;
        if (g != null && g.reduction == null && v == g.members.getFirst()) {
            var head = g.head;
            if (head != null && head.dtype == v.dtype) {
                return head.slot;
            }
            for (var member : g.members) {
                for (var in : member.in) {
                    if (in.dtype == v.dtype && Num.kind(v.dtype) == g.num.kind && endsIn(in, v)) {
                        return in.slot;
                    }
                }
            }
        }
        boolean fresh = v.root;
        if (v.isHead()) {
            var last = v.step();
            fresh = last.root && last.slot < 0 && last.dtype == v.dtype;
        }
        return slots.add(fresh ? Slots.Source.FRESH : Slots.Source.WORK, v.dtype, v.shape.size(), -1);
    }

    /** Whether the loop that ends with {@code last} is all that still reads this working memory, and reads it as it lies. */
    private static boolean endsIn(Value v, Value last) {
        if (v.isView() || v.root || v.assigned || v.op instanceof Leaf || last.root || v.group == last.group) {
            return false;
        }
        for (var reader : v.readers()) {
            if (reader.group != last.group) {
                if (reader.step().position >= last.position) {
                    return false;
                }
            } else if (!reader.readsInPlace(v, last.shape.size())) {
                return false;
            }
        }
        return true;
    }

    /** What a parameter held goes to another one by way of working memory: the first may have been written by then. */
    private void commit(Value v, int target) {
        boolean overwritten = v.storage.op instanceof Leaf && updates.stream().anyMatch(u -> u.leaf == v.storage);
        if (overwritten) {
            int aside = slots.add(Slots.Source.WORK, v.dtype, v.shape.size(), -1);
            closing.addFirst(CopyStep.flat("copy", v, aside));
            closing.add(CopyStep.flat("commit", aside, 0, v.shape.size(), target));
        } else {
            closing.add(CopyStep.flat("commit", v, target));
        }
    }

    /**
     * Whether the update can be written straight into the parameter: nothing else wants the value, and every step that reads the old
     * one comes before, or is the loop that makes the new one, reading element for element.
     */
    private static boolean isInPlace(Value v, @Nullable Value leaf) {
        var g = v.group;
        if (v.root || v.slot >= 0 || v.isView() || v.op instanceof Leaf) {
            return false;
        }
        if (v.isElementwise() && (g == null || Num.kind(v.dtype) != g.num.kind)) {
            return false;
        }
        if (leaf == null) {
            return true;
        }
        if (leaf.root || leaf.assigned) {
            return false;
        }
        int own = v.step().position;
        for (var reader : leaf.readers()) {
            int at = reader.step().position;
            if (at > own || at < 0 || at == own && (reader.group != g || !v.isElementwise())) {
                return false;
            }
            if (at == own && !reader.readsInPlace(leaf, v.shape.size())) {
                return false;
            }
        }
        return true;
    }
}
