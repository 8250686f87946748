package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;
import static soma.op.Row.indices;
import static soma.op.Sampler.between;
import static soma.op.Sampler.distinct;
import static soma.op.Sampler.twoSided;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import soma.Shape;
import soma.Tensor;
import soma.kernel.AxisTable;
import soma.kernel.ConvShape;
import soma.kernel.PoolShape;
import soma.kernel.Unfold.Window;

/** The rows of {@link OpTable} whose ops run kernels of their own: products, rows, windows, norms, linear algebra. */
final class OpTableLarge {

    private OpTableLarge() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(products());
        for (int n : new int[] {1, 7, 17}) {
            all.addAll(softmaxes(n));
        }
        all.addAll(scans());
        all.addAll(pools());
        all.addAll(windows());
        for (int n : new int[] {1, 5, 17}) {
            all.addAll(norms(n));
        }
        all.addAll(linalg());
        return all;
    }

    private static List<Row> products() {
        var all = new ArrayList<Row>();
        for (boolean ta : new boolean[] {false, true}) {
            for (boolean tb : new boolean[] {false, true}) {
                var label = (ta ? "t" : "n") + (tb ? "t" : "n");
                all.add(row(MatMul.class, label, in -> Tensor.of(new MatMul(in.get(0), in.get(1), ta, tb)),
                        in -> Twins.matmul(in[0], in[1], ta, tb), ta ? arg(7, 5) : arg(5, 7), tb ? arg(3, 7) : arg(7, 3)));
                all.add(row(MatMul.class, label + " each", in -> Tensor.of(new MatMul(in.get(0), in.get(1), ta, tb)),
                        in -> Twins.matmul(in[0], in[1], ta, tb), ta ? arg(2, 3, 4) : arg(2, 4, 3),
                        tb ? arg(2, 5, 3) : arg(2, 3, 5)));
            }
        }
        all.add(row(MatMul.class, "one matrix for all", in -> Tensor.of(new MatMul(in.get(0), in.get(1), false, false)),
                in -> Twins.matmul(in[0], in[1], false, false), arg(2, 3, 4), arg(4, 5)));
        all.add(row(MatMul.class, "over nothing", in -> Tensor.of(new MatMul(in.get(0), in.get(1), false, false)),
                in -> Twins.matmul(in[0], in[1], false, false), arg(2, 0), arg(0, 3)));
        all.add(row(MatMul.class, "of no rows", in -> Tensor.of(new MatMul(in.get(0), in.get(1), false, false)),
                in -> Twins.matmul(in[0], in[1], false, false), arg(0, 2), arg(2, 3)));
        for (int axes = 1; axes <= 3; axes++) {
            all.addAll(convolutions(axes));
        }
        return all;
    }

    private static List<Row> convolutions(int axes) {
        var in = new int[] {5, 4, 3};
        var kernel = new int[] {3, 2, 1};
        var s = new ConvShape(2, 4, 6, 2, last(in, axes), last(kernel, axes), last(new int[] {2, 1, 1}, axes),
                last(new int[] {1, 0, 1}, axes), last(new int[] {1, 0, 1}, axes), last(new int[] {1, 2, 1}, axes));
        var x = arg(Conv.planes(2, 4, s.in()).toArray());
        var w = arg(Conv.planes(6, 2, s.kernel()).toArray());
        var y = arg(Conv.planes(2, 6, s.out()).toArray());
        var label = axes + "-d";
        return List.of(
                row(Conv.class, label, t -> Tensor.of(new Conv(t.get(0), t.get(1), s)),
                        t -> Twins.conv(s, t[0], t[1], null), x, w),
                row(ConvData.class, label, t -> Tensor.of(new ConvData(t.get(0), t.get(1), s)),
                        t -> Twins.conv(s, null, t[1], t[0]), y, w),
                row(ConvWeight.class, label, t -> Tensor.of(new ConvWeight(t.get(0), t.get(1), s)),
                        t -> Twins.conv(s, t[0], null, t[1]), x, y));
    }

    private static int[] last(int[] a, int axes) {
        return Arrays.copyOf(a, axes);
    }

    private static List<Row> softmaxes(int n) {
        var of = "of " + n;
        return List.of(
                row(Softmax.class, of, in -> Tensor.of(new Softmax(in.get(0))), in -> Twins.softmax(in[0], false), arg(3, n)),
                row(LogSoftmax.class, of, in -> Tensor.of(new LogSoftmax(in.get(0))), in -> Twins.softmax(in[0], true),
                        arg(3, n)),
                row(SoftmaxGrad.class, of, in -> Tensor.of(new SoftmaxGrad(in.get(0), in.get(1))), in -> {
                    var inner = Twins.rowSums(in[0], in[1]);
                    return Nd.make(in[0].shape(), i -> in[0].at(i) * (in[1].at(i) - inner[i[0]]));
                }, arg(3, n), arg(3, n)),
                row(LogSoftmaxGrad.class, of, in -> Tensor.of(new LogSoftmaxGrad(in.get(0), in.get(1))), in -> {
                    var sum = Twins.rowSums(in[1], Nd.make(in[1].shape(), i -> 1));
                    return Nd.make(in[0].shape(), i -> in[1].at(i) - Math.exp(in[0].at(i)) * sum[i[0]]);
                }, arg(3, n), arg(3, n)),
                row(CrossEntropy.class, of, in -> Tensor.of(new CrossEntropy(in.get(0), in.get(1), -100)), in -> {
                    var log = Twins.softmax(in[0], true);
                    return Nd.make(Shape.of(3), i -> -log.at(i[0], (int) in[1].at(i)));
                }, arg(3, n), indices(n, 3)),
                row(CrossEntropyGrad.class, of,
                        in -> Tensor.of(new CrossEntropyGrad(in.get(0), in.get(1), in.get(2), 0)), in -> {
                            var p = Twins.softmax(in[0], false);
                            return Nd.make(in[0].shape(), i -> {
                                int label = (int) in[1].at(i[0]);
                                return label == 0 ? 0 : in[2].at(i[0]) * (p.at(i) - (i[1] == label ? 1 : 0));
                            });
                        }, arg(3, n), indices(n, 3), arg(3)));
    }

    private static List<Row> scans() {
        var all = new ArrayList<Row>();
        for (int[] shape : new int[][] {{2, 5, 3}, {3, 1, 2}, {2, 17, 1}, {2, 0, 3}}) {
            var of = "of " + Shape.of(shape);
            all.add(row(Cumsum.class, of, in -> Tensor.of(new Cumsum(in.get(0), 1)),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).sum()), arg(shape)));
            all.add(row(Cumprod.class, of, in -> Tensor.of(new Cumprod(in.get(0), 1)),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).reduce(1, (a, b) -> a * b)),
                    arg(twoSided(0.5, 1.2), shape)));
            all.add(row(Logcumsumexp.class, of, in -> Tensor.of(new Logcumsumexp(in.get(0), 1)),
                    in -> Twins.scan(in[0], line -> Math.log(Arrays.stream(line).map(Math::exp).sum())), arg(shape)));
            all.add(row(CumExtreme.class, "max " + of, in -> Tensor.of(new CumExtreme(in.get(0), 1, true)).pick(0),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).max().orElseThrow()), arg(distinct(), shape)));
            all.add(row(CumExtreme.class, "min " + of, in -> Tensor.of(new CumExtreme(in.get(0), 1, false)).pick(0),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).min().orElseThrow()), arg(distinct(), shape)));
        }
        all.add(row(Cumprod.class, "with zeros", in -> Tensor.of(new Cumprod(in.get(0), 1)),
                in -> Twins.scan(in[0], line -> Arrays.stream(line).reduce(1, (a, b) -> a * b)),
                arg(Sampler.these(2, 0, 3, 0.5, 0, 2, 0, 1.5, 1, 2, 3, 0), 2, 6)));
        return all;
    }

    private static List<Row> pools() {
        var all = new ArrayList<Row>();
        var shapes = List.of(
                pool(new int[] {7}, new int[] {3}, new int[] {2}, new int[] {1}, new int[] {1}, new int[] {4}),
                pool(new int[] {6, 7}, new int[] {2, 2}, new int[] {2, 2}, new int[] {0, 0}, new int[] {1, 1}, new int[] {3, 3}),
                pool(new int[] {5, 6}, new int[] {3, 2}, new int[] {2, 1}, new int[] {1, 1}, new int[] {1, 1}, new int[] {3, 7}),
                pool(new int[] {3, 4, 5}, new int[] {2, 2, 3}, new int[] {1, 2, 2}, new int[] {0, 1, 1}, new int[] {1, 1, 1},
                        new int[] {2, 3, 3}));
        for (var p : shapes) {
            var in = arg(distinct(), join(6, p.in));
            var out = arg(join(6, p.out));
            var g = arg(join(6, p.in));
            var s = p.shape();
            all.add(row(MaxPool.class, p.label, t -> Tensor.of(new MaxPool(t.get(0), s)),
                    t -> Twins.pool(p, t[0], t[0]), in));
            all.add(row(MaxPoolPick.class, p.label, t -> Tensor.of(new MaxPoolPick(t.get(0), t.get(1), s)),
                    t -> Twins.pool(p, t[0], t[1]), in, g));
            all.add(row(MaxPoolGrad.class, p.label, t -> Tensor.of(new MaxPoolGrad(t.get(0), t.get(1), s)),
                    t -> Twins.poolBack(p, t[0], t[1]), in, out));
            for (boolean count : new boolean[] {true, false}) {
                var label = p.label + (count ? " with padding" : "");
                all.add(row(AvgPool.class, label, t -> Tensor.of(new AvgPool(t.get(0), s, count)),
                        t -> Twins.average(p, t[0], count), g));
                all.add(row(AvgPoolGrad.class, label,
                        t -> Tensor.of(new AvgPoolGrad(t.get(0), Shape.of(join(6, p.in)), s, count)),
                        t -> Twins.averageBack(p, t[0], count), out));
            }
        }
        return all;
    }

    /** A pooling over 6 planes. */
    record Pooling(String label, int[] in, int[] kernel, int[] stride, int[] padding, int[] dilation, int[] out) {
        PoolShape shape() {
            return new PoolShape(6, in, kernel, stride, padding, padding, dilation, out);
        }
    }

    private static Pooling pool(int[] in, int[] kernel, int[] stride, int[] padding, int[] dilation, int[] out) {
        return new Pooling(
                Arrays.toString(kernel) + " by " + Arrays.toString(stride), in, kernel, stride, padding, dilation, out);
    }

    private static int[] join(int first, int[] rest) {
        var d = new int[rest.length + 1];
        d[0] = first;
        System.arraycopy(rest, 0, d, 1, rest.length);
        return d;
    }

    private static List<Row> windows() {
        var all = new ArrayList<Row>();
        var w = new Window(2, 3, 1, 2, 1, 0, 2, 1);
        var columns = Shape.of(2, 18, w.outHeight(5) * w.outWidth(6));
        all.add(row(Im2col.class, "", in -> Tensor.of(new Im2col(in.get(0), w)), in -> Twins.columns(w, in[0]),
                arg(2, 3, 5, 6)));
        all.add(row(Col2im.class, "", in -> Tensor.of(new Col2im(in.get(0), Shape.of(2, 3, 5, 6), w)),
                in -> Twins.columnsBack(w, in[0], Shape.of(2, 3, 5, 6)), arg(columns.toArray())));
        for (var mode : AxisTable.Mode.values()) {
            for (int out : new int[] {3, 7}) {
                var table = AxisTable.of(mode, 5, out, false, OptionalDouble.empty());
                all.add(row(Resample.class, mode + " to " + out,
                        in -> Tensor.of(new Resample(in.get(0), 1, table, mode, false)),
                        in -> Twins.resample(table, in[0], false), arg(2, 5, 3)));
                all.add(row(Resample.class, mode + " back from " + out,
                        in -> Tensor.of(new Resample(in.get(0), 1, table, mode, true)),
                        in -> Twins.resample(table, in[0], true), arg(2, out, 3)));
            }
        }
        return all;
    }

    private static List<Row> norms(int n) {
        var all = new ArrayList<Row>();
        double eps = 0.1;
        var of = "of " + n;
        all.add(row(LayerNorm.class, of, in -> Tensor.of(new LayerNorm(in.get(0), in.get(1), in.get(2), eps)).pick(0),
                in -> Twins.layerNorm(in[0], in[1], in[2], eps, true), arg(5, n), arg(n), arg(n)));
        all.add(row(LayerNorm.class, of + ", mean and rstd", in -> {
            var all3 = Tensor.of(new LayerNorm(in.get(0), in.get(1), in.get(2), eps));
            return Tensor.cat(0, all3.pick(1), all3.pick(2).mul(3), all3.pick(0).sum().reshape(1));
        }, null, arg(5, n), arg(n), arg(n)));
        all.add(row(LayerNormGrad.class, of, in -> {
            var forward = Tensor.of(new LayerNorm(in.get(0), in.get(1), in.get(1), eps));
            var back = Tensor.of(new LayerNormGrad(in.get(0), in.get(1), forward.pick(1), forward.pick(2), in.get(2)));
            return Tensor.cat(0, back.pick(0).flatten(), back.pick(1), back.pick(2));
        }, in -> Twins.layerNormBack(in[0], in[1], in[2], eps, true), arg(5, n), arg(n), arg(5, n)));
        all.add(row(RmsNorm.class, of, in -> Tensor.of(new RmsNorm(in.get(0), in.get(1), eps)).pick(0),
                in -> Twins.layerNorm(in[0], in[1], null, eps, false), arg(5, n), arg(n)));
        all.add(row(RmsNorm.class, of + ", rstd", in -> Tensor.of(new RmsNorm(in.get(0), in.get(1), eps)).pick(1), null,
                arg(5, n), arg(n)));
        all.add(row(RmsNormGrad.class, of, in -> {
            var forward = Tensor.of(new RmsNorm(in.get(0), in.get(1), eps));
            var back = Tensor.of(new RmsNormGrad(in.get(0), in.get(1), forward.pick(1), in.get(2)));
            return Tensor.cat(0, back.pick(0).flatten(), back.pick(1));
        }, in -> Twins.layerNormBack(in[0], in[1], in[2], eps, false), arg(5, n), arg(n), arg(5, n)));
        for (int[] shape : new int[][] {{5, n}, {3, 4, n}, {2, 17, 2, n}}) {
            int c = shape[1];
            var label = "of " + Shape.of(shape);
            all.add(row(BatchNorm.class, label,
                    in -> Tensor.of(new BatchNorm(in.get(0), in.get(1), in.get(2), eps)).pick(0),
                    in -> Twins.batchNorm(in[0], in[1], in[2], eps), arg(shape), arg(c), arg(c)));
            all.add(row(BatchNorm.class, label + ", statistics", in -> {
                var four = Tensor.of(new BatchNorm(in.get(0), in.get(1), in.get(2), eps));
                return Tensor.cat(0, four.pick(1), four.pick(2).mul(3), four.pick(3));
            }, null, arg(shape), arg(c), arg(c)));
            all.add(row(BatchNormGrad.class, label, in -> {
                var forward = Tensor.of(new BatchNorm(in.get(0), in.get(1), in.get(1), eps));
                var back = Tensor.of(new BatchNormGrad(in.get(0), in.get(1), forward.pick(1), forward.pick(3), in.get(2)));
                return Tensor.cat(0, back.pick(0).flatten(), back.pick(1), back.pick(2));
            }, in -> Twins.batchNormBack(in[0], in[1], in[2], eps), arg(shape), arg(c), arg(shape)));
        }
        return all;
    }

    private static List<Row> linalg() {
        Row.Twin itself = in -> in[0];
        Row.Twin symmetric = in -> Nd.make(in[0].shape(), i -> (in[0].at(i) + in[0].at(i[0], i[2], i[1])) / 2);
        var regular = arg(Sampler.these(3, 0.5, -1, 0.2, 2.5, 0.7, 1, -0.6, 3.5, 2, 1, 0.3, -0.8, 2.2, 0.1, 0.4, 0.9, 4), 2, 3, 3);
        var all = new ArrayList<Row>();
        all.add(row(Solve.class, "", in -> Tensor.of(new Solve(in.get(0), in.get(1))),
                in -> Twins.solve(in[0], in[1]), regular, arg(2, 3, 2)));
        all.add(row(Inverse.class, "", in -> Tensor.of(new Inverse(in.get(0))),
                in -> Twins.solve(in[0], Nd.make(in[0].shape(), i -> i[1] == i[2] ? 1 : 0)), regular));
        all.add(row(Det.class, "", in -> Tensor.of(new Det(in.get(0))),
                in -> Nd.make(Shape.of(2), i -> Twins.det3(in[0], i[0])), regular));
        all.add(row(LogDet.class, "", in -> Tensor.of(new LogDet(in.get(0))).pick(1),
                in -> Nd.make(Shape.of(2), i -> Math.log(Math.abs(Twins.det3(in[0], i[0])))), regular));
        all.add(row(LogDet.class, "sign", in -> Tensor.of(new LogDet(in.get(0))).pick(0),
                in -> Nd.make(Shape.of(2), i -> Math.signum(Twins.det3(in[0], i[0]))), regular));
        all.add(row(Cholesky.class, "", in -> {
            var l = Tensor.of(new Cholesky(positive(in.get(0))));
            return l.matmul(l.t());
        }, in -> Nd.of(positive(Tensor.of(in[0].data(), 2, 3, 3))), arg(2, 3, 3)));
        all.add(row(Cholesky.class, "itself", in -> Tensor.of(new Cholesky(positive(in.get(0)))), null, arg(2, 3, 3)));
        for (boolean upper : new boolean[] {false, true}) {
            for (boolean transpose : new boolean[] {false, true}) {
                for (boolean unit : new boolean[] {false, true}) {
                    all.add(row(TriangularSolve.class, (upper ? "upper" : "lower") + (transpose ? "^T" : "") + (unit ? " unit" : ""),
                            in -> Tensor.of(new TriangularSolve(in.get(0), in.get(1), upper, transpose, unit)),
                            in -> Twins.solve(Nd.make(in[0].shape(), i -> {
                                int r = transpose ? i[2] : i[1];
                                int c = transpose ? i[1] : i[2];
                                return r == c && unit ? 1 : (upper ? c >= r : c <= r) ? in[0].at(i[0], r, c) : 0;
                            }), in[1]), regular, arg(2, 3, 2)));
                }
            }
        }
        for (int[] shape : new int[][] {{2, 4, 3}, {2, 3, 3}, {2, 2, 4}}) {
            var label = Shape.of(shape).toString();
            var a = arg(shape);
            all.add(row(Qr.class, label, in -> {
                var qr = Tensor.of(new Qr(in.get(0)));
                return qr.pick(0).matmul(qr.pick(1));
            }, itself, a));
            all.add(row(Qr.class, label + " parts", in -> {
                var qr = Tensor.of(new Qr(in.get(0)));
                return Tensor.cat(0, qr.pick(0).flatten(), qr.pick(1).flatten());
            }, null, a));
            all.add(row(Svd.class, label, in -> {
                var svd = Tensor.of(new Svd(in.get(0)));
                return svd.pick(0).mul(svd.pick(1).unsqueeze(-2)).matmul(svd.pick(2));
            }, itself, a));
            all.add(row(Svd.class, label + " parts", in -> {
                var svd = Tensor.of(new Svd(in.get(0)));
                return Tensor.cat(0, svd.pick(0).flatten(), svd.pick(1).flatten(), svd.pick(2).flatten());
            }, null, a).tolerance(1e-3));
            all.add(row(Pinverse.class, label, in -> in.get(0).matmul(Tensor.of(new Pinverse(in.get(0), 1e-15))).matmul(in.get(0)),
                    itself, a));
            all.add(row(Pinverse.class, label + " itself", in -> Tensor.of(new Pinverse(in.get(0), 1e-15)), null, a)
                    .tolerance(1e-3));
        }
        all.add(row(Eigh.class, "", in -> {
            var eigen = Tensor.of(new Eigh(in.get(0).add(in.get(0).t()).mul(0.5)));
            return eigen.pick(1).mul(eigen.pick(0).unsqueeze(-2)).matmul(eigen.pick(1).t());
        }, symmetric, arg(2, 3, 3)));
        all.add(row(Eigh.class, "parts", in -> {
            var eigen = Tensor.of(new Eigh(in.get(0).add(in.get(0).t())));
            return Tensor.cat(0, eigen.pick(0).flatten(), eigen.pick(1).flatten());
        }, null, arg(2, 3, 3)).tolerance(1e-3));
        all.add(row(MatrixExp.class, "", in -> Tensor.of(new MatrixExp(in.get(0))), in -> Twins.exponential(in[0]),
                arg(between(-0.7, 0.7), 2, 3, 3)));
        return all;
    }

    private static Tensor positive(Tensor a) {
        return a.matmul(a.t()).add(Tensor.eye(3, a.dtype()));
    }
}
