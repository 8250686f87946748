package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;
import static soma.op.Row.constant;
import static soma.op.Row.indices;
import static soma.op.Sampler.between;
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
import soma.TensorIndexing.Bag;
import soma.TensorLayouts.PadMode;
import soma.TensorLinalg.MatrixNorm;
import soma.op.Row.Arg;
import soma.op.Row.Twin;

/** Tensor methods that are made of several ops: tested like the ops themselves. */
final class MethodTable {

    private MethodTable() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(layouts());
        all.addAll(ordering());
        all.addAll(indexing());
        all.addAll(einsums());
        all.addAll(products());
        all.addAll(norms());
        all.addAll(linalg());
        all.addAll(MethodTableImages.rows());
        return all;
    }

    static Row method(String label, Function<List<Tensor>, Tensor> call, Twin twin, Arg... args) {
        return row(Op.class, label, call, twin, args).called(label);
    }

    private static List<Row> layouts() {
        var all = new ArrayList<Row>();
        var x = arg(2, 4, 5);
        all.add(method("pad", in -> in.get(0).pad(1, 2, -1, 3),
                in -> Nd.make(Shape.of(2, 6, 8), i -> in[0].atOr(0, i[0], i[1] + 1, i[2] - 1)), x));
        all.add(method("padConstant", in -> in.get(0).padConstant(7, 1, -2, 0, 1),
                in -> Nd.make(Shape.of(2, 5, 4), i -> in[0].atOr(7, i[0], i[1], i[2] - 1)), x));
        all.add(method("pad reflect", in -> in.get(0).pad(PadMode.REFLECT, 4, 2, 1, 3),
                in -> Nd.make(Shape.of(2, 8, 11), i -> in[0].at(i[0], mirror(i[1] - 1, 4), mirror(i[2] - 4, 5))), x));
        all.add(method("pad replicate", in -> in.get(0).pad(PadMode.REPLICATE, 7, 2, 1, 0),
                in -> Nd.make(Shape.of(2, 5, 14), i -> in[0].at(i[0], Math.max(0, i[1] - 1), Math.clamp(i[2] - 7, 0, 4))), x));
        all.add(method("pad circular", in -> in.get(0).pad(PadMode.CIRCULAR, 5, 2, 1, 4),
                in -> Nd.make(Shape.of(2, 9, 12), i -> in[0].at(i[0], Math.floorMod(i[1] - 1, 4), Math.floorMod(i[2] - 5, 5))), x));
        all.add(method("repeat", in -> in.get(0).repeat(2, 1, 2, 3),
                in -> Nd.make(Shape.of(2, 2, 8, 15), i -> in[0].at(i[1], i[2] % 4, i[3] % 5)), x));
        all.add(method("tile", in -> in.get(0).tile(3, 2),
                in -> Nd.make(Shape.of(2, 12, 10), i -> in[0].at(i[0], i[1] % 4, i[2] % 5)), x));
        all.add(method("repeatInterleave", in -> in.get(0).repeatInterleave(3, 1),
                in -> Nd.make(Shape.of(2, 12, 5), i -> in[0].at(i[0], i[1] / 3, i[2])), x));
        all.add(method("repeatInterleave by tensor", in -> in.get(0).repeatInterleave(in.get(1), 1),
                in -> Nd.make(Shape.of(2, 6, 5), i -> in[0].at(i[0], new int[] {0, 0, 2, 3, 3, 3}[i[1]], i[2])), x,
                constant(DType.INT64, these(2, 0, 1, 3), 4)));
        all.add(method("roll", in -> in.get(0).roll(new int[] {3, -1}, new int[] {1, 2}),
                in -> Nd.make(Shape.of(2, 4, 5), i -> in[0].at(i[0], Math.floorMod(i[1] - 3, 4), (i[2] + 1) % 5)), x));
        all.add(method("rot90 once", in -> in.get(0).rot90(1, 1, 2),
                in -> Nd.make(Shape.of(2, 5, 4), i -> in[0].at(i[0], i[2], 4 - i[1])), x));
        all.add(method("rot90 twice", in -> in.get(0).rot90(-2, 1, 2),
                in -> Nd.make(Shape.of(2, 4, 5), i -> in[0].at(i[0], 3 - i[1], 4 - i[2])), x));
        all.add(method("rot90 back", in -> in.get(0).rot90(-1, 1, 2),
                in -> Nd.make(Shape.of(2, 5, 4), i -> in[0].at(i[0], 3 - i[2], i[1])), x));
        for (int d : new int[] {-2, 0, 1, 6}) {
            all.add(method("tril " + d, in -> in.get(0).tril(d),
                    in -> Nd.make(in[0].shape(), i -> i[2] - i[1] <= d ? in[0].at(i) : 0), x));
            all.add(method("triu " + d, in -> in.get(0).triu(d),
                    in -> Nd.make(in[0].shape(), i -> i[2] - i[1] >= d ? in[0].at(i) : 0), x));
            int length = Math.max(0, Math.min(4 + Math.min(0, d), 5 - Math.max(0, d)));
            all.add(method("diagonal " + d, in -> in.get(0).diagonal(d),
                    in -> Nd.make(Shape.of(2, length), i -> in[0].at(i[0], i[1] + Math.max(0, -d), i[1] + Math.max(0, d))), x));
            int n = 3 + Math.abs(d);
            all.add(method("diagEmbed " + d, in -> in.get(0).diagEmbed(d),
                    in -> Nd.make(Shape.of(2, n, n), i -> i[2] - i[1] == d ? in[0].at(i[0], Math.min(i[1], i[2])) : 0), arg(2, 3)));
        }
        all.add(method("diff", in -> in.get(0).diff(1),
                in -> Nd.make(Shape.of(2, 3, 5), i -> in[0].at(i[0], i[1] + 1, i[2]) - in[0].at(i)), x));
        all.add(method("unfold", in -> in.get(0).unfold(1, 2, 2),
                in -> Nd.make(Shape.of(2, 2, 5, 2), i -> in[0].at(i[0], 2 * i[1] + i[3], i[2])), x));
        all.add(method("pixelShuffle", in -> in.get(0).pixelShuffle(2),
                in -> Nd.make(Shape.of(2, 2, 6, 8),
                        i -> in[0].at(i[0], i[1] * 4 + i[2] % 2 * 2 + i[3] % 2, i[2] / 2, i[3] / 2)), arg(2, 8, 3, 4)));
        all.add(method("pixelUnshuffle", in -> in.get(0).pixelUnshuffle(2),
                in -> Nd.make(Shape.of(2, 4, 2, 3),
                        i -> in[0].at(i[0], 0, i[2] * 2 + i[1] / 2, i[3] * 2 + i[1] % 2)), arg(2, 1, 4, 6)));
        all.add(method("glu", in -> in.get(0).glu(1),
                in -> Nd.make(Shape.of(2, 2, 5), i -> in[0].at(i) / (1 + Math.exp(-in[0].at(i[0], i[1] + 2, i[2])))), x));
        all.add(method("prelu", in -> in.get(0).prelu(in.get(1)),
                in -> Nd.make(in[0].shape(), i -> in[0].at(i) * (in[0].at(i) > 0 ? 1 : in[1].at(i[1]))), arg(twoSided(0.2, 2), 2, 3, 2),
                arg(3)));
        return all;
    }

    private static int mirror(int p, int n) {
        return p < 0 ? -p : p < n ? p : 2 * n - 2 - p;
    }

    private static List<Row> ordering() {
        var x = arg(distinct(), 3, 5, 2);
        var all = new ArrayList<Row>();
        all.add(method("sort", in -> in.get(0).sort(1).values(),
                in -> Nd.make(in[0].shape(), i -> sorted(in[0], i)[i[1]]), x));
        all.add(method("sort downwards", in -> in.get(0).sort(1, true).values(),
                in -> Nd.make(in[0].shape(), i -> sorted(in[0], i)[4 - i[1]]), x));
        all.add(method("topk", in -> in.get(0).topk(3, 1).values(),
                in -> Nd.make(Shape.of(3, 3, 2), i -> sorted(in[0], i)[4 - i[1]]), x));
        all.add(method("kthvalue", in -> in.get(0).kthvalue(2, 1).values(),
                in -> Nd.make(Shape.of(3, 2), i -> sorted(in[0], Nd.insert(i, 1, 0))[1]), x));
        all.add(method("median", in -> in.get(0).median(1).values(),
                in -> Nd.make(Shape.of(3, 2), i -> sorted(in[0], Nd.insert(i, 1, 0))[2]), x));
        all.add(method("median of all", in -> in.get(0).median(),
                in -> new Nd(Shape.SCALAR, new double[] {Arrays.stream(in[0].data()).sorted().toArray()[14]}), x));
        all.add(method("max along", in -> in.get(0).max(1),
                in -> Nd.make(Shape.of(3, 2), i -> sorted(in[0], Nd.insert(i, 1, 0))[4]), x));
        all.add(method("unique", in -> in.get(0).unique().values(),
                in -> {
                    var values = Arrays.stream(in[0].data()).distinct().sorted().toArray();
                    return new Nd(Shape.of(values.length), values);
                }, x));
        all.add(method("unique again", in -> {
            var u = in.get(0).unique();
            return u.values().take(0, u.inverse()).add(u.counts().sum());
        }, in -> Nd.make(in[0].shape(), i -> in[0].at(i) + 30), x));
        return all;
    }

    private static double[] sorted(Nd x, int[] index) {
        return Arrays.stream(x.line(Nd.without(index, 1), 1)).sorted().toArray();
    }

    private static List<Row> indexing() {
        var x = arg(3, 4, 2);
        var i3 = constant(DType.INT64, these(2, 0, -1, 1), 2, 2);
        var i4 = constant(DType.INT64, these(3, -4), 2);
        var mask = constant(DType.BOOL, these(1, 0, 0, 1, 1), 3, 4, 2);
        var unique = constant(DType.INT64, these(2, 0, 1), 3);
        return List.of(
                method("index", in -> in.get(0).index(in.get(1), in.get(2)),
                        in -> Nd.make(Shape.of(2, 2, 2), i -> in[0].at(
                                Math.floorMod((int) in[1].at(i[0], i[1]), 3), Math.floorMod((int) in[2].at(i[1]), 4), i[2])), x, i3,
                        i4),
                method("index by mask", in -> in.get(0).index(in.get(1)).sum(0),
                        in -> Nd.make(Shape.of(2), i -> in[0].at(0, 0, i[0]) + in[0].at(0, 3, i[0]) + in[0].at(1, 0, i[0])
                                + in[0].at(1, 1, i[0]) + in[0].at(2, 0, i[0]) + in[0].at(2, 1, i[0])), x,
                        constant(DType.BOOL, these(1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0), 3, 4)),
                method("indexPut", in -> in.get(0).indexPut(in.get(2), false, in.get(1)),
                        in -> Nd.make(in[0].shape(), i -> i[0] == 1 ? in[0].at(i) : in[2].at(i[0] == 2 ? 0 : 1, i[1], i[2])), x,
                        constant(DType.INT64, these(2, 0), 2), arg(2, 4, 2)),
                method("indexPut accumulating", in -> in.get(0).indexPut(in.get(2), true, in.get(1)),
                        in -> Nd.make(in[0].shape(), i -> in[0].at(i) + (i[0] == 2 ? 2 * in[2].at(i[1], i[2]) : 0)), x,
                        constant(DType.INT64, these(2, 2), 2), arg(4, 2)),
                method("indexAdd", in -> in.get(0).indexAdd(1, in.get(1), in.get(2), -0.5),
                        in -> Nd.make(in[0].shape(), i -> in[0].at(i)
                                - (i[1] == 1 ? 0.5 * (in[2].at(i[0], 0, i[2]) + in[2].at(i[0], 2, i[2])) : 0)
                                - (i[1] == 3 ? 0.5 * in[2].at(i[0], 1, i[2]) : 0)), x, constant(DType.INT64, these(1, 3, 1), 3),
                        arg(3, 3, 2)),
                method("indexSelect", in -> in.get(0).indexSelect(0, in.get(1)),
                        in -> Nd.make(in[0].shape(), i -> in[0].at((int) in[1].at(i[0]), i[1], i[2])), x, unique),
                method("scatter of a number", in -> in.get(0).scatter(1, in.get(1), 9),
                        in -> Nd.make(in[0].shape(), i -> i[1] == (i[0] == 0 ? 2 : 0) && i[2] == 0 && i[0] < 2 ? 9 : in[0].at(i)),
                        x, constant(DType.INT64, these(2, 0), 2, 1, 1)),
                method("maskedFill", in -> in.get(0).maskedFill(in.get(1), -3),
                        in -> Nd.make(in[0].shape(), i -> in[1].at(i) != 0 ? -3 : in[0].at(i)), x, mask),
                method("maskedSelect", in -> in.get(0).maskedSelect(in.get(1)), in -> {
                    var kept = new ArrayList<Double>();
                    Nd.make(in[0].shape(), i -> in[1].at(i) != 0 && kept.add(in[0].at(i)) ? 1 : 0);
                    return new Nd(Shape.of(kept.size()), kept.stream().mapToDouble(v -> v).toArray());
                }, x, mask),
                method("nonzero", in -> in.get(0).nonzero(),
                        in -> Nd.make(Shape.of(3, 2), i -> new int[][] {{0, 1}, {1, 0}, {1, 1}}[i[0]][i[1]]),
                        constant(DType.FLOAT64, these(0, 2, -1, 0.5), 2, 2)),
                method("oneHot", in -> in.get(0).oneHot(4),
                        in -> Nd.make(Shape.of(2, 3, 4), i -> in[0].at(i[0], i[1]) == i[2] ? 1 : 0), indices(4, 2, 3)),
                method("segmentSum", in -> in.get(0).segmentSum(in.get(1), 2),
                        in -> Nd.make(Shape.of(2, 4, 2), i -> i[0] == 0 ? in[0].at(1, i[1], i[2])
                                : in[0].at(0, i[1], i[2]) + in[0].at(2, i[1], i[2])), x, constant(DType.INT64, these(1, 0, 1), 3)),
                method("embedding", in -> in.get(0).embedding(in.get(1), -1),
                        in -> Nd.make(Shape.of(2, 3, 2), i -> in[0].at((int) in[1].at(i[0], i[1]), i[2])), arg(5, 2),
                        indices(5, 2, 3)),
                bag(Bag.SUM), bag(Bag.MEAN), bag(Bag.MAX));
    }

    /** Bags (2, 0), () and (1, 2, 2) of a table of 3. */
    private static Row bag(Bag mode) {
        var bags = new int[][] {{2, 0}, {}, {1, 2, 2}};
        return method("embeddingBag " + mode, in -> in.get(0).embeddingBag(in.get(1), in.get(2), mode),
                in -> Nd.make(Shape.of(3, 2), i -> {
                    var values = Arrays.stream(bags[i[0]]).mapToDouble(r -> in[0].at(r, i[1]));
                    return switch (mode) {
                        case SUM -> values.sum();
                        case MEAN -> values.average().orElse(0);
                        case MAX -> values.max().orElse(0);
                    };
                }), arg(distinct(), 3, 2), constant(DType.INT64, these(2, 0, 1, 2, 2), 5), constant(DType.INT64, these(0, 2, 2), 3));
    }

    private static List<Row> einsums() {
        return List.of(
                einsum("ij,jk->ik", "i3 j4 k2", arg(3, 4), arg(4, 2)),
                einsum("bij,bkj->bik", "b2 i3 j4 k5", arg(2, 3, 4), arg(2, 5, 4)),
                einsum("i,j->ij", "i3 j2", arg(3), arg(2)), einsum("ij->ji", "i3 j2", arg(3, 2)),
                einsum("ij->", "i3 j2", arg(3, 2)), einsum("ij->j", "i3 j2", arg(3, 2)),
                einsum("ii->i", "i3", arg(3, 3)), einsum("ii->", "i3", arg(3, 3)), einsum("iij,jk->ki", "i2 j3 k4", arg(2, 2, 3), arg(3, 4)),
                einsum("ij,jk,kl->il", "i2 j3 k4 l2", arg(2, 3), arg(3, 4), arg(4, 2)),
                einsum("ijk,ijk->", "i2 j3 k4", arg(2, 3, 4), arg(2, 3, 4)),
                einsum("bhqd,bhkd->bhqk", "b2 h2 q3 d4 k2", arg(2, 2, 3, 4), arg(2, 2, 2, 4)),
                einsum("ij,ik->ijk", "i2 j3 k4", arg(2, 3), arg(2, 4)), einsum("ij,kl->", "i2 j3 k2 l2", arg(2, 3), arg(2, 2)),
                method("einsum ...ij,...jk", in -> Tensor.einsum("...ij,...jk", in.toArray(Tensor[]::new)),
                        in -> Twins.matmul(in[0], in[1], false, false), arg(2, 3, 4), arg(2, 4, 5)),
                method("einsum ba", in -> Tensor.einsum("ba", in.get(0)),
                        in -> Nd.make(Shape.of(3, 2), i -> in[0].at(i[1], i[0])), arg(2, 3)),
                method("einsum ...j,j->... of other sizes", in -> Tensor.einsum("b...j,...j->...b", in.toArray(Tensor[]::new)),
                        in -> Nd.make(Shape.of(3, 2), i -> {
                            double sum = 0;
                            for (int j = 0; j < 4; j++) {
                                sum += in[0].at(i[1], 0, j) * in[1].at(i[0], j);
                            }
                            return sum;
                        }), arg(2, 1, 4), arg(3, 4)));
    }

    /** The definition: a loop over all letters. */
    private static Row einsum(String equation, String sizes, Arg... args) {
        var letters = sizes.replaceAll("[0-9 ]", "");
        var shape = Shape.of(Arrays.stream(sizes.split(" ")).mapToInt(s -> Integer.parseInt(s.substring(1))).toArray());
        var sides = equation.split("->", -1);
        var terms = sides[0].split(",");
        return method("einsum " + equation, in -> Tensor.einsum(equation, in.toArray(Tensor[]::new)), in -> {
            var outShape = sides[1].chars().map(c -> shape.dim(letters.indexOf(c))).toArray();
            var out = Nd.make(Shape.of(outShape), i -> 0);
            Nd.make(shape, i -> {
                double product = 1;
                for (int t = 0; t < terms.length; t++) {
                    product *= in[t].at(terms[t].chars().map(c -> i[letters.indexOf(c)]).toArray());
                }
                return out.data()[out.place(sides[1].chars().map(c -> i[letters.indexOf(c)]).toArray())] += product;
            });
            return out;
        }, args);
    }

    private static List<Row> products() {
        return List.of(
                method("addmm", in -> in.get(0).addmm(in.get(1), in.get(2), 0.5, 2),
                        in -> {
                            var product = Twins.matmul(in[1], in[2], false, false);
                            return Nd.make(product.shape(), i -> 0.5 * in[0].at(i[1]) + 2 * product.at(i));
                        }, arg(4), arg(2, 3), arg(3, 4)),
                method("matmul of vectors", in -> in.get(0).matmul(in.get(1)),
                        in -> Nd.make(Shape.SCALAR, i -> in[0].at(0) * in[1].at(0) + in[0].at(1) * in[1].at(1)), arg(2), arg(2)),
                method("matmul broadcasting", in -> in.get(0).matmul(in.get(1)),
                        in -> Nd.make(Shape.of(3, 2, 2, 2), i -> {
                            double sum = 0;
                            for (int k = 0; k < 3; k++) {
                                sum += in[0].at(i[0], 0, i[2], k) * in[1].at(i[1], k, i[3]);
                            }
                            return sum;
                        }), arg(3, 1, 2, 3), arg(2, 3, 2)),
                method("kron", in -> in.get(0).kron(in.get(1)),
                        in -> Nd.make(Shape.of(2, 6, 12), i -> in[0].at(i[1] / 3, i[2] / 4) * in[1].at(i[0], i[1] % 3, i[2] % 4)),
                        arg(2, 3), arg(2, 3, 4)),
                method("bilinear", in -> in.get(0).bilinear(in.get(1), in.get(2), in.get(3)),
                        in -> Nd.make(Shape.of(2, 4), i -> {
                            double sum = in[3].at(i[1]);
                            for (int a = 0; a < 3; a++) {
                                for (int b = 0; b < 2; b++) {
                                    sum += in[0].at(i[0], a) * in[2].at(i[1], a, b) * in[1].at(i[0], b);
                                }
                            }
                            return sum;
                        }), arg(2, 3), arg(2, 2), arg(4, 3, 2), arg(4)),
                cdist(1), cdist(2), cdist(3), cdist(Double.POSITIVE_INFINITY),
                method("cosineSimilarity", in -> in.get(0).cosineSimilarity(in.get(1), 1, 1e-8),
                        in -> Nd.make(Shape.of(3), i -> {
                            double ab = 0;
                            double aa = 0;
                            double bb = 0;
                            for (int k = 0; k < 4; k++) {
                                ab += in[0].at(i[0], k) * in[1].at(0, k);
                                aa += in[0].at(i[0], k) * in[0].at(i[0], k);
                                bb += in[1].at(0, k) * in[1].at(0, k);
                            }
                            return ab / Math.sqrt(aa * bb);
                        }), arg(3, 4), arg(1, 4)),
                method("convSame", in -> in.get(0).convSame(in.get(1), new int[] {2}, 1),
                        in -> Nd.make(Shape.of(2, 3, 5), i -> {
                            double sum = 0;
                            for (int c = 0; c < 2; c++) {
                                for (int k = 0; k < 4; k++) {
                                    sum += in[0].atOr(0, i[0], c, i[2] - 3 + 2 * k) * in[1].at(i[1], c, k);
                                }
                            }
                            return sum;
                        }), arg(2, 2, 5), arg(3, 2, 4)));
    }

    private static Row cdist(double p) {
        return method("cdist " + p, in -> in.get(0).cdist(in.get(1), p), in -> Nd.make(Shape.of(2, 3, 4), i -> {
            double sum = 0;
            double most = 0;
            for (int k = 0; k < 5; k++) {
                double d = Math.abs(in[0].at(i[0], i[1], k) - in[1].at(i[2], k));
                sum += Math.pow(d, p);
                most = Math.max(most, d);
            }
            return Double.isInfinite(p) ? most : Math.pow(sum, 1 / p);
        }), arg(2, 3, 5), arg(4, 5));
    }

    private static List<Row> norms() {
        double eps = 0.1;
        return List.of(
                method("layerNorm over two axes", in -> in.get(0).layerNorm(in.get(1), in.get(2), eps), in -> {
                    var flat = Twins.layerNorm(
                            new Nd(Shape.of(3, 8), in[0].data()), new Nd(Shape.of(8), in[1].data()),
                            new Nd(Shape.of(8), in[2].data()), eps, true);
                    return new Nd(in[0].shape(), flat.data());
                }, arg(3, 2, 4), arg(2, 4), arg(2, 4)),
                method("groupNorm", in -> in.get(0).groupNorm(2, in.get(1), in.get(2), eps), in -> {
                    var one = Nd.make(Shape.of(6), i -> 1);
                    var rows = Twins.layerNorm(new Nd(Shape.of(4, 6), in[0].data()), one, null, eps, true);
                    var same = new Nd(in[0].shape(), rows.data());
                    return Nd.make(in[0].shape(), i -> same.at(i) * in[1].at(i[1]) + in[2].at(i[1]));
                }, arg(2, 4, 3), arg(4), arg(4)),
                method("instanceNorm", in -> in.get(0).instanceNorm(eps), in -> {
                    var one = Nd.make(Shape.of(5), i -> 1);
                    var rows = Twins.layerNorm(new Nd(Shape.of(6, 5), in[0].data()), one, null, eps, true);
                    return new Nd(in[0].shape(), rows.data());
                }, arg(2, 3, 5)),
                method("batchNorm of inference",
                        in -> in.get(0).batchNorm(in.get(1), in.get(2), in.get(3), in.get(4), eps),
                        in -> Nd.make(in[0].shape(), i -> (in[0].at(i) - in[1].at(i[1])) / Math.sqrt(in[2].at(i[1]) + eps)
                                * in[3].at(i[1]) + in[4].at(i[1])), arg(2, 3, 4), arg(3), arg(between(0.5, 2), 3), arg(3), arg(3)),
                method("localResponseNorm", in -> in.get(0).localResponseNorm(3, 0.5, 0.75, 2), in -> Nd.make(in[0].shape(), i -> {
                    double sum = 0;
                    for (int c = i[1] - 1; c <= i[1] + 1; c++) {
                        sum += Math.pow(in[0].atOr(0, i[0], c, i[2]), 2);
                    }
                    return in[0].at(i) / Math.pow(2 + 0.5 / 3 * sum, 0.75);
                }), arg(2, 5, 3)),
                method("normalize", in -> in.get(0).normalize(3, 1), in -> Nd.make(in[0].shape(), i -> {
                    double sum = 0;
                    for (double v : in[0].line(new int[] {i[0]}, 1)) {
                        sum += Math.pow(Math.abs(v), 3);
                    }
                    return in[0].at(i) / Math.cbrt(sum);
                }), arg(twoSided(0.2, 2), 3, 4)));
    }

    private static List<Row> linalg() {
        var a = arg(these(3, 0.5, -1, 0.2, 2.5, 0.7, 1, -0.6, 3.5), 3, 3);
        Twin batch = in -> Twins.solve(Nd.make(Shape.of(2, 3, 3), i -> in[0].at(i[1], i[2])), in[1]);
        var all = new ArrayList<>(List.of(
                method("solve broadcasting", in -> in.get(0).solve(in.get(1)), batch, a, arg(2, 3, 2)),
                method("solve one", in -> in.get(0).solve(in.get(1)), in -> {
                    var x = Twins.solve(new Nd(Shape.of(1, 3, 3), in[0].data()), new Nd(Shape.of(1, 3, 1), in[1].data()));
                    return new Nd(Shape.of(3), x.data());
                }, a, arg(3)),
                method("logdet", in -> in.get(0).logdet(),
                        in -> Nd.make(Shape.SCALAR, i -> Math.log(Twins.det3(new Nd(Shape.of(1, 3, 3), in[0].data()), 0))), a),
                method("trace", in -> in.get(0).trace(),
                        in -> Nd.make(Shape.SCALAR, i -> in[0].at(0, 0) + in[0].at(1, 1) + in[0].at(2, 2)), a),
                method("cholesky of a wide batch", in -> {
                    var l = in.get(0).matmul(in.get(0).t()).add(Tensor.eye(2, in.get(0).dtype())).cholesky();
                    return l.select(-1, 1).sum(-1);
                }, null, arg(3, 1, 2, 4))));
        for (var kind : MatrixNorm.values()) {
            all.add(method("matrixNorm " + kind, in -> in.get(0).matrixNorm(kind), null, arg(2, 3, 4)));
        }
        for (double p : new double[] {-1, -2, Double.NEGATIVE_INFINITY}) {
            all.add(method("matrixNorm " + p, in -> in.get(0).matrixNorm(p), null, arg(2, 3, 4)));
        }
        all.add(method("matrixNorm FROBENIUS against sums", in -> in.get(0).matrixNorm(MatrixNorm.FROBENIUS),
                in -> Nd.make(Shape.SCALAR, i -> Math.sqrt(Arrays.stream(in[0].data()).map(v -> v * v).sum())), arg(3, 4)));
        all.add(method("matrixNorm ONE against sums", in -> in.get(0).matrixNorm(MatrixNorm.ONE),
                in -> Nd.make(Shape.SCALAR, i -> Math.max(Math.abs(in[0].at(0, 0)) + Math.abs(in[0].at(1, 0)),
                        Math.abs(in[0].at(0, 1)) + Math.abs(in[0].at(1, 1)))), arg(2, 2)));
        return all;
    }
}
