package soma.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import soma.DType;
import soma.Executor.Assignment;
import soma.Shape;
import soma.Tensor;
import soma.op.Append;
import soma.op.Expand;
import soma.op.KernelOp;
import soma.op.Leaf;
import soma.op.MatMul;
import soma.op.Op;
import soma.op.Permute;
import soma.op.Pick;
import soma.op.Product;
import soma.op.Redirect;
import soma.op.Reduction;
import soma.op.Reshape;
import soma.op.Slice;
import soma.op.Walk;

/**
 * From graph to plan: equal expressions merged, views resolved, elementwise work gathered into loops that ride on products and
 * reductions, updates of parameters moved to the end and done in place where nobody reads the old value any more.
 */
final class Planner {
    private static final int MOST_MEMBERS = 64;
    private static final Value[] NO_VALUES = {};
    private static final Shape[] NO_SHAPES = {};

    private final Walk walk;
    private final List<Tensor> roots;
    private final List<Assignment> assignments;
    /** For each assignment the LEAF index that reads its target, or -1. */
    private final int[] assignedLeaf;

    private final Value[] valueOf;
    private final List<Value> values = new ArrayList<>();
    private final ValueTable merged = new ValueTable();
    private final Map<Value, List<Value>> parts = new HashMap<>();
    private final Slots slots = new Slots();
    private final List<Integer> leafNodes = new ArrayList<>();
    private final List<Value> leafValues = new ArrayList<>();

    Planner(Walk walk, List<Tensor> roots, List<Assignment> assignments, int[] assignedLeaf) {
        this.walk = walk;
        this.roots = roots;
        this.assignments = assignments;
        this.assignedLeaf = assignedLeaf;
        this.valueOf = new Value[walk.size()];
    }

    Plan plan() {
        for (int i = 0; i < walk.size(); i++) {
            valueOf[i] = value(i, walk.node(i), walk.op(i));
        }
        for (var root : roots) {
            valueOf(root).storage.root = true;
        }
        for (var a : assignments) {
            valueOf(a.value()).storage.assigned = true;
        }
        group();
        attachHeads();
        var order = schedule(order());
        assignSlots();
        return new Plan(
                steps(order),
                slots,
                rootSlots,
                leafNodes.stream().mapToInt(Integer::intValue).toArray());
    }

    private int[] rootSlots = new int[0];
    private final List<Step> closing = new ArrayList<>();

    private Value valueOf(Tensor t) {
        return valueOf[walk.indexOf(t)];
    }

    // ---- values

    private Value value(int i, Tensor node, Op op) {
        return switch (op) {
            case Leaf leaf -> leaf(i, node, leaf);
            case Redirect.Barrier b when b.value() != b.after() -> barrier(i, node, b);
            case Redirect _ -> input(i, 0);
            case Reshape _ -> input(i, 0);
            case Expand e when e.x().numel() == e.shape().size() -> input(i, 0);
            case Slice s -> slice(i, node, s);
            case Pick p ->
                java.util.Objects.requireNonNull(parts.get(valueOf(p.tuple()))).get(p.index());
            case MatMul m -> merge(node, untransposed(i, m));
            default -> merge(i, node, op);
        };
    }

    private Value input(int node, int k) {
        return valueOf[walk.input(node, k)];
    }

    private Value leaf(int i, Tensor node, Leaf op) {
        var v = keep(new Value(values.size(), node, op, NO_VALUES, NO_SHAPES));
        v.slot = slots.add(Slots.Source.LEAF, node.dtype(), node.numel(), leafNodes.size());
        leafNodes.add(i);
        leafValues.add(v);
        return v;
    }

    private Value keep(Value v) {
        values.add(v);
        for (var input : v.in) {
            input.users.add(v);
        }
        return v;
    }

    private Value barrier(int i, Tensor node, Redirect.Barrier b) {
        var v = keep(view(node, b, input(i, 0), 0));
        v.after = input(i, 1);
        return v;
    }

    private Value view(Tensor node, Op op, Value base, int start) {
        return new Value(values.size(), node, op, base, start);
    }

    private Value slice(int i, Tensor node, Slice s) {
        int start = contiguousStart(s);
        return start >= 0 ? keep(view(node, s, input(i, 0), start)) : merge(i, node, s);
    }

