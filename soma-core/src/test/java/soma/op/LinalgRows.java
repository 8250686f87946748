package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;
import static soma.op.Sampler.between;

import java.util.ArrayList;
import java.util.List;
import soma.Shape;
import soma.Tensor;

/** Rows of {@link OpTable}: linear algebra. */
final class LinalgRows {

    private LinalgRows() {}

    static List<Row> rows() {
        Row.Twin itself = in -> in[0];
        Row.Twin symmetric = in -> Nd.make(in[0].shape(), i -> (in[0].at(i) + in[0].at(i[0], i[2], i[1])) / 2);
        var regular = arg(
                Sampler.these(3, 0.5, -1, 0.2, 2.5, 0.7, 1, -0.6, 3.5, 2, 1, 0.3, -0.8, 2.2, 0.1, 0.4, 0.9, 4),
                2,
                3,
                3);
        var all = new ArrayList<Row>();
        all.add(row(
                Solve.class,
                "",
                in -> Tensor.of(new Solve(in.get(0), in.get(1))),
                in -> Twins.solve(in[0], in[1]),
                regular,
                arg(2, 3, 2)));
        all.add(row(
                Inverse.class,
                "",
                in -> Tensor.of(new Inverse(in.get(0))),
                in -> Twins.solve(in[0], Nd.make(in[0].shape(), i -> i[1] == i[2] ? 1 : 0)),
                regular));
        all.add(row(
                Det.class,
                "",
                in -> Tensor.of(new Det(in.get(0))),
                in -> Nd.make(Shape.of(2), i -> Twins.det3(in[0], i[0])),
                regular));
        all.add(row(
                LogDet.class,
                "",
                in -> Tensor.of(new LogDet(in.get(0))).pick(1),
                in -> Nd.make(Shape.of(2), i -> Math.log(Math.abs(Twins.det3(in[0], i[0])))),
                regular));
        all.add(row(
                LogDet.class,
                "sign",
                in -> Tensor.of(new LogDet(in.get(0))).pick(0),
                in -> Nd.make(Shape.of(2), i -> Math.signum(Twins.det3(in[0], i[0]))),
                regular));
        all.add(row(
                Cholesky.class,
                "",
                in -> {
                    var l = Tensor.of(new Cholesky(positive(in.get(0))));
                    return l.matmul(l.t());
                },
                in -> Nd.of(positive(Tensor.of(in[0].data(), 2, 3, 3))),
                arg(2, 3, 3)));
        all.add(row(Cholesky.class, "itself", in -> Tensor.of(new Cholesky(positive(in.get(0)))), null, arg(2, 3, 3)));
        for (boolean upper : new boolean[] {false, true}) {
            for (boolean transpose : new boolean[] {false, true}) {
                for (boolean unit : new boolean[] {false, true}) {
                    all.add(row(
                            TriangularSolve.class,
                            (upper ? "upper" : "lower") + (transpose ? "^T" : "") + (unit ? " unit" : ""),
                            in -> Tensor.of(new TriangularSolve(in.get(0), in.get(1), upper, transpose, unit)),
                            in -> Twins.solve(
                                    Nd.make(in[0].shape(), i -> {
                                        int r = transpose ? i[2] : i[1];
                                        int c = transpose ? i[1] : i[2];
                                        return r == c && unit
                                                ? 1
                                                : (upper ? c >= r : c <= r) ? in[0].at(i[0], r, c) : 0;
                                    }),
                                    in[1]),
                            regular,
                            arg(2, 3, 2)));
                }
            }
        }
        for (int[] shape : new int[][] {{2, 4, 3}, {2, 3, 3}, {2, 2, 4}}) {
            var label = Shape.of(shape).toString();
            var a = arg(shape);
            all.add(row(
                    Qr.class,
                    label,
                    in -> {
                        var qr = Tensor.of(new Qr(in.get(0)));
                        return qr.pick(0).matmul(qr.pick(1));
                    },
                    itself,
                    a));
            all.add(row(
                    Qr.class,
                    label + " parts",
                    in -> {
                        var qr = Tensor.of(new Qr(in.get(0)));
                        return Tensor.cat(0, qr.pick(0).flatten(), qr.pick(1).flatten());
                    },
                    null,
                    a));
            all.add(row(
                    Svd.class,
                    label,
                    in -> {
                        var svd = Tensor.of(new Svd(in.get(0)));
                        return svd.pick(0).mul(svd.pick(1).unsqueeze(-2)).matmul(svd.pick(2));
                    },
                    itself,
                    a));
            all.add(row(
                            Svd.class,
                            label + " parts",
                            in -> {
                                var svd = Tensor.of(new Svd(in.get(0)));
                                return Tensor.cat(
                                        0,
                                        svd.pick(0).flatten(),
                                        svd.pick(1).flatten(),
                                        svd.pick(2).flatten());
                            },
                            null,
                            a)
                    .tolerance(1e-3));
            all.add(row(
                    Pinverse.class,
                    label,
                    in -> in.get(0)
                            .matmul(Tensor.of(new Pinverse(in.get(0), 1e-15)))
                            .matmul(in.get(0)),
                    itself,
                    a));
            all.add(row(Pinverse.class, label + " itself", in -> Tensor.of(new Pinverse(in.get(0), 1e-15)), null, a)
                    .tolerance(1e-3));
        }
        all.add(row(
                Eigh.class,
                "",
                in -> {
                    var eigen = Tensor.of(new Eigh(in.get(0).add(in.get(0).t()).mul(0.5)));
                    return eigen.pick(1)
                            .mul(eigen.pick(0).unsqueeze(-2))
                            .matmul(eigen.pick(1).t());
                },
                symmetric,
                arg(2, 3, 3)));
        all.add(row(
                        Eigh.class,
                        "parts",
                        in -> {
                            var eigen =
                                    Tensor.of(new Eigh(in.get(0).add(in.get(0).t())));
                            return Tensor.cat(
                                    0, eigen.pick(0).flatten(), eigen.pick(1).flatten());
                        },
                        null,
                        arg(2, 3, 3))
                .tolerance(1e-3));
        all.add(row(
                MatrixExp.class,
                "",
                in -> Tensor.of(new MatrixExp(in.get(0))),
                in -> Twins.exponential(in[0]),
                arg(between(-0.7, 0.7), 2, 3, 3)));
        return all;
    }

    private static Tensor positive(Tensor a) {
        return a.matmul(a.t()).add(Tensor.eye(3, a.dtype()));
    }
}
