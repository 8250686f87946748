package soma;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** A tensor as text, the way NumPy prints arrays: long axes show their first and last three entries. */
final class TensorText {
    private static final int EDGE = 3;
    private static final int FULL = 1000;

    private final Tensor tensor;
    private final boolean cut;
    /** The entries that are shown, in order. */
    private final String[] cells;

    private final int width;
    private int next;

    private TensorText(Tensor tensor) {
        this.tensor = tensor;
        this.cut = tensor.numel() > FULL;
        var shown = IntStream.builder();
        collect(shown, 0, 0);
        this.cells = cells(tensor, shown.build().toArray());
        this.width = Arrays.stream(cells).mapToInt(String::length).max().orElse(0);
    }

    static String of(Tensor tensor) {
        var out = new StringBuilder();
        new TensorText(tensor).write(out, 0, 1);
        return out.append(' ')
                .append(tensor.shape())
                .append(' ')
                .append(tensor.dtype())
                .toString();
    }

    private static String[] cells(Tensor t, int[] at) {
        if (t.dtype() == DType.BOOL) {
            var b = t.toBooleanArray();
            return Arrays.stream(at).mapToObj(i -> Boolean.toString(b[i])).toArray(String[]::new);
        }
        if (t.dtype().isInteger()) {
            var l = t.toLongArray();
            return Arrays.stream(at).mapToObj(i -> Long.toString(l[i])).toArray(String[]::new);
        }
        var all = t.toDoubleArray();
        var d = Arrays.stream(at).mapToDouble(i -> all[i]).toArray();
        double largest =
                Arrays.stream(d).filter(Double::isFinite).map(Math::abs).max().orElse(0);
        double smallest =
                Arrays.stream(d).map(Math::abs).filter(v -> v > 0).min().orElse(1);
        var format = largest >= 1e6 || smallest < 1e-4 ? "%.4e" : "%.4f";
        return Arrays.stream(d)
                .mapToObj(v -> Double.isFinite(v) ? String.format(Locale.ROOT, format, v) : Double.toString(v))
                .toArray(String[]::new);
    }

    private boolean isLeftOut(int i, int n) {
        return cut && n > 2 * EDGE && i >= EDGE && i < n - EDGE;
    }

    private void collect(IntStream.Builder out, int axis, int offset) {
        var shape = tensor.shape();
        if (axis == shape.rank()) {
            out.add(offset);
            return;
        }
        int n = shape.dim(axis);
        int step = shape.product(axis + 1, shape.rank());
        for (int i = 0; i < n; i++) {
            if (isLeftOut(i, n)) {
                i = n - EDGE;
            }
            collect(out, axis + 1, offset + i * step);
        }
    }

    private void write(StringBuilder out, int axis, int indent) {
        var shape = tensor.shape();
        if (axis == shape.rank()) {
            var cell = cells[next++];
            out.append(" ".repeat(width - cell.length())).append(cell);
            return;
        }
        int n = shape.dim(axis);
        boolean last = axis == shape.rank() - 1;
        var between = last ? ", " : ",\n" + " ".repeat(indent);
        out.append('[');
        for (int i = 0; i < n; i++) {
            out.append(i > 0 ? between : "");
            if (isLeftOut(i, n)) {
                out.append("...").append(between);
                i = n - EDGE;
            }
            write(out, axis + 1, indent + 1);
        }
        out.append(']');
    }
}
