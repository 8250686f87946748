package soma.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import soma.DType;
import soma.Executor.Assignment;
import soma.Shape;
import soma.Tensor;
import soma.kernel.FusedLoops;
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

    private final FusedLoops fused;

    private final Value[] valueOf;
    private final List<Value> values = new ArrayList<>();
    private final ValueTable merged = new ValueTable();
    private final Map<Value, List<Value>> parts = new HashMap<>();
    private final Slots slots = new Slots();
    private final List<Integer> leafNodes = new ArrayList<>();
    private final List<Value> leafValues = new ArrayList<>();

    Planner(Walk walk, List<Tensor> roots, List<Assignment> assignments, int[] assignedLeaf, FusedLoops fused) {
        this.walk = walk;
        this.roots = roots;
        this.assignments = assignments;
        this.assignedLeaf = assignedLeaf;
        this.fused = fused;
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
        var updates = updates();
        var order = schedule(order(), updates);
        var memory = new SlotAssignment(slots, values, updates);
        memory.run();
        var results = memory.results(roots.stream().map(this::valueOf).toList());
        var maker = new StepMaker(slots, parts, fused);
        var steps = new ArrayList<Step>();
        for (var v : order) {
            steps.add(maker.step(v));
        }
        steps.addAll(memory.closing());
        var leaves = leafNodes.stream().mapToInt(Integer::intValue).toArray();
        return new Plan(steps, slots, results, leaves);
    }

    private List<SlotAssignment.Update> updates() {
        var all = new ArrayList<SlotAssignment.Update>();
        for (int i = 0; i < assignments.size(); i++) {
            var leaf = assignedLeaf[i] < 0 ? null : leafValues.get(assignedLeaf[i]);
            all.add(new SlotAssignment.Update(valueOf(assignments.get(i).value()), leaf));
        }
        return all;
    }

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

    // ---- order

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
                if (!v.isHead()) {
                    early.add(v);
                }
            } else if (v == g.reduction || g.reduction == null && v == g.members.getFirst()) {
                (g.reduction == null && g.members.stream().allMatch(Planner::onlyUpdates) ? late : early).add(v);
            }
        }
        early.addAll(late);
        return early;
    }

    private List<Value> schedule(List<Value> order, List<SlotAssignment.Update> all) {
        place(order);
        var updates = new ArrayList<Schedule.Update>();
        for (var update : all) {
            var v = update.value().storage;
            if (update.leaf() != null && !(v.op instanceof Leaf)) {
                updates.add(new Schedule.Update(v.step(), update.leaf()));
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
}
