package soma;

import soma.op.CrossEntropy;
import soma.op.LogSoftmax;
import soma.op.Op;
import soma.op.Softmax;

/** Functions of whole rows: softmax and its kin along one axis. */
public sealed interface TensorRows permits Tensor {

    /** e^x / sum e^x along an axis, without overflow. */
    default Tensor softmax(int axis) {
        return along("softmax", axis, Softmax::new);
    }

    /** ln softmax(x) along an axis, without overflow. */
    default Tensor logSoftmax(int axis) {
        return along("logSoftmax", axis, LogSoftmax::new);
    }

    /** softmax(-x). */
    default Tensor softmin(int axis) {
        return ((Tensor) this).neg().softmax(axis);
    }

    /** The first half along an axis times the sigmoid of the second. Dauphin et al. 2016, arXiv 1612.08083. */
    default Tensor glu(int axis) {
        var x = floats("glu");
        int n = x.size(x.shape().axis(axis, "glu"));
        if (n % 2 != 0) {
            throw new ShapeException(
                    "glu: axis " + axis + " of shape " + x.shape() + " has size " + n + ", expected an even one");
        }
        return x.slice(axis, 0, n / 2).mul(x.slice(axis, n / 2, n).sigmoid());
    }

    /** x where positive, else slope times x; one slope, or one for each channel (axis 1). He et al. 2015, arXiv 1502.01852. */
    default Tensor prelu(Tensor slope) {
        var x = floats("prelu");
        if (slope.numel() != 1 && (x.rank() < 2 || slope.rank() != 1 || slope.size(0) != x.size(1))) {
            throw new ShapeException("prelu: slopes " + slope.shape() + " for shape " + x.shape()
                    + "; expected one, or one for each channel (axis 1)");
        }
        var shape = Shape.of(slope.numel());
        for (int i = 2; i < x.rank(); i++) {
            shape = shape.insert(shape.rank(), 1);
        }
        return Tensor.where(x.gt(0), x, x.mul(slope.reshape(x.rank() == 0 ? Shape.SCALAR : shape)));
    }

    /**
     * For each row of logits (N, C) the cross-entropy with its label (N), an integer class: ln sum e^x - x[label]; 0 where the
     * label is {@code ignored}.
     */
    default Tensor crossEntropyRows(Tensor label, long ignored) {
        var x = (Tensor) this;
        if (x.rank() != 2 || label.rank() != 1 || x.size(0) != label.size(0)) {
            throw new ShapeException(
                    "crossEntropy: logits " + x.shape() + " and labels " + label.shape() + ", expected (N, C) and (N)");
        }
        return Tensor.of(
                new CrossEntropy(floats("crossEntropy"), TensorIndexing.indices("crossEntropy", label), ignored));
    }

    private Tensor along(String asker, int axis, java.util.function.Function<Tensor, Op> make) {
        var x = floats(asker);
        if (x.rank() == 0) {
            return along(asker, x.reshape(1), 0, make).reshape(Shape.SCALAR);
        }
        return along(asker, x, axis, make);
    }

    private static Tensor along(String asker, Tensor x, int axis, java.util.function.Function<Tensor, Op> make) {
        int a = x.shape().axis(axis, asker);
        return a == x.rank() - 1
                ? Tensor.of(make.apply(x))
                : Tensor.of(make.apply(x.transpose(a, -1))).transpose(a, -1);
    }

    private Tensor floats(String asker) {
        var x = (Tensor) this;
        if (!x.dtype().isFloating()) {
            throw new DTypeException(asker + ": the tensor is " + x.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        return x;
    }
}
