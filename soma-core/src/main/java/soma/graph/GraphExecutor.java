package soma.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import soma.Executor;
import soma.Soma;
import soma.Tensor;
import soma.kernel.Workers;
import soma.op.Leaf;
import soma.op.Walk;

/** The executor for this CPU: plans are made once for each structure of graph and kept. */
public final class GraphExecutor implements Executor {
    private static final int MOST_PLANS = 1024;

    private final Map<PlanKey, Plan> plans = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PlanKey, Plan> eldest) {
            return size() > MOST_PLANS;
        }
    });

    private final ConcurrentHashMap<Integer, Workers> teams = new ConcurrentHashMap<>();

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
                leaves.add(inputs && leaf instanceof Leaf.Input ? leaf : leaf.bind());
            }
        }
        var bound = leaves.toArray();
        var key = PlanKey.of(walk, roots, assignments, bound);
        var plan = plans.get(key);
        if (plan == null) {
            var assigned = assignments.stream().mapToInt(a -> PlanKey.leafOf(bound, a.target())).toArray();
            plan = new Planner(walk, roots, assignments, assigned).plan();
            plans.put(key, plan);
        }
        return new Bound(walk, bound, plan);
    }

    private Workers team() {
        return teams.computeIfAbsent(Soma.threads(), Workers::new);
    }

    private static Object[] targets(List<Assignment> assignments) {
        return assignments.stream().map(Assignment::target).toArray();
    }

    @Override
    public Object[] run(List<Tensor> roots, List<Assignment> assignments) {
        var bound = bind(roots, assignments, false);
        return bound.plan.run(bound.leaves, targets(assignments), team());
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
        private final Leaf[] ops;
        private final Object[] fixed;
        private final List<Assignment> assignments;

        Compiled(Plan plan, Leaf[] ops, Object[] fixed, List<Assignment> assignments) {
            this.plan = plan;
            this.ops = ops;
            this.fixed = fixed;
            this.assignments = assignments;
        }

        @Override
        public Object[] run(Object[] arguments) {
            var leaves = new Object[ops.length];
            for (int i = 0; i < leaves.length; i++) {
                leaves[i] = switch (ops[i]) {
                    case Leaf.Input in -> arguments[in.position()];
                    case Leaf.ParamRead p -> p.param().array();
                    case Leaf.Feed f -> f.bind();
                    case Leaf.Data d -> fixed[i];
                    case Leaf.Scalar s -> fixed[i];
                };
            }
            return plan.run(leaves, targets(assignments), team());
        }

        @Override
        public String explain() {
            return plan.explain();
        }
    }
}
