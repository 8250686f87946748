package soma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Einstein summation: operands are joined two at a time from the left, each time by one batched matrix product over the
 * labels that are needed no more. The axes of an ellipsis get the labels -1, -2, .. from its last axis on.
 */
final class Einsum {
    private static final int ELLIPSIS = 0;

    private Einsum() {}

    /** A tensor whose axes have names, each once. */
    private record Named(Tensor tensor, List<Integer> labels) {}

    static Tensor of(String equation, Tensor... operands) {
        var compact = equation.replace(" ", "").replace("...", ".");
        int arrow = compact.indexOf("->");
        var left = (arrow < 0 ? compact : compact.substring(0, arrow)).split(",", -1);
        if (left.length != operands.length || operands.length == 0) {
            throw new ShapeException("einsum: \"" + equation + "\" names " + left.length + " operands, "
                    + operands.length + " were given");
        }
        var dtype = operands[0].dtype();
        for (var o : operands) {
            dtype = DType.promote(dtype, o.dtype());
        }
        var parts = new ArrayList<Named>();
        int widest = 0;
        for (int i = 0; i < operands.length; i++) {
            var labels = labels(equation, left[i], operands[i].rank(), true);
            widest = Math.max(widest, (int) labels.stream().filter(l -> l < 0).count());
            parts.add(diagonals(equation, operands[i].to(dtype), labels));
        }
        var out = arrow < 0 ? implicit(parts, widest) : labels(equation, compact.substring(arrow + 2), widest, false);
        checkOutput(equation, parts, out);
        checkSizes(equation, parts);
        var result = parts.get(0);
        for (int i = 1; i < parts.size(); i++) {
            var needed = new LinkedHashSet<>(out);
            parts.subList(i + 1, parts.size()).forEach(p -> needed.addAll(p.labels()));
            result = joined(result, parts.get(i), needed);
        }
        var last = summed(result, new LinkedHashSet<>(out));
        return last.tensor()
                .permute(out.stream().mapToInt(last.labels()::indexOf).toArray());
    }

    /** The labels of one term; for an operand the ellipsis stands for the axes that no letter names. */
    private static List<Integer> labels(String equation, String term, int axes, boolean operand) {
        int letters = (int) term.chars().filter(c -> c != '.').count();
        int dots = term.length() - letters;
        int hidden = operand ? axes - letters : axes;
        boolean known = term.chars().allMatch(c -> c == '.' || Character.isLetter(c));
        if (!known || dots > 1 || hidden < 0 || operand && dots == 0 && hidden > 0) {
            throw new ShapeException("einsum: term \"" + term.replace(".", "...") + "\" of \"" + equation + "\""
                    + (operand ? " does not fit a tensor of " + axes + " axes" : " is no list of letters")
                    + "; expected a letter for each axis, and at most one ...");
        }
        var list = new ArrayList<Integer>();
        for (int c : term.chars().toArray()) {
            if (c == '.') {
                for (int i = hidden; i > 0; i--) {
                    list.add(ELLIPSIS - i);
                }
            } else {
                list.add(c);
            }
        }
        return list;
    }

    /** Without an arrow: the ellipsis, then the letters that occur once, in alphabetical order. */
    private static List<Integer> implicit(List<Named> parts, int widest) {
        var out = new ArrayList<Integer>();
        for (int i = widest; i > 0; i--) {
            out.add(-i);
        }
        var all = parts.stream()
                .flatMap(p -> p.labels().stream())
                .filter(l -> l > 0)
                .sorted()
                .toList();
        all.stream().filter(l -> all.indexOf(l) == all.lastIndexOf(l)).forEach(out::add);
        return out;
    }

    private static void checkOutput(String equation, List<Named> parts, List<Integer> out) {
        for (int l : out) {
            if (parts.stream().noneMatch(p -> p.labels().contains(l)) || out.indexOf(l) != out.lastIndexOf(l)) {
                throw new ShapeException("einsum: the result of \"" + equation + "\" names "
                        + (l < 0 ? "an ellipsis" : "'" + (char) l + "'")
                        + ", which no operand has or which it has already");
            }
        }
    }

