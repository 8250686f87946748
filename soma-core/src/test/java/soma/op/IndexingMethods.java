package soma.op;

import static soma.op.MethodTable.method;
import static soma.op.Row.arg;
import static soma.op.Row.constant;
import static soma.op.Row.indices;
import static soma.op.Sampler.distinct;
import static soma.op.Sampler.these;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import soma.DType;
import soma.Shape;
import soma.TensorIndexing.Bag;

/** Methods among {@link MethodTable}'s: choosing and writing by index or mask. */
final class IndexingMethods {

    private IndexingMethods() {}

    static List<Row> rows() {
        var x = arg(3, 4, 2);
        var i3 = constant(DType.INT64, these(2, 0, -1, 1), 2, 2);
        var i4 = constant(DType.INT64, these(3, -4), 2);
        var mask = constant(DType.BOOL, these(1, 0, 0, 1, 1), 3, 4, 2);
        var unique = constant(DType.INT64, these(2, 0, 1), 3);
        return List.of(
                method(
                        "index",
                        in -> in.get(0).index(in.get(1), in.get(2)),
                        in -> Nd.make(
                                Shape.of(2, 2, 2),
                                i -> in[0].at(
                                        Math.floorMod((int) in[1].at(i[0], i[1]), 3),
                                        Math.floorMod((int) in[2].at(i[1]), 4),
                                        i[2])),
                        x,
                        i3,
                        i4),
                method(
                        "index by mask",
                        in -> in.get(0).index(in.get(1)).sum(0),
                        in -> Nd.make(
                                Shape.of(2),
                                i -> in[0].at(0, 0, i[0])
                                        + in[0].at(0, 3, i[0])
                                        + in[0].at(1, 0, i[0])
                                        + in[0].at(1, 1, i[0])
                                        + in[0].at(2, 0, i[0])
                                        + in[0].at(2, 1, i[0])),
                        x,
                        constant(DType.BOOL, these(1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0), 3, 4)),
                method(
                        "indexPut",
                        in -> in.get(0).indexPut(in.get(2), false, in.get(1)),
                        in -> Nd.make(
                                in[0].shape(), i -> i[0] == 1 ? in[0].at(i) : in[2].at(i[0] == 2 ? 0 : 1, i[1], i[2])),
                        x,
                        constant(DType.INT64, these(2, 0), 2),
                        arg(2, 4, 2)),
                method(
                        "indexPut accumulating",
                        in -> in.get(0).indexPut(in.get(2), true, in.get(1)),
                        in -> Nd.make(in[0].shape(), i -> in[0].at(i) + (i[0] == 2 ? 2 * in[2].at(i[1], i[2]) : 0)),
                        x,
                        constant(DType.INT64, these(2, 2), 2),
                        arg(4, 2)),
                method(
                        "indexAdd",
                        in -> in.get(0).indexAdd(1, in.get(1), in.get(2), -0.5),
                        in -> Nd.make(
                                in[0].shape(),
                                i -> in[0].at(i)
                                        - (i[1] == 1 ? 0.5 * (in[2].at(i[0], 0, i[2]) + in[2].at(i[0], 2, i[2])) : 0)
                                        - (i[1] == 3 ? 0.5 * in[2].at(i[0], 1, i[2]) : 0)),
                        x,
                        constant(DType.INT64, these(1, 3, 1), 3),
                        arg(3, 3, 2)),
                method(
                        "indexSelect",
                        in -> in.get(0).indexSelect(0, in.get(1)),
                        in -> Nd.make(in[0].shape(), i -> in[0].at((int) in[1].at(i[0]), i[1], i[2])),
                        x,
                        unique),
                method(
                        "scatter of a number",
                        in -> in.get(0).scatter(1, in.get(1), 9),
                        in -> Nd.make(
                                in[0].shape(),
                                i -> i[1] == (i[0] == 0 ? 2 : 0) && i[2] == 0 && i[0] < 2 ? 9 : in[0].at(i)),
                        x,
                        constant(DType.INT64, these(2, 0), 2, 1, 1)),
                method(
                        "maskedFill",
                        in -> in.get(0).maskedFill(in.get(1), -3),
                        in -> Nd.make(in[0].shape(), i -> in[1].at(i) != 0 ? -3 : in[0].at(i)),
                        x,
                        mask),
                method(
                        "maskedSelect",
                        in -> in.get(0).maskedSelect(in.get(1)),
                        in -> {
                            var kept = new ArrayList<Double>();
                            Nd.make(in[0].shape(), i -> in[1].at(i) != 0 && kept.add(in[0].at(i)) ? 1 : 0);
                            return new Nd(
                                    Shape.of(kept.size()),
                                    kept.stream().mapToDouble(v -> v).toArray());
                        },
                        x,
                        mask),
                method(
                        "nonzero",
                        in -> in.get(0).nonzero(),
                        in -> Nd.make(Shape.of(3, 2), i -> new int[][] {{0, 1}, {1, 0}, {1, 1}}[i[0]][i[1]]),
                        constant(DType.FLOAT64, these(0, 2, -1, 0.5), 2, 2)),
                method(
                        "oneHot",
                        in -> in.get(0).oneHot(4),
                        in -> Nd.make(Shape.of(2, 3, 4), i -> in[0].at(i[0], i[1]) == i[2] ? 1 : 0),
                        indices(4, 2, 3)),
                method(
                        "segmentSum",
                        in -> in.get(0).segmentSum(in.get(1), 2),
                        in -> Nd.make(
                                Shape.of(2, 4, 2),
                                i -> i[0] == 0
                                        ? in[0].at(1, i[1], i[2])
                                        : in[0].at(0, i[1], i[2]) + in[0].at(2, i[1], i[2])),
                        x,
                        constant(DType.INT64, these(1, 0, 1), 3)),
                method(
                        "embedding",
                        in -> in.get(0).embedding(in.get(1), -1),
                        in -> Nd.make(Shape.of(2, 3, 2), i -> in[0].at((int) in[1].at(i[0], i[1]), i[2])),
                        arg(5, 2),
                        indices(5, 2, 3)),
                bag(Bag.SUM),
                bag(Bag.MEAN),
                bag(Bag.MAX));
    }

    /** Bags (2, 0), () and (1, 2, 2) of a table of 3. */
    private static Row bag(Bag mode) {
        var bags = new int[][] {{2, 0}, {}, {1, 2, 2}};
        return method(
                "embeddingBag " + mode,
                in -> in.get(0).embeddingBag(in.get(1), in.get(2), mode),
                in -> Nd.make(Shape.of(3, 2), i -> {
                    var values = Arrays.stream(bags[i[0]]).mapToDouble(r -> in[0].at(r, i[1]));
                    return switch (mode) {
                        case SUM -> values.sum();
                        case MEAN -> values.average().orElse(0);
                        case MAX -> values.max().orElse(0);
                    };
                }),
                arg(distinct(), 3, 2),
                constant(DType.INT64, these(2, 0, 1, 2, 2), 5),
                constant(DType.INT64, these(0, 2, 2), 3));
    }
}
