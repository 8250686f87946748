package soma.op;

import static soma.op.MethodTable.method;
import static soma.op.Row.arg;
import static soma.op.Sampler.between;
import static soma.op.Sampler.distinct;

import java.util.ArrayList;
import java.util.List;
import soma.Shape;
import soma.TensorResampling.Border;
import soma.TensorResampling.Interpolation;

/** Methods on images, among {@link MethodTable}'s: adaptive pooling, interpolation, sampling along a grid. */
final class ImageMethods {

    private ImageMethods() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(pooling());
        all.addAll(interpolation());
        all.addAll(grids());
        return all;
    }

    private static List<Row> pooling() {
        return List.of(
                method(
                        "adaptiveAvgPool",
                        in -> in.get(0).adaptiveAvgPool(3, 4),
                        in -> adaptive(in[0], 3, 4, false),
                        arg(2, 7, 6)),
                method(
                        "adaptiveAvgPool evenly",
                        in -> in.get(0).adaptiveAvgPool(2, 1),
                        in -> adaptive(in[0], 2, 1, false),
                        arg(2, 6, 3)),
                method(
                        "adaptiveAvgPool upwards",
                        in -> in.get(0).adaptiveAvgPool(5, -1),
                        in -> adaptive(in[0], 5, 3, false),
                        arg(2, 2, 3)),
                method(
                        "adaptiveMaxPool",
                        in -> in.get(0).adaptiveMaxPool(3, 4),
                        in -> adaptive(in[0], 3, 4, true),
                        arg(distinct(), 2, 7, 6)),
                method(
                        "adaptiveMaxPool evenly",
                        in -> in.get(0).adaptiveMaxPool(2, 3),
                        in -> adaptive(in[0], 2, 3, true),
                        arg(distinct(), 2, 6, 3)),
                method(
                        "maxPool with ceil",
                        in -> in.get(0).maxPool(new int[] {3}, new int[] {2}, new int[] {1}, new int[] {1}, true),
                        in -> Nd.make(Shape.of(2, 4), i -> {
                            double best = Double.NEGATIVE_INFINITY;
                            for (int k = 2 * i[1] - 1; k < 2 * i[1] + 2; k++) {
                                best = Math.max(best, in[0].atOr(best, i[0], k));
                            }
                            return best;
                        }),
                        arg(distinct(), 2, 6)),
                method(
                        "avgPool with ceil",
                        in -> in.get(0).avgPool(new int[] {3}, new int[] {2}, new int[] {1}, true, true),
                        in -> Nd.make(Shape.of(2, 4), i -> {
                            double sum = 0;
                            for (int k = 2 * i[1] - 1; k < 2 * i[1] + 2; k++) {
                                sum += in[0].atOr(0, i[0], k);
                            }
                            return sum / (i[1] == 3 ? 2 : 3);
                        }),
                        arg(2, 6)),
                method(
                        "lpPool",
                        in -> in.get(0).lpPool(3, new int[] {2}, new int[] {2}, false),
                        in -> Nd.make(
                                Shape.of(2, 3),
                                i -> Math.cbrt(Math.pow(in[0].at(i[0], 2 * i[1]), 3)
                                        + Math.pow(in[0].at(i[0], 2 * i[1] + 1), 3))),
                        arg(between(0.3, 2), 2, 6)));
    }

    private static Nd adaptive(Nd x, int rows, int columns, boolean max) {
        return Nd.make(Shape.of(x.dim(0), rows, columns), i -> {
            double best = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int r = i[1] * x.dim(1) / rows; r < Math.ceilDiv((i[1] + 1) * x.dim(1), rows); r++) {
                for (int c = i[2] * x.dim(2) / columns; c < Math.ceilDiv((i[2] + 1) * x.dim(2), columns); c++) {
                    best = Math.max(best, x.at(i[0], r, c));
                    sum += x.at(i[0], r, c);
                    count++;
                }
            }
            return max ? best : sum / count;
        });
    }

    private static List<Row> interpolation() {
        var all = new ArrayList<Row>();
        for (var mode : Interpolation.values()) {
            all.add(method(
                    "interpolate " + mode, in -> in.get(0).interpolate(mode, false, 7, 3), null, arg(2, 2, 4, 5)));
            all.add(method(
                    "interpolateBy " + mode, in -> in.get(0).interpolateBy(mode, false, 1.7), null, arg(2, 2, 4)));
        }
        all.add(method(
                "interpolate LINEAR between corners",
                in -> in.get(0).interpolate(Interpolation.LINEAR, true, 7),
                in -> Nd.make(Shape.of(1, 2, 7), i -> {
                    double at = i[2] * 3 / 6.0;
                    int low = (int) Math.min(2, at);
                    return in[0].at(0, i[1], low) * (low + 1 - at) + in[0].at(0, i[1], low + 1) * (at - low);
                }),
                arg(1, 2, 4)));
        all.add(method(
                "interpolate NEAREST twice",
                in -> in.get(0).interpolateBy(Interpolation.NEAREST, false, 2, 2),
                in -> Nd.make(Shape.of(1, 2, 6, 8), i -> in[0].at(0, i[1], i[2] / 2, i[3] / 2)),
                arg(1, 2, 3, 4)));
        return all;
    }

    private static List<Row> grids() {
        var all = new ArrayList<Row>();
        var image = arg(2, 3, 4, 5);
        var grid = arg(between(-1.3, 1.3), 2, 3, 2, 2);
        for (var border : Border.values()) {
            for (boolean align : new boolean[] {false, true}) {
                var label = border + (align ? " between corners" : "");
                all.add(method(
                        "gridSample LINEAR " + label,
                        in -> in.get(0).gridSample(in.get(1), Interpolation.LINEAR, border, align),
                        in -> bilinear(in[0], in[1], border, align),
                        image,
                        grid));
                all.add(method(
                        "gridSample CUBIC " + label,
                        in -> in.get(0).gridSample(in.get(1), Interpolation.CUBIC, border, align),
                        null,
                        image,
                        grid));
            }
        }
        all.add(method(
                "gridSample NEAREST",
                in -> in.get(0).gridSample(in.get(1), Interpolation.NEAREST, Border.ZEROS, false),
                in -> Nd.make(
                        Shape.of(2, 3, 3, 2),
                        i -> in[0].atOr(
                                0, i[0], i[1], (int) Math.rint(((in[1].at(i[0], i[2], i[3], 1) + 1) * 4 - 1) / 2), (int)
                                        Math.rint(((in[1].at(i[0], i[2], i[3], 0) + 1) * 5 - 1) / 2))),
                image,
                grid));
        all.add(method(
                "gridSample of volumes",
                in -> in.get(0).gridSample(in.get(1), Interpolation.LINEAR, Border.EDGE, true),
                null,
                arg(1, 2, 3, 4, 3),
                arg(between(-0.9, 0.9), 1, 2, 2, 2, 3)));
        for (boolean align : new boolean[] {false, true}) {
            all.add(method(
                    "affineGrid" + (align ? " between corners" : ""),
                    in -> in.get(0).affineGrid(align, 2, 1, 3, 4),
                    in -> Nd.make(Shape.of(2, 3, 4, 2), i -> {
                        double y = align ? i[1] - 1 : (2 * i[1] + 1) / 3.0 - 1;
                        double x = align ? i[2] * 2 / 3.0 - 1 : (2 * i[2] + 1) / 4.0 - 1;
                        return in[0].at(i[0], i[3], 0) * x + in[0].at(i[0], i[3], 1) * y + in[0].at(i[0], i[3], 2);
                    }),
                    arg(2, 2, 3)));
        }
        all.add(method("affineGrid of volumes", in -> in.get(0).affineGrid(false, 1, 1, 2, 3, 2), null, arg(1, 3, 4)));
        return all;
    }

    private static Nd bilinear(Nd x, Nd grid, Border border, boolean align) {
        return Nd.make(Shape.of(2, 3, 3, 2), i -> {
            double row = place(grid.at(i[0], i[2], i[3], 1), x.dim(2), border, align);
            double column = place(grid.at(i[0], i[2], i[3], 0), x.dim(3), border, align);
            int r = (int) Math.floor(row);
            int c = (int) Math.floor(column);
            double sum = 0;
            for (int dr = 0; dr < 2; dr++) {
                for (int dc = 0; dc < 2; dc++) {
                    sum += x.atOr(0, i[0], i[1], r + dr, c + dc)
                            * (1 - Math.abs(row - r - dr))
                            * (1 - Math.abs(column - c - dc));
                }
            }
            return sum;
        });
    }

    private static double place(double g, int n, Border border, boolean align) {
        double p = align ? (g + 1) / 2 * (n - 1) : ((g + 1) * n - 1) / 2;
        double low = align ? 0 : -0.5;
        double high = align ? n - 1 : n - 0.5;
        return switch (border) {
            case ZEROS -> p;
            case EDGE -> Math.clamp(p, 0, n - 1);
            case REFLECTION -> {
                while (p < low || p > high) {
                    p = p < low ? 2 * low - p : 2 * high - p;
                }
                yield Math.clamp(p, 0, n - 1);
            }
        };
    }
}