    private static void checkSizes(String equation, List<Named> parts) {
        for (var p : parts) {
            for (var q : parts) {
                for (int l : p.labels()) {
                    int j = q.labels().indexOf(l);
                    int m = p.tensor().size(p.labels().indexOf(l));
                    if (j >= 0
                            && m != q.tensor().size(j)
                            && m != 1
                            && q.tensor().size(j) != 1) {
                        throw new ShapeException(
                                "einsum: in \"" + equation + "\" " + (l < 0 ? "the ellipsis" : "'" + (char) l + "'")
                                        + " has size " + m + " in " + p.tensor().shape() + " and "
                                        + q.tensor().size(j) + " in "
                                        + q.tensor().shape());
                    }
                }
            }
        }
    }

    /** A label that one operand has twice means its diagonal. */
    private static Named diagonals(String equation, Tensor x, List<Integer> labels) {
        for (int i = 0; i < labels.size(); i++) {
            int j = labels.lastIndexOf(labels.get(i));
            if (j > i) {
                if (x.size(i) != x.size(j)) {
                    throw new ShapeException("einsum: in \"" + equation + "\" '" + (char) (int) labels.get(i)
                            + "' has two sizes in " + x.shape());
                }
                var rest = new ArrayList<>(labels);
                rest.remove(j);
                rest.remove(i);
                rest.add(labels.get(i));
                return diagonals(equation, x.diagonal(0, i, j), rest);
            }
        }
        return new Named(x, labels);
    }

    /** Without the labels that are not needed. */
    private static Named summed(Named p, Set<Integer> needed) {
        int[] gone = java.util.stream.IntStream.range(0, p.labels().size())
                .filter(i -> !needed.contains(p.labels().get(i)))
                .toArray();
        return gone.length == 0
                ? p
                : new Named(
                        p.tensor().sum(gone),
                        p.labels().stream().filter(needed::contains).toList());
    }

    private static Named joined(Named a, Named b, Set<Integer> needed) {
        var forA = new LinkedHashSet<>(needed);
        forA.addAll(b.labels());
        var forB = new LinkedHashSet<>(needed);
        forB.addAll(a.labels());
        var x = summed(a, forA);
        var y = summed(b, forB);
        var shared = x.labels().stream().filter(y.labels()::contains).toList();
        var batch = shared.stream().filter(needed::contains).toList();
        var inner = shared.stream().filter(l -> !needed.contains(l)).toList();
        var left = x.labels().stream().filter(l -> !shared.contains(l)).toList();
        var right = y.labels().stream().filter(l -> !shared.contains(l)).toList();
        var names = new ArrayList<Integer>(batch);
        names.addAll(left);
        names.addAll(right);
        int[] batchSizes = sizes(batch, x, y);
        int[] innerSizes = sizes(inner, x, y);
        var m = laid(x, batch, left, inner, batchSizes, innerSizes, false);
        var n = laid(y, batch, right, inner, batchSizes, innerSizes, true);
        int[] shape = concat(batchSizes, concat(sizes(left, x, x), sizes(right, y, y)));
        return new Named(m.matmul(n).reshape(Shape.of(shape)), names);
    }

    /** As (batch, free, inner), or (batch, inner, free) if {@code innerFirst}. */
    private static Tensor laid(
            Named p,
            List<Integer> batch,
            List<Integer> free,
            List<Integer> inner,
            int[] batchSizes,
            int[] innerSizes,
            boolean innerFirst) {
        var order = new ArrayList<Integer>(batch);
        order.addAll(innerFirst ? inner : free);
        order.addAll(innerFirst ? free : inner);
        int[] freeSizes = sizes(free, p, p);
        int[] full = concat(batchSizes, innerFirst ? concat(innerSizes, freeSizes) : concat(freeSizes, innerSizes));
        int f = Arrays.stream(freeSizes).reduce(1, (i, j) -> i * j);
        int k = Arrays.stream(innerSizes).reduce(1, (i, j) -> i * j);
        int[] matrices = batch.isEmpty()
                ? new int[0]
                : new int[] {Arrays.stream(batchSizes).reduce(1, (i, j) -> i * j)};
        return p.tensor()
                .permute(order.stream().mapToInt(p.labels()::indexOf).toArray())
                .expand(Shape.of(full))
                .reshape(Shape.of(concat(matrices, innerFirst ? new int[] {k, f} : new int[] {f, k})));
    }

    private static int[] sizes(List<Integer> labels, Named x, Named y) {
        return labels.stream()
                .mapToInt(l -> {
                    int m = x.tensor().size(x.labels().indexOf(l));
                    int n = y.tensor().size(y.labels().indexOf(l));
                    return m == 1 ? n : m;
                })
                .toArray();
    }

    private static int[] concat(int[] a, int[] b) {
        var c = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, c, a.length, b.length);
        return c;
    }
}
