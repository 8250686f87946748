package soma;

import java.util.Arrays;

/** The sizes of a tensor's axes, outermost first. Immutable. */
public final class Shape {
    /** The shape of a single number. */
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        long n = 1;
        for (int d : dims) {
            if (d < 0) {
                throw new ShapeException("shape " + text(dims) + ": an axis has negative size " + d);
            }
            n = d == 0 ? 0 : n;
        }
        for (int d : dims) {
            n *= d;
            if (n > Integer.MAX_VALUE - 8) {
                throw new ShapeException("shape " + text(dims) + " holds more than 2^31 - 9 elements, the most that one"
                        + " tensor can have; split it along an axis");
            }
        }
        this.dims = dims;
        this.size = (int) n;
    }

    /** From the sizes of the axes. */
    public static Shape of(int... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** How many axes. */
    public int rank() {
        return dims.length;
    }

    /** How many elements. */
    public int size() {
        return size;
    }

    /** Size of an axis; negative counts from the last. */
    public int dim(int axis) {
        return dims[axis(axis, "dim")];
    }

    /** A fresh array of the sizes. */
    public int[] toArray() {
        return dims.clone();
    }

    /** An axis as 0 .. rank-1, or an exception in the name of {@code asker}. */
    public int axis(int axis, String asker) {
        int a = axis < 0 ? axis + dims.length : axis;
        if (a < 0 || a >= dims.length) {
            throw new ShapeException(
                    dims.length == 0
                            ? asker + ": axis " + axis + " of a scalar, which has no axes"
                            : asker + ": axis " + axis + " is outside " + -dims.length + ".." + (dims.length - 1)
                                    + " for shape " + this);
        }
        return a;
    }

    /** This shape with one axis resized. */
    public Shape with(int axis, int size) {
        var d = dims.clone();
        d[axis(axis, "with")] = size;
        return new Shape(d);
    }

    /** This shape without one axis. */
    public Shape without(int axis) {
        int a = axis(axis, "without");
        var d = new int[dims.length - 1];
        System.arraycopy(dims, 0, d, 0, a);
        System.arraycopy(dims, a + 1, d, a, d.length - a);
        return new Shape(d);
    }

    /** This shape with a new axis of {@code size} before position {@code axis} (0 .. rank). */
    public Shape insert(int axis, int size) {
        var d = new int[dims.length + 1];
        System.arraycopy(dims, 0, d, 0, axis);
        d[axis] = size;
        System.arraycopy(dims, axis, d, axis + 1, dims.length - axis);
        return new Shape(d);
    }

    /** Row-major strides, in elements. */
    public int[] strides() {
        var s = new int[dims.length];
        int n = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            s[i] = n;
            n *= dims[i];
        }
        return s;
    }

    /** The product of the sizes of axes {@code from} to {@code to - 1}. */
    public int product(int from, int to) {
        int n = 1;
        for (int i = from; i < to; i++) {
            n *= dims[i];
        }
        return n;
    }

    /** NumPy broadcasting of two shapes, in the name of {@code asker}. */
    public static Shape broadcast(Shape a, Shape b, String asker) {
        if (a.equals(b)) {
            return a;
        }
        int rank = Math.max(a.rank(), b.rank());
        var d = new int[rank];
        for (int i = 0; i < rank; i++) {
            int x = i < rank - a.rank() ? 1 : a.dims[i - rank + a.rank()];
            int y = i < rank - b.rank() ? 1 : b.dims[i - rank + b.rank()];
            if (x != y && x != 1 && y != 1) {
                throw new ShapeException(asker + ": shapes " + a + " and " + b + " do not broadcast: sizes " + x
                        + " and " + y + " at axis " + (i - rank) + " differ and neither is 1");
            }
            d[i] = x == 1 ? y : x;
        }
        return new Shape(d);
    }

    /** Whether a tensor of this shape can be broadcast to {@code target}. */
    public boolean broadcastsTo(Shape target) {
        int skip = target.rank() - rank();
        if (skip < 0) {
            return false;
        }
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != target.dims[i + skip] && dims[i] != 1) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Shape s && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** As in {@code (64, 400)}. */
    @Override
    public String toString() {
        return text(dims);
    }

    private static String text(int[] dims) {
        var s = Arrays.toString(dims);
        return "(" + s.substring(1, s.length() - 1) + ")";
    }
}
