package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import soma.TensorLayouts.PadMode;
import soma.TensorResampling.Border;
import soma.TensorResampling.Interpolation;

/** What a person reads after a mistake, word for word: what was given, what was expected, what to do. */
class ErrorsTest {

    private record Mistake(Class<? extends SomaException> kind, Supplier<Object> made, String message) {}

    private static final Tensor X = Tensor.zeros(3, 4);
    private static final Tensor FAR = Tensor.of(new long[] {0, 5});

    private static Mistake shape(Supplier<Object> made, String message) {
        return new Mistake(ShapeException.class, made, message);
    }

    private static Mistake dtype(Supplier<Object> made, String message) {
        return new Mistake(DTypeException.class, made, message);
    }

    private static Mistake index(Supplier<Tensor> made, String message) {
        return new Mistake(IndexException.class, () -> made.get().array(), message);
    }

    private static Mistake matrix(Supplier<Tensor> made, String message) {
        return new Mistake(SomaException.class, () -> made.get().array(), message);
    }

    private static int[] of(int... values) {
        return values;
    }

    @TestFactory
    Stream<DynamicTest> shapes() {
        var images = Tensor.zeros(1, 3, 8, 8);
        return told(
                shape(() -> X.matmul(Tensor.zeros(5, 2)), "matmul: (3, 4) x (5, 2): inner sizes 4 and 5 differ"),
                shape(
                        () -> X.add(Tensor.zeros(3)),
                        "add: shapes (3, 4) and (3) do not broadcast: sizes 4 and 3 at axis -1 differ and neither is"
                                + " 1"),
                shape(
                        () -> X.expand(2, 4),
                        "expand: shape (3, 4) does not broadcast to (2, 4); each axis, counted from the last,"
                                + " must be equal or 1"),
                shape(
                        () -> X.reshape(5, -1),
                        "reshape: (3, 4) has 12 elements, which [5, -1] cannot hold: the sizes besides -1 make 5"),
                shape(
                        () -> X.reshape(5, 5),
                        "reshape: (3, 4) has 12 elements, (5, 5) has 25; at most one size may be -1, which"
                                + " stands for the rest"),
                shape(
                        () -> Tensor.of(new float[] {1, 2, 3}, 2, 2),
                        "Tensor.of: 3 numbers do not fill shape (2, 2), which has 4 elements"),
                shape(
                        () -> Tensor.of(new float[][] {{1}, {1, 2}}),
                        "Tensor.of: row 1 has 2 numbers, row 0 has 1; all rows must be equally long"),
                shape(() -> Tensor.zeros(-1), "shape (-1): an axis has negative size -1"),
                shape(
                        () -> Tensor.zeros(Integer.MAX_VALUE, 2),
                        "shape (2147483647, 2) holds more than 2^31 - 9 elements, the most"
                                + " that one tensor can have; split it along an axis"),
                shape(
                        () -> Tensor.cat(0, X, Tensor.zeros(3, 5)),
                        "cat: shapes (3, 4) and (3, 5) differ besides axis 0"),
                shape(() -> Tensor.cat(0), "cat: no tensors given, expected at least one"),
                shape(() -> X.splitSizes(0, 1, 1), "split: sizes [1, 1] make 2, axis 0 of shape (3, 4) has 3"),
                shape(() -> X.split(0, 0), "split: into parts of 0, expected a size of at least 1"),
                shape(() -> X.chunk(0, 0), "chunk: into 0 parts, expected at least 1"),
                shape(
                        () -> X.pad(1),
                        "pad: [1] for shape (3, 4); expected pairs (before, after), the last axis first, at most one"
                                + " pair for each axis"),
                shape(
                        () -> X.pad(PadMode.REFLECT, 4, 0),
                        "pad: 4 before and 0 after axis 1 of shape (3, 4) in mode REFLECT; it"
                                + " can give at most 3 on each side"),
                shape(
                        () -> X.repeat(2),
                        "repeat: [2] for shape (3, 4); expected a number of 0 or more for each axis (tile fills"
                                + " up missing ones)"),
                shape(() -> X.glu(0), "glu: axis 0 of shape (3, 4) has size 3, expected an even one"),
                shape(() -> X.outer(X), "outer: (3, 4) and (3, 4); expected two vectors"),
                shape(
                        () -> X.conv(X, of(1), of(0), of(1), 1),
                        "conv: input (3, 4) and weight (3, 4); expected (N, C, then 1 to 3"
                                + " axes) for both, with equally many axes"),
                shape(
                        () -> images.conv(Tensor.zeros(6, 1, 5, 5), of(1, 1), of(0, 0), of(1, 1), 1),
                        "conv: input (1, 3, 8, 8) has 3 channels, weight (6, 1, 5, 5) with 1 group(s) expects 1"),
                shape(
                        () -> images.conv(Tensor.zeros(6, 3, 9, 9), of(1, 1), of(0, 0), of(1, 1), 1),
                        "conv: the kernel reaches over 9 positions along axis 0, but the padded input has only 8; use"
                                + " a smaller kernel or more padding"),
                shape(
                        () -> images.conv(Tensor.zeros(6, 3, 5, 5), of(0, 1), of(0, 0), of(1, 1), 1),
                        "conv: stride [0, 1], expected entries of at least 1"),
                shape(
                        () -> images.convTranspose(Tensor.zeros(3, 6, 5, 5), of(1), of(0, 0), of(0, 0), of(1, 1), 1),
                        "convTranspose: [1] for input (1, 3, 8, 8); expected one number for each of its 2 axes after"
                                + " (N, C)"),
                shape(
                        () -> images.maxPool(9, 9),
                        "maxPool: a window of 9 does not fit axis 2 of shape (1, 3, 8, 8) with padding 0"),
                shape(
                        () -> X.layerNorm(Tensor.zeros(3), Tensor.zeros(3), 1e-5),
                        "layerNorm: weight (3) must have the last axes of the input (3, 4)"),
                shape(
                        () -> X.batchNorm(Tensor.zeros(3), Tensor.zeros(3), 1e-5),
                        "batchNorm: input (3, 4) with values of each"
                                + " channel (3) and (3); expected (N, C, ...) with (C) and (C)"),
                shape(
                        () -> X.groupNorm(3, 1e-5),
                        "groupNorm: 3 groups of the channels (axis 1) of shape (3, 4); the channels must"
                                + " divide evenly into the groups"),
                shape(
                        () -> images.interpolate(Interpolation.LINEAR, false, 3),
                        "interpolate: 1 sizes for shape (1, 3, 8, 8);" + " expected one for each axis after (N, C)"),
                shape(
                        () -> X.gridSample(X, Interpolation.LINEAR, Border.ZEROS, true),
                        "gridSample: input (3, 4) and grid (3, 4);"
                                + " expected (N, C, H, W) with (N, h, w, 2), or (N, C, D, H, W) with (N, d, h, w, 3)"),
                shape(() -> X.inverse(), "inverse: matrices of (3, 4) are 3 x 4, expected square ones"),
                shape(
                        () -> Tensor.eye(3).solve(Tensor.zeros(4, 1)),
                        "solve: (3, 3) x = (4, 1): the matrix has 3 rows, the right-hand side 4"),
                shape(() -> Tensor.zeros(3).svd(), "svd: shape (3) is no matrix; expected (..., m, n)"),
                shape(
                        () -> X.crossEntropyRows(Tensor.arange(4), -100),
                        "crossEntropy: logits (3, 4) and labels (4), expected (N, C) and (N)"),
                shape(
                        () -> X.item(),
                        "item: shape (3, 4) has 12 elements, expected 1; use toFloatArray() or reduce it first, as in"
                                + " mean()"));
    }

