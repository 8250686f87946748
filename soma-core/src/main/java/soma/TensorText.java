package soma;

import java.util.Arrays;
import java.util.Locale;

/** A tensor as text, the way NumPy prints arrays: long axes show their first and last three entries. */
final class TensorText {
    private static final int EDGE = 3;
    private static final int FULL = 1000;

    private final Tensor tensor;
    private final String[] cells;
    private final int width;
    private final boolean cut;

    private TensorText(Tensor tensor) {
        this.tensor = tensor;
        this.cut = tensor.numel() > FULL;
        this.cells = cells(tensor);
        this.width = Arrays.stream(cells).mapToInt(String::length).max().orElse(0);
    }

    static String of(Tensor tensor) {
        var out = new StringBuilder();
        new TensorText(tensor).write(out, 0, 0, 1);
        return out.append(' ')
                .append(tensor.shape())
                .append(' ')
                .append(tensor.dtype())
                .toString();
    }

    private static String[] cells(Tensor t) {
        int n = t.numel();
        var out = new String[n];
        if (t.dtype() == DType.BOOL) {
            var b = t.toBooleanArray();
            for (int i = 0; i < n; i++) {
                out[i] = Boolean.toString(b[i]);
            }
        } else if (t.dtype().isInteger()) {
            var l = t.toLongArray();
            for (int i = 0; i < n; i++) {
                out[i] = Long.toString(l[i]);
            }
        } else {
            var d = t.toDoubleArray();
            double largest = Arrays.stream(d)
                    .filter(Double::isFinite)
                    .map(Math::abs)
                    .max()
                    .orElse(0);
            double smallest =
                    Arrays.stream(d).map(Math::abs).filter(v -> v > 0).min().orElse(1);
            var format = largest >= 1e6 || smallest < 1e-4 ? "%.4e" : "%.4f";
            for (int i = 0; i < n; i++) {
                out[i] = Double.isFinite(d[i]) ? String.format(Locale.ROOT, format, d[i]) : Double.toString(d[i]);
            }
        }
        return out;
    }

    private void write(StringBuilder out, int axis, int offset, int indent) {
        var shape = tensor.shape();
        if (axis == shape.rank()) {
            out.append(" ".repeat(width - cells[offset].length())).append(cells[offset]);
            return;
        }
        int n = shape.dim(axis);
        int step = shape.product(axis + 1, shape.rank());
        boolean last = axis == shape.rank() - 1;
        out.append('[');
        for (int i = 0; i < n; i++) {
            if (i > 0) {
                out.append(last ? ", " : ",\n" + " ".repeat(indent));
            }
            if (cut && n > 2 * EDGE && i == EDGE) {
                out.append("...");
                i = n - EDGE - 1;
                continue;
            }
            write(out, axis + 1, offset + i * step, indent + 1);
        }
        out.append(']');
    }
}
