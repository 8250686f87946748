package soma.nn;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import soma.Param;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.op.Leaf;
import soma.op.Walk;

/** The table that {@link Layer#summary} prints. */
final class Summary {
    private record Row(String name, String layer, String shape, long count) {}

    private final List<Row> rows = new ArrayList<>();
    private final Map<Param, String> counted = new IdentityHashMap<>();

    private Summary() {}

    static String of(Layer model, Shape input) {
        var summary = new Summary();
        var out = Soma.inference(() -> List.of(summary.visit("", model, Tensor.zeros(input.toArray()))));
        return summary.table(model, input, out.get(0).shape());
    }

    /** Adds the rows of a layer and gives its output, which nobody computes: only its shape is wanted. */
    private Tensor visit(String path, Layer layer, Tensor x) {
        if (layer instanceof Sequential s) {
            for (int i = 0; i < s.layers().size(); i++) {
                x = visit(path.isEmpty() ? "" + i : path + "." + i, s.layers().get(i), x);
            }
            return x;
        }
        var y = layer.forward(x);
        var owners = new LinkedHashMap<String, List<Param>>();
        layer.params()
                .forEach((name, p) -> owners.computeIfAbsent(owner(name), n -> new ArrayList<>())
                        .add(p));
        if (owners.size() > 1) {
            var shapes = shapes(y);
            rows.add(new Row(path, layer.getClass().getSimpleName(), y.shape().toString(), 0));
            owners.forEach((name, params) -> rows.add(new Row(
                    "  " + (path.isEmpty() ? name : path + "." + name), "", shapeOf(params, shapes), count(params))));
        } else {
            var params = owners.values().stream().flatMap(List::stream).toList();
            rows.add(new Row(path, Sequential.text(layer), y.shape().toString(), count(params)));
        }
        return y;
    }

    private static String owner(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(0, dot);
    }

    /**
     * For each parameter the shape of the last node that reads it, through nothing but reshapes: its layer's output.
     */
    private static Map<Param, Shape> shapes(Tensor y) {
        var out = new IdentityHashMap<Param, Shape>();
        var walk = Walk.from(List.of(y));
        var stands = new IdentityHashMap<Tensor, Param>();
        for (int i = 0; i < walk.size(); i++) {
            var op = walk.op(i);
            if (op instanceof Leaf.ParamRead read) {
                stands.put(walk.node(i), read.param());
                continue;
            }
            for (var input : op.inputs()) {
                var p = stands.get(input);
                if (p != null) {
                    if (op.inputs().size() == 1) {
                        stands.put(walk.node(i), p);
                    } else {
                        out.put(p, walk.node(i).shape());
                    }
                }
            }
        }
        return out;
    }

    private static String shapeOf(List<Param> params, Map<Param, Shape> shapes) {
        for (var p : params.reversed()) {
            var s = shapes.get(p);
            if (s != null && p.isTrained()) {
                return s.toString();
            }
        }
        return "";
    }

    private long count(List<Param> params) {
        long n = 0;
        for (var p : params) {
            if (p.isTrained() && counted.put(p, "") == null) {
                n += p.shape().size();
            }
        }
        return n;
    }

    private String table(Layer model, Shape input, Shape output) {
        var lines = new ArrayList<Row>();
        lines.add(new Row("name", "layer", "output", -1));
        lines.add(new Row("", "input", input.toString(), 0));
        lines.addAll(rows);
        int name = width(lines.stream().map(Row::name).toList());
        int layer = width(lines.stream().map(Row::layer).toList());
        int shape = width(lines.stream().map(Row::shape).toList());
        var s = new StringBuilder();
        for (var row : lines) {
            var count = row.count < 0 ? "parameters" : row.count == 0 ? "" : number(row.count);
            s.append(String.format(
                                    Locale.ROOT,
                                    "%-" + name + "s  %-" + layer + "s  %-" + shape + "s  %10s",
                                    row.name,
                                    row.layer,
                                    row.shape,
                                    count)
                            .stripTrailing())
                    .append('\n');
        }
        long all = model.parameterCount();
        return s + number(all) + " parameters; " + input + " -> " + output + "\n";
    }

    private static int width(List<String> texts) {
        return Math.max(1, texts.stream().mapToInt(String::length).max().orElse(1));
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }
}
