package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;
import static soma.op.Row.indices;
import static soma.op.Sampler.distinct;
import static soma.op.Sampler.twoSided;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import soma.Shape;
import soma.Tensor;
import soma.kernel.ConvShape;

/** Rows of {@link OpTable}: matrix products, convolutions, functions of whole rows, scans. */
final class ProductRows {

    private ProductRows() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(products());
        for (int n : new int[] {1, 7, 17}) {
            all.addAll(softmaxes(n));
        }
        all.addAll(scans());
        return all;
    }

    private static List<Row> products() {
        var all = new ArrayList<Row>();
        for (boolean ta : new boolean[] {false, true}) {
            for (boolean tb : new boolean[] {false, true}) {
                var label = (ta ? "t" : "n") + (tb ? "t" : "n");
                all.add(row(
                        MatMul.class,
                        label,
                        in -> Tensor.of(new MatMul(in.get(0), in.get(1), ta, tb)),
                        in -> Twins.matmul(in[0], in[1], ta, tb),
                        ta ? arg(7, 5) : arg(5, 7),
                        tb ? arg(3, 7) : arg(7, 3)));
                all.add(row(
                        MatMul.class,
                        label + " each",
                        in -> Tensor.of(new MatMul(in.get(0), in.get(1), ta, tb)),
                        in -> Twins.matmul(in[0], in[1], ta, tb),
                        ta ? arg(2, 3, 4) : arg(2, 4, 3),
                        tb ? arg(2, 5, 3) : arg(2, 3, 5)));
            }
        }
        all.add(row(
                MatMul.class,
                "one matrix for all",
                in -> Tensor.of(new MatMul(in.get(0), in.get(1), false, false)),
                in -> Twins.matmul(in[0], in[1], false, false),
                arg(2, 3, 4),
                arg(4, 5)));
        all.add(row(
                MatMul.class,
                "over nothing",
                in -> Tensor.of(new MatMul(in.get(0), in.get(1), false, false)),
                in -> Twins.matmul(in[0], in[1], false, false),
                arg(2, 0),
                arg(0, 3)));
        all.add(row(
                MatMul.class,
                "of no rows",
                in -> Tensor.of(new MatMul(in.get(0), in.get(1), false, false)),
                in -> Twins.matmul(in[0], in[1], false, false),
                arg(0, 2),
                arg(2, 3)));
        for (int axes = 1; axes <= 3; axes++) {
            all.addAll(convolutions(axes));
        }
        return all;
    }

    private static List<Row> convolutions(int axes) {
        var in = new int[] {5, 4, 3};
        var kernel = new int[] {3, 2, 1};
        var s = new ConvShape(
                2,
                4,
                6,
                2,
                last(in, axes),
                last(kernel, axes),
                last(new int[] {2, 1, 1}, axes),
                last(new int[] {1, 0, 1}, axes),
                last(new int[] {1, 0, 1}, axes),
                last(new int[] {1, 2, 1}, axes));
        var x = arg(Conv.planes(2, 4, s.in()).toArray());
        var w = arg(Conv.planes(6, 2, s.kernel()).toArray());
        var y = arg(Conv.planes(2, 6, s.out()).toArray());
        var label = axes + "-d";
        return List.of(
                row(
                        Conv.class,
                        label,
                        t -> Tensor.of(new Conv(t.get(0), t.get(1), s)),
                        t -> Twins.conv(s, t[0], t[1], null),
                        x,
                        w),
                row(
                        ConvData.class,
                        label,
                        t -> Tensor.of(new ConvData(t.get(0), t.get(1), s)),
                        t -> Twins.conv(s, null, t[1], t[0]),
                        y,
                        w),
                row(
                        ConvWeight.class,
                        label,
                        t -> Tensor.of(new ConvWeight(t.get(0), t.get(1), s)),
                        t -> Twins.conv(s, t[0], null, t[1]),
                        x,
                        y));
    }

    private static int[] last(int[] a, int axes) {
        return Arrays.copyOf(a, axes);
    }

    private static List<Row> softmaxes(int n) {
        var of = "of " + n;
        return List.of(
                row(
                        Softmax.class,
                        of,
                        in -> Tensor.of(new Softmax(in.get(0))),
                        in -> Twins.softmax(in[0], false),
                        arg(3, n)),
                row(
                        LogSoftmax.class,
                        of,
                        in -> Tensor.of(new LogSoftmax(in.get(0))),
                        in -> Twins.softmax(in[0], true),
                        arg(3, n)),
                row(
                        SoftmaxGrad.class,
                        of,
                        in -> Tensor.of(new SoftmaxGrad(in.get(0), in.get(1))),
                        in -> {
                            var inner = Twins.rowSums(in[0], in[1]);
                            return Nd.make(in[0].shape(), i -> in[0].at(i) * (in[1].at(i) - inner[i[0]]));
                        },
                        arg(3, n),
                        arg(3, n)),
                row(
                        LogSoftmaxGrad.class,
                        of,
                        in -> Tensor.of(new LogSoftmaxGrad(in.get(0), in.get(1))),
                        in -> {
                            var sum = Twins.rowSums(in[1], Nd.make(in[1].shape(), i -> 1));
                            return Nd.make(in[0].shape(), i -> in[1].at(i) - Math.exp(in[0].at(i)) * sum[i[0]]);
                        },
                        arg(3, n),
                        arg(3, n)),
                row(
                        CrossEntropy.class,
                        of,
                        in -> Tensor.of(new CrossEntropy(in.get(0), in.get(1), -100)),
                        in -> {
                            var log = Twins.softmax(in[0], true);
                            return Nd.make(Shape.of(3), i -> -log.at(i[0], (int) in[1].at(i)));
                        },
                        arg(3, n),
                        indices(n, 3)),
                row(
                        CrossEntropyGrad.class,
                        of,
                        in -> Tensor.of(new CrossEntropyGrad(in.get(0), in.get(1), in.get(2), 0)),
                        in -> {
                            var p = Twins.softmax(in[0], false);
                            return Nd.make(in[0].shape(), i -> {
                                int label = (int) in[1].at(i[0]);
                                return label == 0 ? 0 : in[2].at(i[0]) * (p.at(i) - (i[1] == label ? 1 : 0));
                            });
                        },
                        arg(3, n),
                        indices(n, 3),
                        arg(3)));
    }

    private static List<Row> scans() {
        var all = new ArrayList<Row>();
        for (int[] shape : new int[][] {{2, 5, 3}, {3, 1, 2}, {2, 17, 1}, {2, 0, 3}}) {
            var of = "of " + Shape.of(shape);
            all.add(row(
                    Cumsum.class,
                    of,
                    in -> Tensor.of(new Cumsum(in.get(0), 1)),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).sum()),
                    arg(shape)));
            all.add(row(
                    Cumprod.class,
                    of,
                    in -> Tensor.of(new Cumprod(in.get(0), 1)),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).reduce(1, (a, b) -> a * b)),
                    arg(twoSided(0.5, 1.2), shape)));
            all.add(row(
                    Logcumsumexp.class,
                    of,
                    in -> Tensor.of(new Logcumsumexp(in.get(0), 1)),
                    in -> Twins.scan(
                            in[0],
                            line -> Math.log(Arrays.stream(line).map(Math::exp).sum())),
                    arg(shape)));
            all.add(row(
                    CumExtreme.class,
                    "max " + of,
                    in -> Tensor.of(new CumExtreme(in.get(0), 1, true)).pick(0),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).max().orElseThrow()),
                    arg(distinct(), shape)));
            all.add(row(
                    CumExtreme.class,
                    "min " + of,
                    in -> Tensor.of(new CumExtreme(in.get(0), 1, false)).pick(0),
                    in -> Twins.scan(in[0], line -> Arrays.stream(line).min().orElseThrow()),
                    arg(distinct(), shape)));
        }
        all.add(row(
                Cumprod.class,
                "with zeros",
                in -> Tensor.of(new Cumprod(in.get(0), 1)),
                in -> Twins.scan(in[0], line -> Arrays.stream(line).reduce(1, (a, b) -> a * b)),
                arg(Sampler.these(2, 0, 3, 0.5, 0, 2, 0, 1.5, 1, 2, 3, 0), 2, 6)));
        return all;
    }
}
