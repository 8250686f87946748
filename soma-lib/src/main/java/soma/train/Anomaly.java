package soma.train;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import soma.DType;
import soma.Param;
import soma.Soma;
import soma.Tensor;
import soma.data.Batch;
import soma.nn.Layer;
import soma.op.Leaf;
import soma.op.Walk;

/** Finds where in a training step the first number arose that is not finite. Every intermediate result is computed and kept for it. */
final class Anomaly {
    private final Walk walk;
    private final int forward;
    private final Map<Param, String> names = new IdentityHashMap<>();
    private final String[] layers;
    private final boolean[] nan;
    private final boolean[] infinite;

    private Anomaly(Layer model, Tensor loss, List<Tensor> gradients) {
        var roots = new ArrayList<Tensor>(List.of(loss));
        roots.addAll(gradients);
        walk = Walk.from(roots);
        forward = walk.indexOf(loss);
        model.params().forEach((name, p) -> names.putIfAbsent(p, name));
        layers = new String[walk.size()];
        nan = new boolean[walk.size()];
        infinite = new boolean[walk.size()];
        var nodes = IntStream.range(0, walk.size()).mapToObj(walk::node).toList();
        Soma.eval(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            layers[i] = layer(i);
            look(i, nodes.get(i));
        }
    }

    /** Where the first one arose, in words. */
    static String describe(Layer model, Batch batch, Tensor loss, List<Tensor> gradients) {
        return new Anomaly(model, loss, gradients).text(batch);
    }

    /**
     * The layer whose parameter a node reads, or else the one its inputs come from, of several the one computed last.
     */
    private String layer(int i) {
        if (walk.op(i) instanceof Leaf.ParamRead read) {
            var name = names.getOrDefault(read.param(), "");
            int dot = name.lastIndexOf('.');
            return dot < 0 ? name : name.substring(0, dot);
        }
        var own = "";
        int latest = -1;
        for (int k = 0; k < walk.inputs(i); k++) {
            int input = walk.input(i, k);
            boolean reads = walk.op(input) instanceof Leaf.ParamRead;
            if (!layers[input].isEmpty() && (reads || input > latest)) {
                own = layers[input];
                latest = reads ? Integer.MAX_VALUE : input;
            }
        }
        return own;
    }

    private void look(int i, Tensor t) {
        if (t.dtype() == DType.FLOAT32 || t.dtype() == DType.FLOAT64) {
            for (double v : numbers(t)) {
                nan[i] |= Double.isNaN(v);
                infinite[i] |= Double.isInfinite(v);
            }
        }
    }

    private static double[] numbers(Tensor t) {
        return t.to(DType.FLOAT64).toDoubleArray();
    }

    private String text(Batch batch) {
        int first = first(nan);
        if (first < 0) {
            first = first(infinite);
        }
        if (first < 0) {
            return "no single result was found that is not finite, but the norm of all gradients is not. Clip them"
                    + " or lower the learning rate";
        }
        var kind = nan[first] ? "NaN" : "infinity";
        if (walk.op(first) instanceof Leaf.ParamRead read) {
            return "parameter " + names.getOrDefault(read.param(), read.param().name()) + " held " + kind
                    + " before the step: its initializer, or weights that were loaded";
        }
        if (walk.node(first) == batch.x() || walk.node(first) == batch.y()) {
            return "the batch's " + (walk.node(first) == batch.x() ? "inputs hold " : "targets hold ") + kind + " ("
                    + count(walk.node(first)) + " elements)";
        }
        var text = "the first " + kind + " arose in " + place(first);
        int overflow = nan[first] ? source(first) : -1;
        return text + (overflow < 0 ? "" : "; the infinity it was given arose in " + place(overflow));
    }

    private int first(boolean[] marked) {
        return IntStream.range(0, marked.length)
                .filter(i -> marked[i])
                .findFirst()
                .orElse(-1);
    }

    private static long count(Tensor t) {
        return IntStream.range(0, t.numel())
                .filter(i -> !Double.isFinite(t.array() instanceof float[] f ? f[i] : ((double[]) t.array())[i]))
                .count();
    }

    /** Among all that a node depends on, the first that is infinite although its inputs are finite; -1 if none is. */
    private int source(int node) {
        var needed = new boolean[node + 1];
        needed[node] = true;
        for (int i = node; i >= 0; i--) {
            for (int k = 0; needed[i] && k < walk.inputs(i); k++) {
                needed[walk.input(i, k)] = true;
            }
        }
        return IntStream.range(0, node)
                .filter(i -> needed[i] && infinite[i] && !(walk.op(i) instanceof Leaf))
                .findFirst()
                .orElse(-1);
    }

    private String place(int i) {
        var inputs = IntStream.range(0, walk.inputs(i))
                .mapToObj(k -> range(walk.node(walk.input(i, k))))
                .collect(Collectors.joining(", "));
        var layer = layers[i].isEmpty() ? "" : (i > forward ? ", gradient at layer " : ", layer ") + layers[i];
        var where = layer.isEmpty() && i > forward ? ", in the gradient" : layer;
        return walk.op(i).getClass().getSimpleName() + " -> " + walk.node(i).shape() + where
                + (inputs.isEmpty() ? "" : ", given " + inputs);
    }

    /** Shape, and the least and largest finite element. */
    private static String range(Tensor t) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        boolean others = false;
        for (double v : numbers(t)) {
            if (Double.isFinite(v)) {
                low = Math.min(low, v);
                high = Math.max(high, v);
            } else {
                others = true;
            }
        }
        var span = low > high ? "" : String.format(Locale.ROOT, " from %.4g to %.4g", low, high);
        return t.shape() + span + (others ? (span.isEmpty() ? " all" : " and some") + " not finite" : "");
    }
}