    @TestFactory
    Stream<DynamicTest> axes() {
        return told(
                shape(() -> X.sum(2), "sum: axis 2 is outside -2..1 for shape (3, 4)"),
                shape(() -> X.argmax(4), "argmax: axis 4 is outside -2..1 for shape (3, 4)"),
                shape(() -> X.transpose(0, 2), "transpose: axis 2 is outside -2..1 for shape (3, 4)"),
                shape(() -> X.softmax(5), "softmax: axis 5 is outside -2..1 for shape (3, 4)"),
                shape(() -> X.sort(2), "sort: axis 2 is outside -2..1 for shape (3, 4)"),
                shape(() -> X.cumsum(-3), "cumsum: axis -3 is outside -2..1 for shape (3, 4)"),
                shape(() -> X.roll(1, 3), "roll: axis 3 is outside -2..1 for shape (3, 4)"),
                shape(() -> X.unsqueeze(4), "unsqueeze: axis 4 is outside -3..2 for shape (3, 4)"),
                shape(() -> X.permute(0, 0), "permute: axes [0, 0] must name each axis of shape (3, 4) once"),
                shape(() -> X.diagonal(0, 1, -1), "diagonal: axes 1 and -1 of shape (3, 4) are the same"),
                shape(() -> X.sum(0, -2), "sum: an axis appears twice in [0, -2]"),
                shape(() -> Tensor.scalar(1).sum(0), "sum: axis 0 of a scalar, which has no axes"));
    }

