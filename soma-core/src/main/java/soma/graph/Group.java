package soma.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elementwise values that become one loop, and perhaps the product before it or the reduction after it. */
final class Group {
    final Num num;
    final int size;
    /** In reverse order of computation while the group grows. */
    final List<Value> members = new ArrayList<>();

    @Nullable
    Value head;

    @Nullable
    Value reduction;

    Group(Num num, int size) {
        this.num = num;
        this.size = size;
    }
}
