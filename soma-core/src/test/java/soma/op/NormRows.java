package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;

import java.util.ArrayList;
import java.util.List;
import soma.Shape;
import soma.Tensor;

/** Rows of {@link OpTable}: layer norm, RMS norm, group norm, batch norm. */
final class NormRows {

    private NormRows() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        for (int n : new int[] {1, 5, 17}) {
            all.addAll(norms(n));
        }
        return all;
    }

    private static List<Row> norms(int n) {
        var all = new ArrayList<Row>();
        double eps = 0.1;
        var of = "of " + n;
        all.add(row(
                LayerNorm.class,
                of,
                in -> Tensor.of(new LayerNorm(in.get(0), in.get(1), in.get(2), eps))
                        .pick(0),
                in -> Twins.layerNorm(in[0], in[1], in[2], eps, true),
                arg(5, n),
                arg(n),
                arg(n)));
        all.add(row(
                LayerNorm.class,
                of + ", mean and rstd",
                in -> {
                    var all3 = Tensor.of(new LayerNorm(in.get(0), in.get(1), in.get(2), eps));
                    return Tensor.cat(
                            0,
                            all3.pick(1),
                            all3.pick(2).mul(3),
                            all3.pick(0).sum().reshape(1));
                },
                null,
                arg(5, n),
                arg(n),
                arg(n)));
        all.add(row(
                LayerNormGrad.class,
                of,
                in -> {
                    var forward = Tensor.of(new LayerNorm(in.get(0), in.get(1), in.get(1), eps));
                    var back = Tensor.of(
                            new LayerNormGrad(in.get(0), in.get(1), forward.pick(1), forward.pick(2), in.get(2)));
                    return Tensor.cat(0, back.pick(0).flatten(), back.pick(1), back.pick(2));
                },
                in -> Twins.layerNormBack(in[0], in[1], in[2], eps, true),
                arg(5, n),
                arg(n),
                arg(5, n)));
        all.add(row(
                RmsNorm.class,
                of,
                in -> Tensor.of(new RmsNorm(in.get(0), in.get(1), eps)).pick(0),
                in -> Twins.layerNorm(in[0], in[1], null, eps, false),
                arg(5, n),
                arg(n)));
        all.add(row(
                RmsNorm.class,
                of + ", rstd",
                in -> Tensor.of(new RmsNorm(in.get(0), in.get(1), eps)).pick(1),
                null,
                arg(5, n),
                arg(n)));
        all.add(row(
                RmsNormGrad.class,
                of,
                in -> {
                    var forward = Tensor.of(new RmsNorm(in.get(0), in.get(1), eps));
                    var back = Tensor.of(new RmsNormGrad(in.get(0), in.get(1), forward.pick(1), in.get(2)));
                    return Tensor.cat(0, back.pick(0).flatten(), back.pick(1));
                },
                in -> Twins.layerNormBack(in[0], in[1], in[2], eps, false),
                arg(5, n),
                arg(n),
                arg(5, n)));
        for (int[] shape : new int[][] {{3, 4, n}, {2, 6, 1, n}}) {
            all.addAll(groupNorms(shape, eps));
        }
        for (int[] shape : new int[][] {{5, n}, {3, 4, n}, {2, 17, 2, n}}) {
            int c = shape[1];
            var label = "of " + Shape.of(shape);
            all.add(row(
                    BatchNorm.class,
                    label,
                    in -> Tensor.of(new BatchNorm(in.get(0), in.get(1), in.get(2), eps))
                            .pick(0),
                    in -> Twins.batchNorm(in[0], in[1], in[2], eps),
                    arg(shape),
                    arg(c),
                    arg(c)));
            all.add(row(
                    BatchNorm.class,
                    label + ", statistics",
                    in -> {
                        var four = Tensor.of(new BatchNorm(in.get(0), in.get(1), in.get(2), eps));
                        return Tensor.cat(0, four.pick(1), four.pick(2).mul(3), four.pick(3));
                    },
                    null,
                    arg(shape),
                    arg(c),
                    arg(c)));
            all.add(row(
                    BatchNormGrad.class,
                    label,
                    in -> {
                        var forward = Tensor.of(new BatchNorm(in.get(0), in.get(1), in.get(1), eps));
                        var back = Tensor.of(
                                new BatchNormGrad(in.get(0), in.get(1), forward.pick(1), forward.pick(3), in.get(2)));
                        return Tensor.cat(0, back.pick(0).flatten(), back.pick(1), back.pick(2));
                    },
                    in -> Twins.batchNormBack(in[0], in[1], in[2], eps),
                    arg(shape),
                    arg(c),
                    arg(shape)));
        }
        return all;
    }

    private static List<Row> groupNorms(int[] shape, double eps) {
        int c = shape[1];
        int groups = 2;
        var label = "of " + Shape.of(shape);
        return List.of(
                row(
                        GroupNorm.class,
                        label,
                        in -> Tensor.of(new GroupNorm(in.get(0), in.get(1), in.get(2), groups, eps))
                                .pick(0),
                        in -> Twins.groupNorm(in[0], in[1], in[2], groups, eps),
                        arg(shape),
                        arg(c),
                        arg(c)),
                row(
                        GroupNorm.class,
                        label + ", mean and rstd",
                        in -> {
                            var three = Tensor.of(new GroupNorm(in.get(0), in.get(1), in.get(2), groups, eps));
                            return Tensor.cat(
                                    0,
                                    three.pick(1),
                                    three.pick(2).mul(3),
                                    three.pick(0).sum().reshape(1));
                        },
                        null,
                        arg(shape),
                        arg(c),
                        arg(c)),
                row(
                        GroupNormGrad.class,
                        label,
                        in -> {
                            var forward = Tensor.of(new GroupNorm(in.get(0), in.get(1), in.get(1), groups, eps));
                            var back = Tensor.of(new GroupNormGrad(
                                    in.get(0), in.get(1), forward.pick(1), forward.pick(2), in.get(2), groups));
                            return Tensor.cat(0, back.pick(0).flatten(), back.pick(1), back.pick(2));
                        },
                        in -> Twins.groupNormBack(in[0], in[1], in[2], groups, eps),
                        arg(shape),
                        arg(c),
                        arg(shape)));
    }
}
