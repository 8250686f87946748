package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;
import static soma.op.Row.constant;
import static soma.op.Sampler.distinct;
import static soma.op.Sampler.these;
import static soma.op.Sampler.twoSided;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.TensorLayouts.PadMode;
import soma.op.Row.Arg;
import soma.op.Row.Twin;

/**
 * Tensor methods that are made of several ops, tested like the ops themselves: arrangements and orders here, the rest in
 * the files beside.
 */
final class MethodTable {

    private MethodTable() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(layouts());
        all.addAll(ordering());
        all.addAll(IndexingMethods.rows());
        all.addAll(EinsumMethods.rows());
        all.addAll(ProductMethods.rows());
        all.addAll(ImageMethods.rows());
        return all;
    }

    static Row method(String label, Function<List<Tensor>, Tensor> call, Twin twin, Arg... args) {
        return row(Op.class, label, call, twin, args).called(label);
    }

    private static List<Row> layouts() {
        var all = new ArrayList<Row>();
        var x = arg(2, 4, 5);
        all.add(method(
                "pad",
                in -> in.get(0).pad(1, 2, -1, 3),
                in -> Nd.make(Shape.of(2, 6, 8), i -> in[0].atOr(0, i[0], i[1] + 1, i[2] - 1)),
                x));
        all.add(method(
                "padConstant",
                in -> in.get(0).padConstant(7, 1, -2, 0, 1),
                in -> Nd.make(Shape.of(2, 5, 4), i -> in[0].atOr(7, i[0], i[1], i[2] - 1)),
                x));
        all.add(method(
                "pad reflect",
                in -> in.get(0).pad(PadMode.REFLECT, 4, 2, 1, 3),
                in -> Nd.make(Shape.of(2, 8, 11), i -> in[0].at(i[0], mirror(i[1] - 1, 4), mirror(i[2] - 4, 5))),
                x));
        all.add(method(
                "pad replicate",
                in -> in.get(0).pad(PadMode.REPLICATE, 7, 2, 1, 0),
                in -> Nd.make(
                        Shape.of(2, 5, 14), i -> in[0].at(i[0], Math.max(0, i[1] - 1), Math.clamp(i[2] - 7, 0, 4))),
                x));
        all.add(method(
                "pad circular",
                in -> in.get(0).pad(PadMode.CIRCULAR, 5, 2, 1, 4),
                in -> Nd.make(
                        Shape.of(2, 9, 12),
                        i -> in[0].at(i[0], Math.floorMod(i[1] - 1, 4), Math.floorMod(i[2] - 5, 5))),
                x));
        all.add(method(
                "repeat",
                in -> in.get(0).repeat(2, 1, 2, 3),
                in -> Nd.make(Shape.of(2, 2, 8, 15), i -> in[0].at(i[1], i[2] % 4, i[3] % 5)),
                x));
        all.add(method(
                "tile",
                in -> in.get(0).tile(3, 2),
                in -> Nd.make(Shape.of(2, 12, 10), i -> in[0].at(i[0], i[1] % 4, i[2] % 5)),
                x));
        all.add(method(
                "repeatInterleave",
                in -> in.get(0).repeatInterleave(3, 1),
                in -> Nd.make(Shape.of(2, 12, 5), i -> in[0].at(i[0], i[1] / 3, i[2])),
                x));
        all.add(method(
                "repeatInterleave by tensor",
                in -> in.get(0).repeatInterleave(in.get(1), 1),
                in -> Nd.make(Shape.of(2, 6, 5), i -> in[0].at(i[0], new int[] {0, 0, 2, 3, 3, 3}[i[1]], i[2])),
                x,
                constant(DType.INT64, these(2, 0, 1, 3), 4)));
        all.add(method(
                "roll",
                in -> in.get(0).roll(new int[] {3, -1}, new int[] {1, 2}),
                in -> Nd.make(Shape.of(2, 4, 5), i -> in[0].at(i[0], Math.floorMod(i[1] - 3, 4), (i[2] + 1) % 5)),
                x));
        all.add(method(
                "rot90 once",
                in -> in.get(0).rot90(1, 1, 2),
                in -> Nd.make(Shape.of(2, 5, 4), i -> in[0].at(i[0], i[2], 4 - i[1])),
                x));
        all.add(method(
                "rot90 twice",
                in -> in.get(0).rot90(-2, 1, 2),
                in -> Nd.make(Shape.of(2, 4, 5), i -> in[0].at(i[0], 3 - i[1], 4 - i[2])),
                x));
        all.add(method(
                "rot90 back",
                in -> in.get(0).rot90(-1, 1, 2),
                in -> Nd.make(Shape.of(2, 5, 4), i -> in[0].at(i[0], 3 - i[2], i[1])),
                x));
        for (int d : new int[] {-2, 0, 1, 6}) {
            all.add(method(
                    "tril " + d,
                    in -> in.get(0).tril(d),
                    in -> Nd.make(in[0].shape(), i -> i[2] - i[1] <= d ? in[0].at(i) : 0),
                    x));
            all.add(method(
                    "triu " + d,
                    in -> in.get(0).triu(d),
                    in -> Nd.make(in[0].shape(), i -> i[2] - i[1] >= d ? in[0].at(i) : 0),
                    x));
            int length = Math.max(0, Math.min(4 + Math.min(0, d), 5 - Math.max(0, d)));
            all.add(method(
                    "diagonal " + d,
                    in -> in.get(0).diagonal(d),
                    in -> Nd.make(
                            Shape.of(2, length), i -> in[0].at(i[0], i[1] + Math.max(0, -d), i[1] + Math.max(0, d))),
                    x));
            int n = 3 + Math.abs(d);
            all.add(method(
                    "diagEmbed " + d,
                    in -> in.get(0).diagEmbed(d),
                    in -> Nd.make(Shape.of(2, n, n), i -> i[2] - i[1] == d ? in[0].at(i[0], Math.min(i[1], i[2])) : 0),
                    arg(2, 3)));
        }
        all.add(method(
                "diff",
                in -> in.get(0).diff(1),
                in -> Nd.make(Shape.of(2, 3, 5), i -> in[0].at(i[0], i[1] + 1, i[2]) - in[0].at(i)),
                x));
        all.add(method(
                "unfold",
                in -> in.get(0).unfold(1, 2, 2),
                in -> Nd.make(Shape.of(2, 2, 5, 2), i -> in[0].at(i[0], 2 * i[1] + i[3], i[2])),
                x));
        all.add(method(
                "pixelShuffle",
                in -> in.get(0).pixelShuffle(2),
                in -> Nd.make(
                        Shape.of(2, 2, 6, 8),
                        i -> in[0].at(i[0], i[1] * 4 + i[2] % 2 * 2 + i[3] % 2, i[2] / 2, i[3] / 2)),
                arg(2, 8, 3, 4)));
        all.add(method(
                "pixelUnshuffle",
                in -> in.get(0).pixelUnshuffle(2),
                in -> Nd.make(Shape.of(2, 4, 2, 3), i -> in[0].at(i[0], 0, i[2] * 2 + i[1] / 2, i[3] * 2 + i[1] % 2)),
                arg(2, 1, 4, 6)));
        all.add(method(
                "glu",
                in -> in.get(0).glu(1),
                in -> Nd.make(Shape.of(2, 2, 5), i -> in[0].at(i) / (1 + Math.exp(-in[0].at(i[0], i[1] + 2, i[2])))),
                x));
        all.add(method(
                "prelu",
                in -> in.get(0).prelu(in.get(1)),
                in -> Nd.make(in[0].shape(), i -> in[0].at(i) * (in[0].at(i) > 0 ? 1 : in[1].at(i[1]))),
                arg(twoSided(0.2, 2), 2, 3, 2),
                arg(3)));
        return all;
    }

    private static int mirror(int p, int n) {
        return p < 0 ? -p : p < n ? p : 2 * n - 2 - p;
    }

    private static List<Row> ordering() {
        var x = arg(distinct(), 3, 5, 2);
        var all = new ArrayList<Row>();
        all.add(method(
                "sort",
                in -> in.get(0).sort(1).values(),
                in -> Nd.make(in[0].shape(), i -> sorted(in[0], i)[i[1]]),
                x));
        all.add(method(
                "sort downwards",
                in -> in.get(0).sort(1, true).values(),
                in -> Nd.make(in[0].shape(), i -> sorted(in[0], i)[4 - i[1]]),
                x));
        all.add(method(
                "topk",
                in -> in.get(0).topk(3, 1).values(),
                in -> Nd.make(Shape.of(3, 3, 2), i -> sorted(in[0], i)[4 - i[1]]),
                x));
        all.add(method(
                "kthvalue",
                in -> in.get(0).kthvalue(2, 1).values(),
                in -> Nd.make(Shape.of(3, 2), i -> sorted(in[0], Nd.insert(i, 1, 0))[1]),
                x));
        all.add(method(
                "median",
                in -> in.get(0).median(1).values(),
                in -> Nd.make(Shape.of(3, 2), i -> sorted(in[0], Nd.insert(i, 1, 0))[2]),
                x));
        all.add(method(
                "median of all",
                in -> in.get(0).median(),
                in -> new Nd(
                        Shape.SCALAR,
                        new double[] {Arrays.stream(in[0].data()).sorted().toArray()[14]}),
                x));
        all.add(method(
                "max along",
                in -> in.get(0).max(1),
                in -> Nd.make(Shape.of(3, 2), i -> sorted(in[0], Nd.insert(i, 1, 0))[4]),
                x));
        all.add(method(
                "unique",
                in -> in.get(0).unique().values(),
                in -> {
                    var values = Arrays.stream(in[0].data()).distinct().sorted().toArray();
                    return new Nd(Shape.of(values.length), values);
                },
                x));
        all.add(method(
                "unique again",
                in -> {
                    var u = in.get(0).unique();
                    return u.values().take(0, u.inverse()).add(u.counts().sum());
                },
                in -> Nd.make(in[0].shape(), i -> in[0].at(i) + 30),
                x));
        return all;
    }

    private static double[] sorted(Nd x, int[] index) {
        return Arrays.stream(x.line(Nd.without(index, 1), 1)).sorted().toArray();
    }
}
