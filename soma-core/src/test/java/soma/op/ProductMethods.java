package soma.op;

import static soma.op.MethodTable.method;
import static soma.op.Row.arg;
import static soma.op.Sampler.between;
import static soma.op.Sampler.these;
import static soma.op.Sampler.twoSided;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import soma.Shape;
import soma.Tensor;
import soma.TensorLinalg.MatrixNorm;
import soma.op.Row.Twin;

/** Methods among {@link MethodTable}'s: products, norms, linear algebra. */
final class ProductMethods {

    private ProductMethods() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(products());
        all.addAll(norms());
        all.addAll(linalg());
        return all;
    }

    private static List<Row> products() {
        return List.of(
                method(
                        "addmm",
                        in -> in.get(0).addmm(in.get(1), in.get(2), 0.5, 2),
                        in -> {
                            var product = Twins.matmul(in[1], in[2], false, false);
                            return Nd.make(product.shape(), i -> 0.5 * in[0].at(i[1]) + 2 * product.at(i));
                        },
                        arg(4),
                        arg(2, 3),
                        arg(3, 4)),
                method(
                        "matmul of vectors",
                        in -> in.get(0).matmul(in.get(1)),
                        in -> Nd.make(Shape.SCALAR, i -> in[0].at(0) * in[1].at(0) + in[0].at(1) * in[1].at(1)),
                        arg(2),
                        arg(2)),
                method(
                        "matmul broadcasting",
                        in -> in.get(0).matmul(in.get(1)),
                        in -> Nd.make(Shape.of(3, 2, 2, 2), i -> {
                            double sum = 0;
                            for (int k = 0; k < 3; k++) {
                                sum += in[0].at(i[0], 0, i[2], k) * in[1].at(i[1], k, i[3]);
                            }
                            return sum;
                        }),
                        arg(3, 1, 2, 3),
                        arg(2, 3, 2)),
                method(
                        "kron",
                        in -> in.get(0).kron(in.get(1)),
                        in -> Nd.make(
                                Shape.of(2, 6, 12),
                                i -> in[0].at(i[1] / 3, i[2] / 4) * in[1].at(i[0], i[1] % 3, i[2] % 4)),
                        arg(2, 3),
                        arg(2, 3, 4)),
                method(
                        "bilinear",
                        in -> in.get(0).bilinear(in.get(1), in.get(2), in.get(3)),
                        in -> Nd.make(Shape.of(2, 4), i -> {
                            double sum = in[3].at(i[1]);
                            for (int a = 0; a < 3; a++) {
                                for (int b = 0; b < 2; b++) {
                                    sum += in[0].at(i[0], a) * in[2].at(i[1], a, b) * in[1].at(i[0], b);
                                }
                            }
                            return sum;
                        }),
                        arg(2, 3),
                        arg(2, 2),
                        arg(4, 3, 2),
                        arg(4)),
                cdist(1),
                cdist(2),
                cdist(3),
                cdist(Double.POSITIVE_INFINITY),
                method(
                        "cosineSimilarity",
                        in -> in.get(0).cosineSimilarity(in.get(1), 1, 1e-8),
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
                        }),
                        arg(3, 4),
                        arg(1, 4)),
                method(
                        "convSame",
                        in -> in.get(0).convSame(in.get(1), new int[] {2}, 1),
                        in -> Nd.make(Shape.of(2, 3, 5), i -> {
                            double sum = 0;
                            for (int c = 0; c < 2; c++) {
                                for (int k = 0; k < 4; k++) {
                                    sum += in[0].atOr(0, i[0], c, i[2] - 3 + 2 * k) * in[1].at(i[1], c, k);
                                }
                            }
                            return sum;
                        }),
                        arg(2, 2, 5),
                        arg(3, 2, 4)));
    }

    private static Row cdist(double p) {
        return method(
                "cdist " + p,
                in -> in.get(0).cdist(in.get(1), p),
                in -> Nd.make(Shape.of(2, 3, 4), i -> {
                    double sum = 0;
                    double most = 0;
                    for (int k = 0; k < 5; k++) {
                        double d = Math.abs(in[0].at(i[0], i[1], k) - in[1].at(i[2], k));
                        sum += Math.pow(d, p);
                        most = Math.max(most, d);
                    }
                    return Double.isInfinite(p) ? most : Math.pow(sum, 1 / p);
                }),
                arg(2, 3, 5),
                arg(4, 5));
    }

    private static List<Row> norms() {
        double eps = 0.1;
        return List.of(
                method(
                        "layerNorm over two axes",
                        in -> in.get(0).layerNorm(in.get(1), in.get(2), eps),
                        in -> {
                            var flat = Twins.layerNorm(
                                    new Nd(Shape.of(3, 8), in[0].data()),
                                    new Nd(Shape.of(8), in[1].data()),
                                    new Nd(Shape.of(8), in[2].data()),
                                    eps,
                                    true);
                            return new Nd(in[0].shape(), flat.data());
                        },
                        arg(3, 2, 4),
                        arg(2, 4),
                        arg(2, 4)),
                method(
                        "groupNorm",
                        in -> in.get(0).groupNorm(2, in.get(1), in.get(2), eps),
                        in -> {
                            var one = Nd.make(Shape.of(6), i -> 1);
                            var rows = Twins.layerNorm(new Nd(Shape.of(4, 6), in[0].data()), one, null, eps, true);
                            var same = new Nd(in[0].shape(), rows.data());
                            return Nd.make(in[0].shape(), i -> same.at(i) * in[1].at(i[1]) + in[2].at(i[1]));
                        },
                        arg(2, 4, 3),
                        arg(4),
                        arg(4)),
                method(
                        "instanceNorm",
                        in -> in.get(0).instanceNorm(eps),
                        in -> {
                            var one = Nd.make(Shape.of(5), i -> 1);
                            var rows = Twins.layerNorm(new Nd(Shape.of(6, 5), in[0].data()), one, null, eps, true);
                            return new Nd(in[0].shape(), rows.data());
                        },
                        arg(2, 3, 5)),
                method(
                        "batchNorm of inference",
                        in -> in.get(0).batchNorm(in.get(1), in.get(2), in.get(3), in.get(4), eps),
                        in -> Nd.make(
                                in[0].shape(),
                                i -> (in[0].at(i) - in[1].at(i[1])) / Math.sqrt(in[2].at(i[1]) + eps) * in[3].at(i[1])
                                        + in[4].at(i[1])),
                        arg(2, 3, 4),
                        arg(3),
                        arg(between(0.5, 2), 3),
                        arg(3),
                        arg(3)),
                method(
                        "localResponseNorm",
                        in -> in.get(0).localResponseNorm(3, 0.5, 0.75, 2),
                        in -> Nd.make(in[0].shape(), i -> {
                            double sum = 0;
                            for (int c = i[1] - 1; c <= i[1] + 1; c++) {
                                sum += Math.pow(in[0].atOr(0, i[0], c, i[2]), 2);
                            }
                            return in[0].at(i) / Math.pow(2 + 0.5 / 3 * sum, 0.75);
                        }),
                        arg(2, 5, 3)),
                method(
                        "normalize",
                        in -> in.get(0).normalize(3, 1),
                        in -> Nd.make(in[0].shape(), i -> {
                            double sum = 0;
                            for (double v : in[0].line(new int[] {i[0]}, 1)) {
                                sum += Math.pow(Math.abs(v), 3);
                            }
                            return in[0].at(i) / Math.cbrt(sum);
                        }),
                        arg(twoSided(0.2, 2), 3, 4)));
    }

    private static List<Row> linalg() {
        var a = arg(these(3, 0.5, -1, 0.2, 2.5, 0.7, 1, -0.6, 3.5), 3, 3);
        Twin batch = in -> Twins.solve(Nd.make(Shape.of(2, 3, 3), i -> in[0].at(i[1], i[2])), in[1]);
        var all = new ArrayList<>(List.of(
                method("solve broadcasting", in -> in.get(0).solve(in.get(1)), batch, a, arg(2, 3, 2)),
                method(
                        "solve one",
                        in -> in.get(0).solve(in.get(1)),
                        in -> {
                            var x = Twins.solve(
                                    new Nd(Shape.of(1, 3, 3), in[0].data()), new Nd(Shape.of(1, 3, 1), in[1].data()));
                            return new Nd(Shape.of(3), x.data());
                        },
                        a,
                        arg(3)),
                method(
                        "logdet",
                        in -> in.get(0).logdet(),
                        in -> Nd.make(
                                Shape.SCALAR, i -> Math.log(Twins.det3(new Nd(Shape.of(1, 3, 3), in[0].data()), 0))),
                        a),
                method(
                        "trace",
                        in -> in.get(0).trace(),
                        in -> Nd.make(Shape.SCALAR, i -> in[0].at(0, 0) + in[0].at(1, 1) + in[0].at(2, 2)),
                        a),
                method(
                        "cholesky of a wide batch",
                        in -> {
                            var l = in.get(0)
                                    .matmul(in.get(0).t())
                                    .add(Tensor.eye(2, in.get(0).dtype()))
                                    .cholesky();
                            return l.select(-1, 1).sum(-1);
                        },
                        null,
                        arg(3, 1, 2, 4))));
        for (var kind : MatrixNorm.values()) {
            all.add(method("matrixNorm " + kind, in -> in.get(0).matrixNorm(kind), null, arg(2, 3, 4)));
        }
        for (double p : new double[] {-1, -2, Double.NEGATIVE_INFINITY}) {
            all.add(method("matrixNorm " + p, in -> in.get(0).matrixNorm(p), null, arg(2, 3, 4)));
        }
        all.add(method(
                "matrixNorm FROBENIUS against sums",
                in -> in.get(0).matrixNorm(MatrixNorm.FROBENIUS),
                in -> Nd.make(
                        Shape.SCALAR,
                        i -> Math.sqrt(
                                Arrays.stream(in[0].data()).map(v -> v * v).sum())),
                arg(3, 4)));
        all.add(method(
                "matrixNorm ONE against sums",
                in -> in.get(0).matrixNorm(MatrixNorm.ONE),
                in -> Nd.make(
                        Shape.SCALAR,
                        i -> Math.max(
                                Math.abs(in[0].at(0, 0)) + Math.abs(in[0].at(1, 0)),
                                Math.abs(in[0].at(0, 1)) + Math.abs(in[0].at(1, 1)))),
                arg(2, 2)));
        return all;
    }
}