    @TestFactory
    Stream<DynamicTest> einsum() {
        return told(
                shape(() -> Tensor.einsum("ij,jk", X), "einsum: \"ij,jk\" names 2 operands, 1 were given"),
                shape(
                        () -> Tensor.einsum("ijk->i", X),
                        "einsum: term \"ijk\" of \"ijk->i\" does not fit a tensor of 2 axes;"
                                + " expected a letter for each axis, and at most one ..."),
                shape(
                        () -> Tensor.einsum("ij,jk->ik", X, X),
                        "einsum: in \"ij,jk->ik\" 'j' has size 4 in (3, 4) and 3 in (3, 4)"),
                shape(
                        () -> Tensor.einsum("ij->ik", X),
                        "einsum: the result of \"ij->ik\" names 'k', which no operand has or which it has already"));
    }

    @TestFactory
    Stream<DynamicTest> dtypes() {
        var ints = X.to(DType.INT32);
        var bools = X.to(DType.BOOL);
        return told(
                dtype(
                        () -> ints.softmax(0),
                        "softmax: the tensor is int32, expected a floating dtype; convert it with to(DType.FLOAT32)"),
                dtype(
                        () -> ints.mean(),
                        "mean: the tensor is int32, expected a floating dtype; convert it with to(DType.FLOAT32)"),
                dtype(
                        () -> ints.maxPool(2, 2),
                        "maxPool: the tensor is int32, expected a floating dtype; convert it with to(DType.FLOAT32)"),
                dtype(
                        () -> bools.neg(),
                        "neg: the tensor is bool, expected numbers; convert it with to(DType.FLOAT32)"),
                dtype(
                        () -> bools.matmul(bools.t()),
                        "matmul: both tensors are bool, expected numbers; convert them with to(DType.FLOAT32)"),
                dtype(
                        () -> X.take(0, X),
                        "take: the index is float32, expected integers; convert it with to(DType.INT64)"),
                dtype(
                        () -> X.maskedSelect(X),
                        "maskedSelect: the mask is float32, expected bool; compare it first, as in x.gt(0)"),
                dtype(
                        () -> Tensor.where(X, X, X),
                        "where: the condition is float32, expected bool; compare it first, as in x.ne(0)"));
    }

