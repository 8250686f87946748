package soma.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * The reference that plans are compared with: a tensor as a plain array of doubles, one operation at a time, in the most obvious way,
 * each result rounded to its dtype. Whole numbers below 2^53 come out exactly.
 */
record Plain(DType dtype, Shape shape, double[] values) {

    Plain {
        if (shape.size() != values.length) {
            throw new IllegalArgumentException(values.length + " values for shape " + shape);
        }
    }

    static double round(DType dtype, double v) {
        return switch (dtype) {
            case FLOAT32 -> (float) v;
            case FLOAT64 -> v;
            case INT32 -> (int) (long) v;
            case INT64 -> (long) v;
            case INT8 -> (byte) (long) v;
            case UINT8 -> (long) v & 0xFF;
            case BOOL -> v != 0 ? 1 : 0;
            case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) v));
            case BFLOAT16 -> {
                int bits = Float.floatToRawIntBits((float) v);
                yield Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF0000);
            }
        };
    }

    static Plain of(DType dtype, Shape shape, double[] values) {
        var rounded = new double[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = round(dtype, values[i]);
        }
        return new Plain(dtype, shape, rounded);
    }

    Tensor tensor() {
        int n = values.length;
        return switch (dtype) {
            case FLOAT64 -> Tensor.wrap(values.clone(), dtype, shape);
            case FLOAT32 -> {
                var a = new float[n];
                for (int i = 0; i < n; i++) {
                    a[i] = (float) values[i];
                }
                yield Tensor.wrap(a, dtype, shape);
            }
            case INT32 -> {
                var a = new int[n];
                for (int i = 0; i < n; i++) {
                    a[i] = (int) values[i];
                }
                yield Tensor.wrap(a, dtype, shape);
            }
            case INT64 -> {
                var a = new long[n];
                for (int i = 0; i < n; i++) {
                    a[i] = (long) values[i];
                }
                yield Tensor.wrap(a, dtype, shape);
            }
            case INT8, UINT8, BOOL -> {
                var a = new byte[n];
                for (int i = 0; i < n; i++) {
                    a[i] = (byte) (int) values[i];
                }
                yield Tensor.wrap(a, dtype, shape);
            }
            case FLOAT16, BFLOAT16 -> {
                var a = new short[n];
                for (int i = 0; i < n; i++) {
                    a[i] = dtype == DType.FLOAT16
                            ? Float.floatToFloat16((float) values[i])
                            : (short) (Float.floatToRawIntBits((float) values[i]) >>> 16);
                }
                yield Tensor.wrap(a, dtype, shape);
            }
        };
    }

    /** PyTorch's promotion of two dtypes, except that int8 with uint8 gives int32, since there is no int16. */
    static DType promote(DType a, DType b) {
        if (a == b) {
            return a;
        }
        if (a.isFloating() || b.isFloating()) {
            if (!a.isFloating()) {
                return b;
            }
            if (!b.isFloating()) {
                return a;
            }
            return a == DType.FLOAT64 || b == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        }
        if (a == DType.BOOL || b == DType.BOOL) {
            return a == DType.BOOL ? b : a;
        }
        return a == DType.INT64 || b == DType.INT64 ? DType.INT64 : DType.INT32;
    }

    private static int rankOf(DType dtype) {
        return dtype.isFloating() ? 2 : dtype.isInteger() ? 1 : 0;
    }

    /** PyTorch's promotion of two tensors: one without axes only decides if its kind of number is wider. */
    static DType promote(DType a, int rankA, DType b, int rankB) {
        if ((rankA == 0) == (rankB == 0)) {
            return promote(a, b);
        }
        var axes = rankA == 0 ? b : a;
        var none = rankA == 0 ? a : b;
        return rankOf(none) > rankOf(axes) ? promote(none, axes) : axes;
    }

    Plain to(DType target) {
        return of(target, shape, values);
    }

    Plain map(DType result, DoubleUnaryOperator f) {
        var out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(values[i]);
        }
        return of(result, shape, out);
    }

    /** The operand's index for each element of the larger shape it broadcasts to. */
    private static int[] indices(Shape operand, Shape whole) {
        var own = operand.strides();
        int skip = whole.rank() - operand.rank();
        var strides = new int[whole.rank()];
        for (int i = 0; i < strides.length; i++) {
            strides[i] = i < skip || operand.dim(i - skip) == 1 ? 0 : own[i - skip];
        }
        return walk(whole, strides, 0);
    }

    /** For each element of a shape in row-major order: start + the sum of position times stride. */
    private static int[] walk(Shape shape, int[] strides, int start) {
        var out = new int[shape.size()];
        var at = new int[shape.rank()];
        int index = start;
        for (int i = 0; i < out.length; i++) {
            out[i] = index;
            for (int k = at.length - 1; k >= 0; k--) {
                index += strides[k];
                if (++at[k] < shape.dim(k)) {
                    break;
                }
                index -= strides[k] * shape.dim(k);
                at[k] = 0;
            }
        }
        return out;
    }

    Plain zip(Plain other, DType result, DoubleBinaryOperator f) {
        var whole = Shape.broadcast(shape, other.shape, "zip");
        var a = indices(shape, whole);
        var b = indices(other.shape, whole);
        var out = new double[whole.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(values[a[i]], other.values[b[i]]);
        }
        return of(result, whole, out);
    }

    Plain expand(Shape target) {
        return gather(target, indices(shape, target));
    }

    private Plain gather(Shape target, int[] from) {
        var out = new double[from.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[from[i]];
        }
        return new Plain(dtype, target, out);
    }

    Plain reshape(Shape target) {
        return new Plain(dtype, target, values);
    }

    Plain permute(int... axes) {
        var own = shape.strides();
        var dims = new int[axes.length];
        var strides = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            dims[i] = shape.dim(axes[i]);
            strides[i] = own[axes[i]];
        }
        var target = Shape.of(dims);
        return gather(target, walk(target, strides, 0));
    }

    /** Elements first, first + step, ... of one axis, {@code count} of them. */
    Plain slice(int axis, int first, int step, int count) {
        var strides = shape.strides();
        int start = first * strides[axis];
        strides[axis] *= step;
        var target = shape.with(axis, count);
        return gather(target, walk(target, strides, start));
    }

    Plain reduce(DType result, List<Integer> axes, double identity, DoubleBinaryOperator f) {
        var kept = new int[shape.rank()];
        var strides = new int[shape.rank()];
        int n = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            boolean folded = axes.contains(i);
            kept[i] = folded ? 1 : shape.dim(i);
            strides[i] = folded ? 0 : n;
            n *= kept[i];
        }
        var dims = new int[shape.rank() - axes.size()];
        int m = 0;
        for (int i = 0; i < kept.length; i++) {
            if (!axes.contains(i)) {
                dims[m++] = kept[i];
            }
        }
        var out = new double[n];
        Arrays.fill(out, identity);
        var to = walk(shape, strides, 0);
        for (int i = 0; i < to.length; i++) {
            out[to[i]] = f.applyAsDouble(out[to[i]], values[i]);
        }
        return of(result, Shape.of(dims), out);
    }

    /** Position of the first largest (or smallest) along an axis. */
    Plain argExtreme(int axis, boolean max) {
        var target = shape.without(axis);
        int n = shape.dim(axis);
        int inner = shape.product(axis + 1, shape.rank());
        var out = new double[target.size()];
        for (int i = 0; i < out.length; i++) {
            int base = i / inner * n * inner + i % inner;
            int best = 0;
            for (int j = 1; j < n; j++) {
                double v = values[base + j * inner];
                double b = values[base + best * inner];
                best = max ? v > b ? j : best : v < b ? j : best;
            }
            out[i] = best;
        }
        return new Plain(DType.INT64, target, out);
    }

    Plain cumsum(DType result, int axis) {
        int n = shape.dim(axis);
        int inner = shape.product(axis + 1, shape.rank());
        var out = values.clone();
        for (int i = 0; i < out.length; i++) {
            if (i / inner % n > 0) {
                out[i] += out[i - inner];
            }
        }
        return of(result, shape, out);
    }

    /** Product over the last axis of this and the last but one of other; leading axes broadcast. */
    Plain matmul(Plain other, DType result) {
        if (other.shape.rank() == 1) {
            var y = matmul(other.reshape(Shape.of(other.shape.dim(0), 1)), result);
            return y.reshape(y.shape.without(-1));
        }
        if (shape.rank() == 1) {
            var y = reshape(Shape.of(1, shape.dim(0))).matmul(other, result);
            return y.reshape(y.shape.without(-2));
        }
        int m = shape.dim(-2);
        int k = shape.dim(-1);
        int n = other.shape.dim(-1);
        var lead = Shape.broadcast(lead(shape), lead(other.shape), "matmul");
        var a = expand(join(lead, m, k));
        var b = other.expand(join(lead, k, n));
        var target = join(lead, m, n);
        var out = new double[target.size()];
        for (int i = 0; i < lead.size() * m; i++) {
            int batch = i / m * k * n;
            for (int p = 0; p < k; p++) {
                double v = a.values[i * k + p];
                for (int j = 0; j < n; j++) {
                    out[i * n + j] += v * b.values[batch + p * n + j];
                }
            }
        }
        return of(result, target, out);
    }

    private static Shape lead(Shape s) {
        return Shape.of(Arrays.copyOf(s.toArray(), s.rank() - 2));
    }

    private static Shape join(Shape lead, int m, int n) {
        return lead.insert(lead.rank(), m).insert(lead.rank() + 1, n);
    }

    static Plain concat(List<Plain> parts, int axis, DType result) {
        int n = parts.stream().mapToInt(p -> p.shape.dim(axis)).sum();
        var target = parts.get(0).shape.with(axis, n);
        int outer = target.product(0, axis);
        int inner = target.product(axis + 1, target.rank());
        var out = new double[target.size()];
        int offset = 0;
        for (var p : parts) {
            int piece = p.shape.dim(axis) * inner;
            for (int o = 0; o < outer; o++) {
                System.arraycopy(p.values, o * piece, out, o * n * inner + offset, piece);
            }
            offset += piece;
        }
        return of(result, target, out);
    }

    static Plain where(Plain condition, Plain yes, Plain no, DType result) {
        var whole = Shape.broadcast(Shape.broadcast(condition.shape, yes.shape, "where"), no.shape, "where");
        var c = condition.expand(whole);
        var y = yes.expand(whole);
        var n = no.expand(whole);
        var out = new double[whole.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = c.values[i] != 0 ? y.values[i] : n.values[i];
        }
        return of(result, whole, out);
    }

    /** The slices of an axis that the index (a vector of positions that may be negative) names. */
    Plain take(int axis, Plain index) {
        int n = shape.dim(axis);
        var parts = Arrays.stream(index.values)
                .mapToObj(i -> slice(axis, (int) (i < 0 ? i + n : i), 1, 1))
                .toList();
        return concat(parts, axis, dtype);
    }
}