    /** Where a slice begins in its input if it is one stretch of it, else -1. */
    private static int contiguousStart(Slice s) {
        var shape = s.x().shape();
        var strides = shape.strides();
        int start = 0;
        boolean cut = false;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            int size = s.sizes().get(i);
            if (size == 0 || size > 1 && (cut || s.step().get(i) != 1)) {
                return -1;
            }
            cut |= size != shape.dim(i);
            start += s.start().get(i) * strides[i];
        }
        return start;
    }

    /** Reads through transpositions of the last two axes: the product's kernels take transposed operands as they are. */
    private MatMul untransposed(int i, MatMul m) {
        var a = walk.op(walk.input(i, 0));
        var b = walk.op(walk.input(i, 1));
        boolean ta = Permute.swapsLastTwo(a);
        boolean tb = Permute.swapsLastTwo(b);
        return ta || tb
                ? new MatMul(
                        ta ? ((Permute) a).x() : m.a(),
                        tb ? ((Permute) b).x() : m.b(),
                        m.transA() ^ ta,
                        m.transB() ^ tb)
                : m;
    }

    private Value merge(Tensor node, MatMul op) {
        return merge(node, op, new Value[] {valueOf(op.a()), valueOf(op.b())}, new Shape[] {
            op.a().shape(), op.b().shape()
        });
    }

    private Value merge(int i, Tensor node, Op op) {
        var in = new Value[walk.inputs(i)];
        var shapes = new Shape[in.length];
        for (int k = 0; k < in.length; k++) {
            in[k] = input(i, k);
            shapes[k] = walk.node(walk.input(i, k)).shape();
        }
        return merge(node, op, in, shapes);
    }

    /** An equal expression made before, or a new value. */
    private Value merge(Tensor node, Op op, Value[] in, Shape[] shapes) {
        int hash = ValueTable.hash(op, in);
        var same = merged.find(hash, op, in, shapes);
        if (same != null) {
            return same;
        }
        var v = keep(new Value(values.size(), node, op, in, shapes));
        merged.add(hash, v);
        if (op instanceof KernelOp k && k.outputs().size() > 1) {
            var outs = new ArrayList<Value>();
            for (int i = 0; i < k.outputs().size(); i++) {
                var pick = node.pick(i);
                outs.add(keep(new Value(values.size(), pick, pick.op(), new Value[] {v}, new Shape[] {v.shape})));
            }
            parts.put(v, outs);
        }
        return v;
    }

    // ---- groups

    /**
     * Backwards over the values: one joins the loop of its users if all of them are in one loop and read it element for element. So
     * nothing is computed twice and no loop waits for itself.
     */
    private void group() {
        for (var v : values.reversed()) {
            if (v.isView() || v.op instanceof Pick) {
                continue;
            }
            if (v.op instanceof Reduction) {
                var g = new Group(v.num(), v.inShapes[0].size());
                g.reduction = v;
                v.group = g;
            } else if (v.isElementwise()) {
                var g = commonGroup(v);
                if (g == null || g.num != v.num() || !v.exactInRegister() || g.members.size() >= MOST_MEMBERS) {
                    g = new Group(v.num(), v.shape.size());
                }
                g.members.add(v);
                v.group = g;
            }
        }
    }

    /** The one loop in which all users of v read it element for element, or null. */
    private static @Nullable Group commonGroup(Value v) {
        Group common = null;
        for (var user : v.users) {
            var g = user.group;
            if (g == null || common != null && common != g || g.size != v.shape.size()) {
                return null;
            }
            for (int k = 0; k < user.in.length; k++) {
                if (user.in[k] == v && user.inShapes[k].size() != g.size) {
                    return null;
                }
            }
            if (user.in.length == 0 || g.size == 0) {
                return null;
            }
            common = g;
        }
        return common;
    }

    /** A product all of whose users are one loop takes that loop as its end. */
    private void attachHeads() {
        for (var v : values) {
            if (v.op instanceof Product p
                    && p.takesEpilogue()
                    && v.dtype == DType.FLOAT32
                    && !v.root
                    && !v.assigned
                    && !v.users.isEmpty()) {
                var g = commonGroup(v);
                if (g != null && g.head == null && g.reduction == null && g.num == Num.FLOAT) {
                    g.head = v;
                }
            }
        }
    }

    // ---- order, memory, steps

    /** What stands for a step: the last value of each group, and every value that is a step of its own. Pure updates come last. */
    private List<Value> order() {
        var early = new ArrayList<Value>();
        var late = new ArrayList<Value>();
        for (var v : values) {
            if (v.op instanceof Leaf || v.isView() || v.op instanceof Pick) {
                continue;
            }
            var g = v.group;
            if (g == null) {
                if (!isHead(v)) {
                    early.add(v);
                }
            } else if (v == g.reduction || g.reduction == null && v == g.members.getFirst()) {
                (g.reduction == null && g.members.stream().allMatch(Planner::onlyUpdates) ? late : early).add(v);
            }
        }
        early.addAll(late);
        return early;
    }

    private List<Value> schedule(List<Value> order) {
        place(order);
        var updates = new ArrayList<Schedule.Update>();
        for (int i = 0; i < assignments.size(); i++) {
            var v = valueOf(assignments.get(i).value()).storage;
            if (assignedLeaf[i] >= 0 && !(v.op instanceof Leaf)) {
                updates.add(new Schedule.Update(stepOf(v), leafValues.get(assignedLeaf[i])));
            }
        }
        var better = Schedule.of(order, values.size(), updates);
        place(better);
        return better;
    }

    private static void place(List<Value> order) {
        for (int i = 0; i < order.size(); i++) {
            order.get(i).position = i;
        }
    }

    private static boolean onlyUpdates(Value v) {
        return !v.root && v.users.stream().allMatch(u -> u.group == v.group && u.group != null);
    }

    private static boolean isHead(Value v) {
        var users = v.users;
        if (users.isEmpty() || !(v.op instanceof Product)) {
            return false;
        }
        var g = users.getFirst().group;
        return g != null && g.head == v;
    }

    private void assignSlots() {
        var targets = new int[assignments.size()];
        for (int i = 0; i < targets.length; i++) {
            var v = valueOf(assignments.get(i).value());
            if (isInPlace(i, v)) {
                // the leaf's own slot where there is one, so that a loop sees that it reads and writes the same memory
                v.slot = assignedLeaf[i] >= 0
                        ? leafValues.get(assignedLeaf[i]).slot
                        : slots.add(Slots.Source.TARGET, v.dtype, v.shape.size(), i);
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
                commit(valueOf(assignments.get(i).value()), targets[i]);
            }
        }
        rootSlots = new int[roots.size()];
        for (int i = 0; i < rootSlots.length; i++) {
            var v = valueOf(roots.get(i));
            var s = v.storage;
            boolean lendable = s.slot >= 0 && slots.get(s.slot).source() == Slots.Source.FRESH
                    || s.op instanceof Leaf.Data
                    || isGiven(s);
            if (lendable && v.offset == 0 && s.shape.size() == roots.get(i).numel()) {
                rootSlots[i] = s.slot;
            } else {
                rootSlots[i] =
                        slots.add(Slots.Source.FRESH, v.dtype, roots.get(i).numel(), -1);
                closing.addFirst(flatCopy("copy", v, rootSlots[i]));
            }
        }
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
        if (isHead(v)) {
            var last = stepOf(v);
            fresh = last.root && last.slot < 0 && last.dtype == v.dtype;
        }
        return slots.add(fresh ? Slots.Source.FRESH : Slots.Source.WORK, v.dtype, v.shape.size(), -1);
    }

    /** Whether the loop that ends with {@code last} is all that still reads this working memory, and reads it as it lies. */
    private static boolean endsIn(Value v, Value last) {
        if (v.isView() || v.root || v.assigned || v.op instanceof Leaf || last.root || v.group == last.group) {
            return false;
        }
        for (var reader : readers(v, new ArrayList<>())) {
            if (reader.group != last.group) {
                if (stepOf(reader).position >= last.position) {
                    return false;
                }
            } else if (!readsInPlace(reader, v, last.shape.size())) {
                return false;
            }
        }
        return true;
    }

    /** What a parameter held goes to another one by way of working memory: the first may have been written by then. */
    private void commit(Value v, int target) {
        boolean overwritten = v.storage.op instanceof Leaf
                && Arrays.stream(assignedLeaf).anyMatch(l -> l >= 0 && leafValues.get(l) == v.storage);
        if (overwritten) {
            int aside = slots.add(Slots.Source.WORK, v.dtype, v.shape.size(), -1);
            closing.addFirst(flatCopy("copy", v, aside));
            closing.add(flatCopy("commit", aside, 0, v.shape.size(), target));
        } else {
            closing.add(flatCopy("commit", v, target));
        }
    }

    private static CopyStep flatCopy(String name, Value v, int to) {
        return flatCopy(name, v.storage.slot, v.offset, v.shape.size(), to);
    }

    private static CopyStep flatCopy(String name, int from, int offset, int size, int to) {
        var one = new int[] {1};
        return new CopyStep(name, from, offset, one, to, new int[] {size}, one);
    }

    /**
     * Whether the update can be written straight into the parameter: nothing else wants the value, and every step that reads the old
     * one comes before, or is the loop that makes the new one, reading element for element.
     */
    private boolean isInPlace(int i, Value v) {
        var g = v.group;
        if (v.root || v.slot >= 0 || v.isView() || v.op instanceof Leaf) {
            return false;
        }
        if (v.isElementwise() && (g == null || Num.kind(v.dtype) != g.num.kind)) {
            return false;
        }
        if (assignedLeaf[i] < 0) {
            return true;
        }
        var leaf = leafValues.get(assignedLeaf[i]);
        if (leaf.root || leaf.assigned) {
            return false;
        }
        int own = stepOf(v).position;
        for (var reader : readers(leaf, new ArrayList<>())) {
            int at = stepOf(reader).position;
            if (at > own || at < 0 || at == own && (reader.group != g || !v.isElementwise())) {
                return false;
            }
            if (at == own && !readsInPlace(reader, leaf, v.shape.size())) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code reader}, of a loop of this size, reads what it reads of v's memory as it lies. */
    private static boolean readsInPlace(Value reader, Value v, int size) {
        for (int k = 0; k < reader.in.length; k++) {
            if (reader.in[k].storage == v && (reader.in[k] != v || reader.inShapes[k].size() != size)) {
                return false;
            }
        }
        return true;
    }

    private static List<Value> readers(Value v, List<Value> into) {
        for (var u : v.users) {
            if (u.isView()) {
                readers(u, into);
            } else {
                into.add(u);
            }
        }
        return into;
    }

    /** The value that stands for the step which computes v. */
    static Value stepOf(Value v) {
        var g = v.group;
        if (g == null && isHead(v)) {
            g = v.users.getFirst().group;
        }
        if (g == null) {
            return v.op instanceof Pick ? v.in[0] : v;
        }
        var reduction = g.reduction;
        return reduction != null ? reduction : g.members.getFirst();
    }

    private List<Step> steps(List<Value> order) {
        var steps = new ArrayList<Step>();
        for (var v : order) {
            steps.add(step(v));
        }
        steps.addAll(closing);
        return steps;
    }

    private Step step(Value v) {
        var g = v.group;
        if (g != null) {
            var loop = new LoopBuilder(g).build();
            if (g.reduction != null) {
                var step = new ReduceStep(v, loop);
                if (step.partialSize() > 0) {
                    step.partialSlot = slots.add(Slots.Source.WORK, numType(g.num), step.partialSize(), -1);
                }
                return step;
            }
            var head = g.head;
            return head == null ? new LoopStep(loop) : new ProductStep(head, new Operands(head, List.of(head)), loop);
        }
        return switch (v.op) {
            case Product p -> new ProductStep(v, new Operands(v, List.of(v)), null);
            case KernelOp k -> new KernelStep(v, new Operands(v, parts.getOrDefault(v, List.of(v))));
            case Permute p -> permute(v, p);
            case Slice s -> slice(v, s);
            default -> throw new IllegalStateException("no step for " + v.op.name());
        };
    }

    private static DType numType(Num num) {
        return switch (num) {
            case FLOAT -> DType.FLOAT32;
            case DOUBLE -> DType.FLOAT64;
            case LONG -> DType.INT64;
        };
    }

    private static Step permute(Value v, Permute p) {
        var own = v.inShapes[0].strides();
        var strides = new int[own.length];
        for (int i = 0; i < strides.length; i++) {
            strides[i] = own[p.axes().get(i)];
        }
        return copy("permute", v, 0, strides);
    }

    private static Step slice(Value v, Slice s) {
        var strides = v.inShapes[0].strides();
        int offset = 0;
        for (int i = 0; i < strides.length; i++) {
            offset += s.start().get(i) * strides[i];
            strides[i] *= s.step().get(i);
        }
        return copy("slice", v, offset, strides);
    }

    private static Step copy(String name, Value v, int offset, int[] strides) {
        return new CopyStep(
                name,
                v.in[0].storage.slot,
                v.in[0].offset + offset,
                strides,
                v.slot,
                v.shape.toArray(),
                v.shape.strides());
    }
}
