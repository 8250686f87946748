package soma;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import soma.op.Cast;
import soma.op.Concat;
import soma.op.Expand;
import soma.op.Leaf;
import soma.op.Op;
import soma.op.Pick;
import soma.op.Reshape;
import soma.op.Where;

/**
 * An array of numbers with any number of axes: an immutable value.
 *
 * <p>A tensor is an expression. Operations only note what is to be computed, checking shapes and dtypes at once; the numbers come
 * when someone looks ({@link #item}, {@link #toFloatArray}, {@link #toString}, {@link Soma#eval}), and from then on the tensor
 * holds them and lets go of its expression. Nothing needs closing: the garbage collector frees tensors like any object.
 * {@snippet :
 * var x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
 * IO.println(x.matmul(x).add(1).sum().item());      // 58.0
 * }
 */
public final class Tensor
        implements TensorMath,
                TensorReductions,
                TensorShaping,
                TensorProducts,
                TensorIndexing,
                TensorRows,
                TensorPooling,
                TensorNorms,
                TensorLayouts,
                TensorOrdering,
                TensorLinalg,
                TensorResampling {
    /** Only tells nodes apart in hash tables; no result depends on it. */
    private static final AtomicInteger NEXT_ID = new AtomicInteger();

    private final int id = NEXT_ID.getAndIncrement();
    private final Shape shape;
    private final DType dtype;
    private volatile Op op;

    private Tensor(Op op) {
        this.op = op;
        this.shape = op.shape();
        this.dtype = op.dtype();
    }

    // ---- nodes

    /** The node of an operation: how every tensor comes to be. */
    public static Tensor of(Op op) {
        return new Tensor(op);
    }

    /** What makes this tensor; {@link Leaf.Data} once it has been evaluated. */
    public Op op() {
        return op;
    }

    /** A number that tells this node from all others of this JVM. */
    public int id() {
        return id;
    }

    /** Result {@code index} of an op with several results, this tensor being its node. */
    public Tensor pick(int index) {
        return new Tensor(new Pick(this, index));
    }

    /** Keeps the numbers and lets go of the expression. */
    void resolve(Object array) {
        op = new Leaf.Data(array, shape, dtype);
    }

    /** Whether the numbers are there already. */
    public boolean isEvaluated() {
        return op instanceof Leaf.Data;
    }

    // ---- what it is

    /** Sizes of the axes. */
    public Shape shape() {
        return shape;
    }

    /** Type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** How many axes. */
    public int rank() {
        return shape.rank();
    }

    /** Size of one axis; negative counts from the last. */
    public int size(int axis) {
        return shape.dim(axis);
    }

    /** How many elements. */
    public int numel() {
        return shape.size();
    }

    // ---- making

    /** Float32 from numbers in row-major order; without a shape a vector of all of them. */
    public static Tensor of(float[] values, int... shape) {
        return data(values.clone(), values.length, DType.FLOAT32, shape);
    }

    /** Float64, like {@link #of(float[], int...)}. */
    public static Tensor of(double[] values, int... shape) {
        return data(values.clone(), values.length, DType.FLOAT64, shape);
    }

    /** Int32, like {@link #of(float[], int...)}. */
    public static Tensor of(int[] values, int... shape) {
        return data(values.clone(), values.length, DType.INT32, shape);
    }

    /** Int64, like {@link #of(float[], int...)}. */
    public static Tensor of(long[] values, int... shape) {
        return data(values.clone(), values.length, DType.INT64, shape);
    }

    /** Bool, like {@link #of(float[], int...)}. */
    public static Tensor of(boolean[] values, int... shape) {
        var bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return data(bytes, bytes.length, DType.BOOL, shape);
    }

    /** Uint8 (0 to 255), like {@link #of(float[], int...)}. */
    public static Tensor ofBytes(byte[] values, int... shape) {
        return data(values.clone(), values.length, DType.UINT8, shape);
    }

    /** Float32 matrix from rows of equal length. */
    public static Tensor of(float[][] rows) {
        int n = rows.length == 0 ? 0 : rows[0].length;
        var flat = new float[rows.length * n];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != n) {
                throw new ShapeException("Tensor.of: row " + i + " has " + rows[i].length + " numbers, row 0 has " + n
                        + "; all rows must be equally long");
            }
            System.arraycopy(rows[i], 0, flat, i * n, n);
        }
        return data(flat, flat.length, DType.FLOAT32, rows.length, n);
    }

    /**
     * From an array that nobody else writes to, without a copy: float[] for float32, double[] float64, int[] int32, long[] int64,
     * byte[] for int8, uint8 and bool (0 or 1), short[] for the raw bits of float16 and bfloat16.
     */
    public static Tensor wrap(Object array, DType dtype, Shape shape) {
        int length = switch (dtype) {
            case FLOAT32 -> ((float[]) array).length;
            case FLOAT64 -> ((double[]) array).length;
            case INT32 -> ((int[]) array).length;
            case INT64 -> ((long[]) array).length;
            case INT8, UINT8, BOOL -> ((byte[]) array).length;
            case FLOAT16, BFLOAT16 -> ((short[]) array).length;
        };
        return data(array, length, dtype, shape);
    }

    private static Tensor data(Object array, int length, DType dtype, int... shape) {
        return data(array, length, dtype, shape.length == 0 ? Shape.of(length) : Shape.of(shape));
    }

    private static Tensor data(Object array, int length, DType dtype, Shape shape) {
        if (shape.size() != length) {
            throw new ShapeException("Tensor.of: " + length + " numbers do not fill shape " + shape + ", which has "
                    + shape.size() + " elements");
        }
        return new Tensor(new Leaf.Data(array, shape, dtype));
    }

    /** A float32 without axes. */
    public static Tensor scalar(double value) {
        return scalar(value, DType.FLOAT32);
    }

    /** A number without axes. */
    public static Tensor scalar(double value, DType dtype) {
        return new Tensor(new Leaf.Scalar(value, dtype));
    }

    /** An int64 without axes. */
    public static Tensor scalar(long value) {
        return new Tensor(new Leaf.Data(new long[] {value}, Shape.SCALAR, DType.INT64));
    }

    /**
     * A value that comes from the program outside the graph: read once here, or anew at every call while a function is being
     * compiled ({@link Soma#compile}). {@code source} gives an array as in {@link #wrap}.
     */
    public static Tensor feed(DType dtype, Shape shape, Supplier<Object> source) {
        return Soma.isTracing() ? new Tensor(new Leaf.Feed(source, shape, dtype)) : wrap(source.get(), dtype, shape);
    }

    /** All elements {@code value}. */
    public static Tensor full(DType dtype, Shape shape, double value) {
        return scalar(value, dtype).expand(shape);
    }

    /** Float32 zeros. */
    public static Tensor zeros(int... shape) {
        return full(DType.FLOAT32, Shape.of(shape), 0);
    }

    /** Zeros. */
    public static Tensor zeros(DType dtype, Shape shape) {
        return full(dtype, shape, 0);
    }

    /** Float32 ones. */
    public static Tensor ones(int... shape) {
        return full(DType.FLOAT32, Shape.of(shape), 1);
    }

    /** Ones. */
    public static Tensor ones(DType dtype, Shape shape) {
        return full(dtype, shape, 1);
    }

    /** Float32 {@code value}s. */
    public static Tensor full(double value, int... shape) {
        return full(DType.FLOAT32, Shape.of(shape), value);
    }

    /** Zeros of this shape and dtype. */
    public Tensor zerosLike() {
        return zeros(dtype, shape);
    }

    /** Ones of this shape and dtype. */
    public Tensor onesLike() {
        return ones(dtype, shape);
    }

    /** Int64 0, 1, .., n - 1. */
    public static Tensor arange(int n) {
        return new Tensor(new Leaf.Data(IntStream.range(0, n).asLongStream().toArray(), Shape.of(n), DType.INT64));
    }

    /** Float32 start, start + step, .. up to but without end. */
    public static Tensor arange(double start, double end, double step) {
        if (step == 0 || (end - start) / step < 0) {
            throw new ShapeException("arange: from " + start + " by steps of " + step + " never reaches " + end);
        }
        int n = (int) Math.ceil((end - start) / step);
        return arange(n).to(DType.FLOAT64).mul(step).add(start).to(DType.FLOAT32);
    }

    /** Float32: {@code n} numbers evenly spaced from start to end, both included. */
    public static Tensor linspace(double start, double end, int n) {
        if (n < 1) {
            throw new ShapeException("linspace: asked for " + n + " numbers, expected at least 1");
        }
        double step = n == 1 ? 0 : (end - start) / (n - 1);
        return arange(n).to(DType.FLOAT64).mul(step).add(start).to(DType.FLOAT32);
    }

    /** The float32 identity matrix (n, n). */
    public static Tensor eye(int n) {
        return eye(n, DType.FLOAT32);
    }

    /** The identity matrix (n, n). */
    public static Tensor eye(int n, DType dtype) {
        var i = arange(n);
        return i.unsqueeze(1).eq(i).to(dtype);
    }

    /** Float32, uniform in [0, 1). */
    public static Tensor rand(Rng rng, int... shape) {
        return rng.uniform(DType.FLOAT32, Shape.of(shape));
    }

    /** Float32, standard normal. */
    public static Tensor randn(Rng rng, int... shape) {
        return rng.normal(DType.FLOAT32, Shape.of(shape));
    }

    /** Joined along an axis; the other axes are equal, dtypes promote. */
    public static Tensor cat(int axis, Tensor... parts) {
        return Concat.of(axis, List.of(parts));
    }

    /** Joined along a new axis. */
    public static Tensor stack(int axis, Tensor... parts) {
        return cat(axis, Arrays.stream(parts).map(p -> p.unsqueeze(axis)).toArray(Tensor[]::new));
    }

    /**
     * Einstein summation: axes with the same letter go together, letters that the result lacks are summed, {@code ...} stands for any
     * axes: {@code einsum("bij,bjk->bik", a, b)}.
     */
    public static Tensor einsum(String equation, Tensor... operands) {
        return Einsum.of(equation, operands);
    }

    // ---- choosing and converting

    /** {@code yes} where the bool {@code condition} holds, else {@code no}; shapes broadcast, dtypes promote. */
    public static Tensor where(Tensor condition, Tensor yes, Tensor no) {
        if (condition.dtype != DType.BOOL) {
            throw new DTypeException("where: the condition is " + condition.dtype
                    + ", expected bool; compare it first, as in" + " x.ne(0)");
        }
        var to = DType.promote(yes, no);
        return new Tensor(new Where(condition, yes.to(to), no.to(to)));
    }

    /** {@code yes} where the condition holds, else the number {@code no}. */
    public static Tensor where(Tensor condition, Tensor yes, double no) {
        return where(condition, yes, scalar(no, yes.dtype));
    }

    /** The number {@code yes} where the condition holds, else {@code no}. */
    public static Tensor where(Tensor condition, double yes, Tensor no) {
        return where(condition, scalar(yes, no.dtype), no);
    }

    /** In another dtype: to integers without the fraction, to bool whether not 0. */
    public Tensor to(DType target) {
        if (target == dtype) {
            return this;
        }
        if (target == DType.BOOL) {
            return ne(0);
        }
        return op instanceof Leaf.Scalar s && target.isFloating()
                ? scalar(s.value(), target)
                : new Tensor(new Cast(this, target));
    }

    /** Broadcast to a shape. */
    public Tensor expand(Shape target) {
        return target.equals(shape) ? this : new Tensor(new Expand(this, target));
    }

    /** Broadcast to a shape; -1 keeps the size of an axis. */
    public Tensor expand(int... target) {
        var d = target.clone();
        int skip = d.length - rank();
        for (int i = 0; i < d.length; i++) {
            if (d[i] == -1 && i >= skip) {
                d[i] = size(i - skip);
            }
        }
        return expand(Shape.of(d));
    }

    /** The same elements under another shape. */
    public Tensor reshape(Shape target) {
        return target.equals(shape) ? this : new Tensor(new Reshape(this, target));
    }

    // ---- looking

    /** The array itself, which nobody may write to; see {@link #wrap} for its type. */
    public Object array() {
        if (!isEvaluated()) {
            Soma.eval(this);
        }
        return ((Leaf.Data) op).array();
    }

    /** The one element of a tensor of size 1. */
    public double item() {
        if (numel() != 1) {
            throw new ShapeException("item: shape " + shape + " has " + numel()
                    + " elements, expected 1; use toFloatArray() or" + " reduce it first, as in mean()");
        }
        return switch (array()) {
            case float[] a -> a[0];
            case double[] a -> a[0];
            case int[] a -> a[0];
            case long[] a -> a[0];
            case byte[] a -> dtype == DType.UINT8 ? a[0] & 0xFF : a[0];
            default -> toDoubleArray()[0];
        };
    }

    /** The elements in row-major order, converted to float. */
    public float[] toFloatArray() {
        return (float[]) copy(DType.FLOAT32);
    }

    /** The elements in row-major order, converted to double. */
    public double[] toDoubleArray() {
        return (double[]) copy(DType.FLOAT64);
    }

    /** The elements in row-major order, converted to int. */
    public int[] toIntArray() {
        return (int[]) copy(DType.INT32);
    }

    /** The elements in row-major order, converted to long. */
    public long[] toLongArray() {
        return (long[]) copy(DType.INT64);
    }

    /** The elements in row-major order as truth values. */
    public boolean[] toBooleanArray() {
        var bytes = (byte[]) copy(DType.BOOL);
        var out = new boolean[bytes.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = bytes[i] != 0;
        }
        return out;
    }

    /** The numbers stay here; what is converted from them is the caller's alone. */
    private Object copy(DType target) {
        var own = array();
        if (target != dtype) {
            return Scope.outside(to(target)::array);
        }
        return switch (own) {
            case float[] a -> a.clone();
            case double[] a -> a.clone();
            case int[] a -> a.clone();
            case long[] a -> a.clone();
            case byte[] a -> a.clone();
            case short[] a -> a.clone();
            default -> throw new IllegalStateException("array of " + dtype);
        };
    }

    /** The numbers, as NumPy would print them, with shape and dtype. */
    @Override
    public String toString() {
        if (Soma.isTracing()) {
            return "Tensor" + shape + " " + dtype + " (an argument of a function being compiled)";
        }
        return TensorText.of(this);
    }

    /** A list of tensors with their values computed in one plan. */
    public static List<Tensor> evaluated(Tensor... tensors) {
        Soma.eval(tensors);
        return Arrays.asList(tensors);
    }
}
