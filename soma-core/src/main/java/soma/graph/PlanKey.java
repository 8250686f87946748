package soma.graph;

import java.util.Arrays;
import java.util.List;
import soma.Executor.Assignment;
import soma.Tensor;
import soma.op.Leaf;
import soma.op.Op;
import soma.op.Walk;

/**
 * The structure of a graph, without the numbers in its leaves: graphs with equal keys have the same plan. The whole structure is
 * compared, not only a hash.
 */
final class PlanKey {
    private final int[] links;
    private final Object[] kinds;
    private final int hash;

    private PlanKey(int[] links, Object[] kinds, int hash) {
        this.links = links;
        this.kinds = kinds;
        this.hash = 31 * Arrays.hashCode(links) + hash;
    }

    static PlanKey of(Walk walk, List<Tensor> roots, List<Assignment> assignments, Object[] leaves) {
        int n = walk.size();
        var links = new int[n + walk.edges() + 1 + roots.size() + 2 * assignments.size()];
        var kinds = new Object[2 * n];
        int at = 0;
        int hash = 0;
        for (int i = 0; i < n; i++) {
            var op = walk.op(i);
            var kind = op.getClass();
            kinds[2 * i] = kind;
            hash = 31 * hash + System.identityHashCode(kind);
            if (op instanceof Leaf) {
                var shape = op.shape();
                kinds[2 * i + 1] = shape;
                hash = 31 * hash + shape.size();
                links[at++] = op.dtype().ordinal();
            } else {
                var attributes = op.attributes();
                kinds[2 * i + 1] = attributes;
                if (attributes != Op.NONE) { // most have none, and a call for each would be felt
                    hash = 31 * hash + attributes.hashCode();
                }
                int inputs = walk.inputs(i);
                links[at++] = inputs;
                for (int k = 0; k < inputs; k++) {
                    links[at++] = walk.input(i, k);
                }
            }
        }
        links[at++] = roots.size();
        for (var root : roots) {
            links[at++] = walk.indexOf(root);
        }
        for (var a : assignments) {
            links[at++] = walk.indexOf(a.value());
            links[at++] = leafOf(leaves, a.target());
        }
        return new PlanKey(links, kinds, hash);
    }

    /** The leaf whose array is {@code target}, or -1. */
    static int leafOf(Object[] leaves, Object target) {
        for (int i = 0; i < leaves.length; i++) {
            if (leaves[i] == target) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlanKey k
                && hash == k.hash
                && Arrays.equals(links, k.links)
                && Arrays.equals(kinds, k.kinds);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