    @TestFactory
    Stream<DynamicTest> indices() {
        return told(
                index(() -> X.take(0, FAR), "take: index 5 at position 1 is outside -3..2 of axis 0 of shape (3, 4)"),
                index(
                        () -> X.gather(0, Tensor.of(new long[] {-4}, 1, 1)),
                        "gather: index -4 at position 0 is outside -3..2 of axis 0 of shape (3, 4)"),
                index(
                        () -> X.scatter(1, Tensor.of(new long[] {4}, 1, 1), 1),
                        "scatter: index 4 at position 0 is outside -4..3 of axis 1 of shape (3, 4)"),
                index(
                        () -> X.scatterAdd(1, Tensor.of(new long[] {4}, 1, 1), Tensor.ones(1, 1)),
                        "scatterAdd: index 4 at position 0 is outside -4..3 of axis 1 of shape (3, 4)"),
                index(() -> X.index(FAR), "index: index 5 at position 1 is outside -3..2"),
                index(() -> FAR.oneHot(3), "oneHot: index 5 at position 1 is outside -3..2"),
                index(
                        () -> X.crossEntropyRows(Tensor.of(new long[] {0, 4, 1}), -100),
                        "crossEntropy: target 4 at index 1 is outside 0..3 (4 classes). Are the labels one-based?"),
                shape(() -> X.select(0, 3), "select: index 3 is outside -3..2 of axis 0 of shape (3, 4)"),
                shape(() -> X.narrow(0, 2, 5), "narrow: elements 2 to 6 are outside 0..2 of axis 0 of shape (3, 4)"),
                shape(() -> X.slice(0, 0, 2, 0), "slice: step is 0; use a positive or negative step"),
                shape(
                        () -> X.gather(0, Tensor.arange(3)),
                        "gather: index (3) does not fit (3, 4) along axis 0; it needs as many"
                                + " axes, and besides axis 0 no larger ones"),
                shape(() -> X.topk(5, 1), "topk: the first 5 along axis 1 of shape (3, 4), which has 4"),
                shape(
                        () -> X.kthvalue(0, 1),
                        "kthvalue: the 0. smallest along axis 1 of shape (3, 4); expected 1 to 4"));
    }

    @TestFactory
    Stream<DynamicTest> emptyInputs() {
        var nothing = Tensor.zeros(0, 3);
        return told(
                shape(() -> nothing.amax(), "amax: shape (0, 3) has no element to choose along all axes"),
                shape(() -> nothing.argmax(0), "argmax: shape (0, 3) has no element to choose along axes [0]"),
                shape(() -> nothing.median(0), "median: shape (0, 3) has no element to choose along axis 0"),
                shape(() -> Tensor.linspace(0, 1, 0), "linspace: asked for 0 numbers, expected at least 1"),
                shape(
                        () -> Tensor.zeros(2, 0, 2).adaptiveAvgPool(1, 1),
                        "adaptiveAvgPool: output [1, 1] from shape (2, 0, 2); all"
                                + " sizes must be at least 1, or -1 to keep an axis"));
    }

    @TestFactory
    Stream<DynamicTest> gradients() {
        return told(
                new Mistake(
                        GradientException.class,
                        () -> Autodiff.grad(t -> t.mul(2), X),
                        "grad: f returned shape (3, 4); a gradient needs a scalar. Add .mean() or use jacobian(f)"),
                new Mistake(
                        GradientException.class,
                        () -> Autodiff.grad(t -> t.sum(), X.to(DType.INT64)),
                        "grad: with respect to a tensor of int64; only floating dtypes have gradients"),
                new Mistake(
                        GradientException.class,
                        () -> {
                            var y = X.mul(2).sum();
                            Soma.eval(y);
                            return Autodiff.grad(y, X);
                        },
                        "grad: the expression was looked at before its gradient was asked for, which let go of how it"
                            + " depends on its inputs. Take the gradient first, or both at once with valueAndGrad"));
    }

    @TestFactory
    Stream<DynamicTest> matrices() {
        return told(
                matrix(
                        () -> Tensor.zeros(2, 2).inverse(),
                        "inverse: the 2 x 2 matrix is singular (pivot 0 is zero), so there is no"
                                + " unique solution. Add a small multiple of the identity, or use the pseudo-inverse."),
                matrix(
                        () -> Tensor.zeros(2, 2).cholesky(),
                        "cholesky: the 2 x 2 matrix is not positive definite: its leading minor of order 1 is not"
                                + " positive (pivot 0.0). A covariance needs a small multiple of the identity added."),
                matrix(
                        () -> Tensor.full(Double.NaN, 2, 2).svd().s(),
                        "svd: element (0, 0) of the 2 x 2 matrix is NaN; linear"
                                + " algebra needs finite numbers. Look for the op that made it."));
    }

    private static Stream<DynamicTest> told(Mistake... mistakes) {
        return List.of(mistakes).stream()
                .map(m -> DynamicTest.dynamicTest(m.message(), () -> {
                    var told = catchThrowable(() -> m.made().get());
                    assertThat(told).isInstanceOf(m.kind()).hasMessage(m.message());
                }));
    }
}
