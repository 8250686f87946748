package soma.graph;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import soma.Executor;
import soma.Soma;
import soma.Tensor;
import soma.kernel.FusedLoops;
import soma.kernel.Workers;
import soma.op.Leaf;
import soma.op.Walk;

/** The executor for this CPU: plans are made once for each structure of graph and kept. */
public final class GraphExecutor implements Executor {
    private static final int MOST_PLANS = 1024;

    /** Working memory that was not used in so many runs makes room for new. */
    private static final int RESTED = 32;

    /** Softly held: an op in a plan knows the tensors it was first made of, and these their numbers. */
    private final Map<PlanKey, SoftReference<Plan>> plans =
            Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<PlanKey, SoftReference<Plan>> eldest) {
                    return size() > MOST_PLANS;
                }
            });

    private final FusedLoops fused = new FusedLoops();
    private final AtomicLong runs = new AtomicLong();
    private final ConcurrentHashMap<Integer, Workers> teams = new ConcurrentHashMap<>();
    private volatile @Nullable Workers lastTeam;

    /** For {@link java.util.ServiceLoader}. */
    public GraphExecutor() {}

    /** A graph with what its leaves hold. */
    private record Bound(Walk walk, Object[] leaves, Plan plan) {}

    private Bound bind(List<Tensor> roots, List<Assignment> assignments, boolean inputs) {
        var all = new ArrayList<Tensor>(roots);
        for (var a : assignments) {
            all.add(a.value());
        }
        var walk = Walk.from(all);
        var leaves = new ArrayList<Object>();
        for (int i = 0; i < walk.size(); i++) {
            if (walk.op(i) instanceof Leaf leaf) {
                boolean later = leaf instanceof Leaf.Given
                        || inputs && (leaf instanceof Leaf.Input || leaf instanceof Leaf.Feed);
                leaves.add(later ? leaf : leaf.bind());
            }
        }
        var bound = leaves.toArray();
        var key = PlanKey.of(walk, roots, assignments, bound);
        var kept = plans.get(key);
        var plan = kept == null ? null : kept.get();
        if (plan == null) {
            var assigned = assignments.stream()
                    .mapToInt(a -> PlanKey.leafOf(bound, a.target()))
                    .toArray();
            plan = new Planner(walk, roots, assignments, assigned, fused).plan();
            plans.put(key, new SoftReference<>(plan));
        }
        return new Bound(walk, bound, plan);
    }

    private Workers team() {
        int threads = Soma.threads();
        var last = lastTeam;
        if (last == null || last.threads() != threads) {
            last = teams.computeIfAbsent(threads, Workers::new);
            lastTeam = last;
        }
        return last;
    }

    private static Object[] targets(List<Assignment> assignments) {
        return assignments.stream().map(Assignment::target).toArray();
    }

    @Override
    public Object[] run(List<Tensor> roots, List<Assignment> assignments) {
        var bound = bind(roots, assignments, false);
        return run(bound.plan, bound.leaves, targets(assignments));
    }

    private Object[] run(Plan plan, Object[] leaves, Object[] targets) {
        long now = runs.incrementAndGet();
        for (int i = 0; i < leaves.length; i++) {
            if (leaves[i] instanceof Leaf.Given given) {
                leaves[i] = given.bind();
            }
        }
        if (plan.needsMemory()) {
            // What drew the first weights, say, is done for good; the training step then has its memory.
            synchronized (plans) {
                for (var kept : plans.values()) {
                    var other = kept.get();
                    if (other != null) {
                        other.forget(now - RESTED);
                    }
                }
            }
        }
        return plan.run(leaves, targets, team(), now);
    }

    @Override
    public String explain(List<Tensor> roots, List<Assignment> assignments) {
        return bind(roots, assignments, false).plan.explain();
    }

    @Override
    public Program compile(List<Tensor> inputs, List<Tensor> roots, List<Assignment> assignments) {
        var bound = bind(roots, assignments, true);
        var nodes = bound.plan.leafNodes;
        var ops = new Leaf[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            ops[i] = (Leaf) bound.walk.op(nodes[i]);
        }
        return new Compiled(bound.plan, ops, bound.leaves, assignments);
    }

    private final class Compiled implements Program {
        private final Plan plan;
        /** What does not change from run to run; parameters keep their arrays for life. */
        private final Object[] fixed;

        /** For each leaf the argument it is, or -1. */
        private final int[] argument;

        private final List<Leaf.Feed> feeds = new ArrayList<>();
        private final List<Integer> fed = new ArrayList<>();
        private final Object[] targets;

        Compiled(Plan plan, Leaf[] ops, Object[] leaves, List<Assignment> assignments) {
            this.plan = plan;
            this.fixed = leaves.clone();
            this.argument = new int[ops.length];
            this.targets = targets(assignments);
            for (int i = 0; i < ops.length; i++) {
                argument[i] = ops[i] instanceof Leaf.Input in ? in.position() : -1;
                if (ops[i] instanceof Leaf.Feed f) {
                    feeds.add(f);
                    fed.add(i);
                }
            }
        }

        @Override
        public Object[] run(Object[] arguments) {
            var leaves = fixed.clone();
            for (int i = 0; i < leaves.length; i++) {
                if (argument[i] >= 0) {
                    leaves[i] = arguments[argument[i]];
                }
            }
            for (int i = 0; i < feeds.size(); i++) {
                leaves[fed.get(i)] = feeds.get(i).bind();
            }
            return GraphExecutor.this.run(plan, leaves, targets);
        }

        @Override
        public String explain() {
            return plan.explain();
        }
    }
}
