package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;
import static soma.op.Sampler.distinct;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import soma.Shape;
import soma.Tensor;
import soma.kernel.AxisTable;
import soma.kernel.PoolShape;
import soma.kernel.Unfold.Window;

/** Rows of {@link OpTable}: pooling, windows as columns, resampling. */
final class WindowRows {

    private WindowRows() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(pools());
        all.addAll(windows());
        return all;
    }

    private static List<Row> pools() {
        var all = new ArrayList<Row>();
        var shapes = List.of(
                pool(new int[] {7}, new int[] {3}, new int[] {2}, new int[] {1}, new int[] {1}, new int[] {4}),
                pool(
                        new int[] {6, 7},
                        new int[] {2, 2},
                        new int[] {2, 2},
                        new int[] {0, 0},
                        new int[] {1, 1},
                        new int[] {3, 3}),
                pool(
                        new int[] {5, 6},
                        new int[] {3, 2},
                        new int[] {2, 1},
                        new int[] {1, 1},
                        new int[] {1, 1},
                        new int[] {3, 7}),
                pool(
                        new int[] {3, 4, 5},
                        new int[] {2, 2, 3},
                        new int[] {1, 2, 2},
                        new int[] {0, 1, 1},
                        new int[] {1, 1, 1},
                        new int[] {2, 3, 3}));
        for (var p : shapes) {
            var in = arg(distinct(), join(6, p.in));
            var out = arg(join(6, p.out));
            var g = arg(join(6, p.in));
            var s = p.shape();
            all.add(row(
                    MaxPool.class,
                    p.label,
                    t -> Tensor.of(new MaxPool(t.get(0), s)),
                    t -> Twins.pool(p, t[0], t[0]),
                    in));
            all.add(row(
                    MaxPoolPick.class,
                    p.label,
                    t -> Tensor.of(new MaxPoolPick(t.get(0), t.get(1), s)),
                    t -> Twins.pool(p, t[0], t[1]),
                    in,
                    g));
            all.add(row(
                    MaxPoolGrad.class,
                    p.label,
                    t -> Tensor.of(new MaxPoolGrad(t.get(0), t.get(1), s)),
                    t -> Twins.poolBack(p, t[0], t[1]),
                    in,
                    out));
            for (boolean count : new boolean[] {true, false}) {
                var label = p.label + (count ? " with padding" : "");
                all.add(row(
                        AvgPool.class,
                        label,
                        t -> Tensor.of(new AvgPool(t.get(0), s, count)),
                        t -> Twins.average(p, t[0], count),
                        g));
                all.add(row(
                        AvgPoolGrad.class,
                        label,
                        t -> Tensor.of(new AvgPoolGrad(t.get(0), Shape.of(join(6, p.in)), s, count)),
                        t -> Twins.averageBack(p, t[0], count),
                        out));
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
        all.add(row(
                Im2col.class,
                "",
                in -> Tensor.of(new Im2col(in.get(0), w)),
                in -> Twins.columns(w, in[0]),
                arg(2, 3, 5, 6)));
        all.add(row(
                Col2im.class,
                "",
                in -> Tensor.of(new Col2im(in.get(0), Shape.of(2, 3, 5, 6), w)),
                in -> Twins.columnsBack(w, in[0], Shape.of(2, 3, 5, 6)),
                arg(columns.toArray())));
        for (var mode : AxisTable.Mode.values()) {
            for (int out : new int[] {3, 7}) {
                var table = AxisTable.of(mode, 5, out, false, OptionalDouble.empty());
                all.add(row(
                        Resample.class,
                        mode + " to " + out,
                        in -> Tensor.of(new Resample(in.get(0), 1, table, mode, false)),
                        in -> Twins.resample(table, in[0], false),
                        arg(2, 5, 3)));
                all.add(row(
                        Resample.class,
                        mode + " back from " + out,
                        in -> Tensor.of(new Resample(in.get(0), 1, table, mode, true)),
                        in -> Twins.resample(table, in[0], true),
                        arg(2, out, 3)));
            }
        }
        return all;
    }
}
