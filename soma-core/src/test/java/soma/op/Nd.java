package soma.op;

import java.util.function.ToDoubleFunction;
import soma.Shape;
import soma.Tensor;

/** An array of doubles with axes, as plain as can be: what the scalar twins of the op table compute with. */
record Nd(Shape shape, double[] data) {

    static Nd of(Tensor t) {
        return new Nd(t.shape(), t.toDoubleArray());
    }

    /** From a function of the index. */
    static Nd make(Shape shape, ToDoubleFunction<int[]> f) {
        var data = new double[shape.size()];
        var index = new int[shape.rank()];
        for (int i = 0; i < data.length; i++) {
            data[i] = f.applyAsDouble(index);
            for (int axis = index.length - 1; axis >= 0 && ++index[axis] == shape.dim(axis); axis--) {
                index[axis] = 0;
            }
        }
        return new Nd(shape, data);
    }

    double at(int... index) {
        return data[place(index)];
    }

    int place(int... index) {
        int p = 0;
        for (int axis = 0; axis < index.length; axis++) {
            p = p * shape.dim(axis) + index[axis];
        }
        return p;
    }

    /** The element, or {@code outside} where the index is. */
    double atOr(double outside, int... index) {
        for (int axis = 0; axis < index.length; axis++) {
            if (index[axis] < 0 || index[axis] >= shape.dim(axis)) {
                return outside;
            }
        }
        return at(index);
    }

    /** The element at an index of a larger shape that this one broadcasts to. */
    double broadcast(int[] index) {
        var mine = new int[shape.rank()];
        for (int axis = 0; axis < mine.length; axis++) {
            int i = index[index.length - mine.length + axis];
            mine[axis] = shape.dim(axis) == 1 ? 0 : i;
        }
        return at(mine);
    }

    int dim(int axis) {
        return shape.dim(axis);
    }

    /** An index with one position replaced. */
    static int[] with(int[] index, int axis, int value) {
        var other = index.clone();
        other[axis] = value;
        return other;
    }

    /** An index without one position. */
    static int[] without(int[] index, int axis) {
        var other = new int[index.length - 1];
        System.arraycopy(index, 0, other, 0, axis);
        System.arraycopy(index, axis + 1, other, axis, other.length - axis);
        return other;
    }

    /** An index with one more position. */
    static int[] insert(int[] index, int axis, int value) {
        var other = new int[index.length + 1];
        System.arraycopy(index, 0, other, 0, axis);
        other[axis] = value;
        System.arraycopy(index, axis, other, axis + 1, index.length - axis);
        return other;
    }

    /** One axis as an array, at an index of the others. */
    double[] line(int[] others, int axis) {
        var line = new double[shape.dim(axis)];
        for (int i = 0; i < line.length; i++) {
            line[i] = at(insert(others, axis, i));
        }
        return line;
    }
}
