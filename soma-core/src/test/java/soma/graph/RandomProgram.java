package soma.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import soma.DType;
import soma.Tensor;

/**
 * A random expression, twice: as tensors and as the same steps on {@link Plain} arrays. Most values are whole numbers kept small
 * enough that every order of summation gives the same bits, so most nodes must agree exactly; the others carry a bound of their
 * error. What is built depends on the seed alone, never on the numbers in the leaves, so that one program can be run on many.
 */
final class RandomProgram {

    /** How large the tensors are. */
    enum Sizes {
        SMALL(30, 3_000),
        BLOCK(20, 20_000),
        LARGE(12, 400_000);

        final int steps;
        final int most;

        Sizes(int steps, int most) {
            this.steps = steps;
            this.most = most;
        }
    }

    /** What the programs are made of. */
    enum Kind {
        /** All dtypes and steps. */
        ANY,
        /** Leaves are float32, so that parameters can be set to what is computed. */
        FLOATS,
        /** Float64 and differentiable steps only. */
        SMOOTH
    }

    final List<RandomNode> nodes;
    final List<Integer> roots = new ArrayList<>();
    private final long seed;
    private final Sizes sizes;

    RandomProgram(long seed, Sizes sizes) {
        this(seed, sizes, Kind.ANY);
    }

    RandomProgram(long seed, Sizes sizes, Kind kind) {
        this.seed = seed;
        this.sizes = sizes;
        var random = new Random(seed * 7919 + sizes.ordinal());
        var draft = new RandomDraft(random, sizes, kind);
        var steps = new RandomSteps(draft);
        this.nodes = draft.nodes;
        var base = draft.baseShape();
        draft.leaf(base, draft.dtype());
        draft.leaf(draft.part(base), draft.dtype());
        draft.leaf(base, draft.dtype());
        int count = sizes.steps / 2 + random.nextInt(sizes.steps);
        while (nodes.size() < count) {
            steps.step();
        }
        int wanted = 1 + random.nextInt(5);
        roots.add(nodes.size() - 1);
        for (int i = 1; i < wanted; i++) {
            roots.add(random.nextInt(nodes.size()));
        }
    }

    /** Numbers for the leaves. */
    List<Plain> leaves(long dataSeed) {
        var r = new Random(dataSeed * 31 + seed);
        var out = new ArrayList<Plain>();
        for (var n : nodes) {
            if (n.isLeaf()) {
                var v = new double[n.shape().size()];
                for (int i = 0; i < v.length; i++) {
                    v[i] = switch (n.text()) {
                        case "index" -> r.nextInt(2 * (int) n.bound()) - n.bound();
                        case "fraction" -> (r.nextDouble() * 2 - 1) * n.bound();
                        default ->
                            n.dtype() == DType.UINT8 || n.dtype() == DType.BOOL
                                    ? r.nextInt((int) n.bound() + 1)
                                    : r.nextInt(2 * (int) n.bound() + 1) - n.bound();
                    };
                }
                out.add(Plain.of(n.dtype(), n.shape(), v));
            }
        }
        return out;
    }

    /** All nodes as tensors, nothing evaluated. */
    List<Tensor> build(List<Tensor> leaves) {
        var out = new ArrayList<Tensor>();
        int at = 0;
        for (var n : nodes) {
            out.add(
                    n.isLeaf()
                            ? leaves.get(at++)
                            : n.tensor().apply(n.inputs().stream().map(out::get).toList()));
        }
        return out;
    }

    /** All nodes as plain arrays. */
    List<Plain> expected(List<Plain> leaves) {
        var out = new ArrayList<Plain>();
        int at = 0;
        for (var n : nodes) {
            out.add(
                    n.isLeaf()
                            ? leaves.get(at++)
                            : n.plain().apply(n.inputs().stream().map(out::get).toList()));
        }
        return out;
    }

    /** What is wrong with node i's value, or the empty string. */
    String difference(int i, Tensor got, Plain want) {
        var n = nodes.get(i);
        if (got.dtype() != want.dtype() || !got.shape().equals(want.shape())) {
            return "is " + got.shape() + " " + got.dtype() + ", expected " + want.shape() + " " + want.dtype();
        }
        var v = got.toDoubleArray();
        for (int k = 0; k < v.length; k++) {
            double w = want.values()[k];
            if (!(Math.abs(v[k] - w) <= n.error()) && !(Double.isNaN(v[k]) && Double.isNaN(w))) {
                return "element " + k + " is " + v[k] + ", expected " + w + " within " + n.error();
            }
        }
        return "";
    }

    /** The program as text, for the message of a failing test. */
    @Override
    public String toString() {
        var s = new StringBuilder("seed " + seed + " " + sizes + ", roots " + roots + "\n");
        for (int i = 0; i < nodes.size(); i++) {
            var n = nodes.get(i);
            s.append("%3d %s %s %s %s%n".formatted(i, n.text(), n.inputs(), n.shape(), n.dtype()));
        }
        return s.toString();
    }
}
