package soma.op;

import static soma.op.MethodTable.method;
import static soma.op.Row.arg;
import static soma.op.Row.constant;
import static soma.op.Row.indices;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.TensorLayouts.PadMode;
import soma.TensorResampling.Interpolation;
import soma.op.Row.Arg;

/**
 * The methods of {@link MethodTable} and the larger ops on tensors without elements: shapes must be right and nothing
 * may break.
 */
final class EmptyTable {

    private EmptyTable() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        var rows = arg(0, 5);
        var columns = arg(3, 0);
        for (var x : List.of(rows, columns)) {
            var of = " of " + x.shape();
            all.add(empty("softmax" + of, in -> in.get(0).softmax(-1), x.shape(), x));
            all.add(empty("logSoftmax" + of, in -> in.get(0).logSoftmax(-1), x.shape(), x));
            all.add(empty("cumprod" + of, in -> in.get(0).cumprod(1), x.shape(), x));
            all.add(empty("cummax" + of, in -> in.get(0).cummax(1).values(), x.shape(), x));
            all.add(empty("logcumsumexp" + of, in -> in.get(0).logcumsumexp(1), x.shape(), x));
            all.add(empty("sort" + of, in -> in.get(0).sort(1).values(), x.shape(), x));
            all.add(empty(
                    "topk" + of, in -> in.get(0).topk(0, 1).values(), x.shape().with(1, 0), x));
            all.add(empty("flip" + of, in -> in.get(0).flip(0, 1), x.shape(), x));
            all.add(empty("roll" + of, in -> in.get(0).roll(2, 1), x.shape(), x));
            all.add(empty("tril" + of, in -> in.get(0).tril(0), x.shape(), x));
            all.add(empty("diagonal" + of, in -> in.get(0).diagonal(), Shape.of(0), x));
            all.add(empty(
                    "repeat" + of,
                    in -> in.get(0).repeat(2, 1),
                    x.shape().with(0, 2 * x.shape().dim(0)),
                    x));
            all.add(empty("layerNorm" + of, in -> in.get(0).layerNorm(1, 0.1), x.shape(), x));
            all.add(empty(
                    "rmsNorm" + of,
                    in -> in.get(0).rmsNorm(in.get(1), 0.1),
                    x.shape(),
                    x,
                    arg(x.shape().dim(1))));
            all.add(empty("unique" + of, in -> in.get(0).unique().values(), Shape.of(0), x));
            all.add(empty(
                    "nonzero" + of,
                    in -> in.get(0).nonzero(),
                    Shape.of(0, 2),
                    constant(DType.FLOAT64, Sampler.these(0), x.shape().toArray())));
            all.add(empty(
                    "maskedSelect" + of, in -> in.get(0).maskedSelect(in.get(0).gt(5)), Shape.of(0), x));
            all.add(empty("einsum" + of, in -> Tensor.einsum("ij,ij->ij", in.get(0), in.get(0)), x.shape(), x));
        }
        all.add(empty("gather", in -> in.get(0).gather(0, in.get(1)), Shape.of(0, 2), arg(3, 2), indices(3, 0, 2)));
        all.add(empty("index", in -> in.get(0).index(in.get(1)), Shape.of(0, 2), arg(3, 2), indices(3, 0)));
        all.add(empty(
                "crossEntropy",
                in -> in.get(0).crossEntropyRows(in.get(1), -100),
                Shape.of(0),
                arg(0, 3),
                indices(3, 0)));
        all.add(empty("oneHot", in -> in.get(0).oneHot(3), Shape.of(0, 3), indices(3, 0)));
        all.add(empty(
                "segmentSum", in -> in.get(0).segmentSum(in.get(1), 0), Shape.of(0, 2), arg(0, 2), indices(1, 0)));
        all.add(empty(
                "conv",
                in -> in.get(0).conv(in.get(1), new int[] {1}, new int[] {1}, new int[] {1}, 1),
                Shape.of(0, 3, 5),
                arg(0, 2, 5),
                arg(3, 2, 3)));
        all.add(empty("maxPool", in -> in.get(0).maxPool(2), Shape.of(0, 3, 2), arg(0, 3, 5)));
        all.add(empty("avgPool", in -> in.get(0).avgPool(2), Shape.of(0, 3, 2), arg(0, 3, 5)));
        all.add(empty("adaptiveMaxPool", in -> in.get(0).adaptiveMaxPool(2), Shape.of(0, 3, 2), arg(0, 3, 5)));
        all.add(empty(
                "im2col",
                in -> in.get(0).im2col(new int[] {2, 2}, new int[] {1, 1}, new int[] {0, 0}, new int[] {1, 1}),
                Shape.of(0, 12, 4),
                arg(0, 3, 3, 3)));
        all.add(empty(
                "interpolate",
                in -> in.get(0).interpolate(Interpolation.LINEAR, false, 7),
                Shape.of(0, 3, 7),
                arg(0, 3, 5)));
        all.add(empty("pad", in -> in.get(0).pad(PadMode.REFLECT, 1, 1), Shape.of(0, 7), rows));
        all.add(empty("groupNorm", in -> in.get(0).groupNorm(2, 0.1), Shape.of(0, 4, 3), arg(0, 4, 3)));
        all.add(empty("solve", in -> in.get(0).solve(in.get(1)), Shape.of(0, 3, 2), arg(0, 3, 3), arg(0, 3, 2)));
        all.add(empty("inverse", in -> in.get(0).inverse(), Shape.of(2, 0, 0), arg(2, 0, 0)));
        all.add(empty("qr", in -> in.get(0).qr().r(), Shape.of(0, 2, 2), arg(0, 3, 2)));
        all.add(empty("svd", in -> in.get(0).svd().s(), Shape.of(0, 2), arg(0, 3, 2)));
        all.add(empty("matmul", in -> in.get(0).matmul(in.get(1)), Shape.of(0, 2, 4), arg(0, 2, 3), arg(3, 4)));
        return all;
    }

    private static Row empty(String label, Function<List<Tensor>, Tensor> call, Shape shape, Arg... args) {
        return method("empty " + label, call, in -> new Nd(shape, new double[shape.size()]), args);
    }
}
