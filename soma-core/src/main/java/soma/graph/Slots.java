package soma.graph;

import java.util.ArrayList;
import java.util.List;
import soma.DType;

/** Every piece of memory a plan names, and where it comes from at a run. */
final class Slots {
    /** The source of a slot's array. */
    enum Source {
        /** An input of the plan. */
        LEAF,
        /** Working memory, shared with other slots that live at other times. */
        WORK,
        /** A fresh array, handed to the caller. */
        FRESH,
        /** The array of a parameter that is assigned to. */
        TARGET
    }

    /** {@code index}: which leaf or which assignment; else unused. */
    record Slot(Source source, DType dtype, int size, int index) {
        long bytes() {
            return (long) size * dtype.bytes();
        }
    }

    private final List<Slot> slots = new ArrayList<>();

    int add(Source source, DType dtype, int size, int index) {
        slots.add(new Slot(source, dtype, size, index));
        return slots.size() - 1;
    }

    Slot get(int i) {
        return slots.get(i);
    }

    int count() {
        return slots.size();
    }
}
