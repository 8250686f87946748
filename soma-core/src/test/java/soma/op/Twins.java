package soma.op;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import soma.Shape;
import soma.kernel.AxisTable;
import soma.kernel.ConvShape;
import soma.kernel.Unfold.Window;
import soma.op.WindowRows.Pooling;

/** Scalar twins of the larger ops: the definition, one number at a time. */
final class Twins {

    private Twins() {}

    static Nd matmul(Nd a, Nd b, boolean ta, boolean tb) {
        int rank = a.shape().rank();
        int inner = a.dim(ta ? rank - 2 : rank - 1);
        var shape = a.shape()
                .with(-2, a.dim(ta ? rank - 1 : rank - 2))
                .with(-1, b.shape().dim(tb ? -2 : -1));
        return Nd.make(shape, i -> {
            double sum = 0;
            for (int k = 0; k < inner; k++) {
                int r = i[rank - 2];
                int c = i[rank - 1];
                var left = last2(i, rank, ta ? k : r, ta ? r : k);
                var right = last2(i, b.shape().rank(), tb ? c : k, tb ? k : c);
                sum += a.at(left) * b.at(right);
            }
            return sum;
        });
    }

    private static int[] last2(int[] index, int rank, int r, int c) {
        var other = Arrays.copyOf(index, rank);
        other[rank - 2] = r;
        other[rank - 1] = c;
        return other;
    }

    /** The trilinear form sum x w y of a convolution with one factor left out: the one that is null comes back. */
    static Nd conv(ConvShape s, @Nullable Nd x, @Nullable Nd w, @Nullable Nd y) {
        var xs = Conv.planes(s.batch(), s.inChannels(), s.in());
        var ws = Conv.planes(s.outChannels(), s.inChannels() / s.groups(), s.kernel());
        var ys = Conv.planes(s.batch(), s.outChannels(), s.out());
        var out = Nd.make(x == null ? xs : w == null ? ws : ys, i -> 0);
        int groupIn = s.inChannels() / s.groups();
        int groupOut = s.outChannels() / s.groups();
        Nd.make(ys, yi -> {
            Nd.make(ws.without(0), wi -> {
                var at = new int[yi.length];
                at[0] = yi[0];
                at[1] = yi[1] / groupOut * groupIn + wi[0];
                boolean inside = true;
                for (int a = 0; a < s.in().length; a++) {
                    at[2 + a] = yi[2 + a] * s.stride()[a] - s.padLow()[a] + wi[1 + a] * s.dilation()[a];
                    inside &= at[2 + a] >= 0 && at[2 + a] < s.in()[a];
                }
                if (inside) {
                    var wAt = Nd.insert(wi, 0, yi[1]);
                    double product =
                            (x == null ? 1 : x.at(at)) * (w == null ? 1 : w.at(wAt)) * (y == null ? 1 : y.at(yi));
                    out.data()[out.place(x == null ? at : w == null ? wAt : yi)] += product;
                }
                return 0;
            });
            return 0;
        });
        return out;
    }

    static Nd softmax(Nd x, boolean log) {
        return Nd.make(x.shape(), i -> {
            double sum = 0;
            for (double v : x.line(new int[] {i[0]}, 1)) {
                sum += Math.exp(v);
            }
            return log ? x.at(i) - Math.log(sum) : Math.exp(x.at(i)) / sum;
        });
    }

    static double[] rowSums(Nd a, Nd b) {
        var sums = new double[a.dim(0)];
        Nd.make(a.shape(), i -> sums[i[0]] += a.at(i) * b.at(i));
        return sums;
    }

    /** Along axis 1, a function of the elements up to each. */
    static Nd scan(Nd x, ToDoubleFunction<double[]> f) {
        return Nd.make(x.shape(), i -> f.applyAsDouble(Arrays.copyOf(x.line(Nd.without(i, 1), 1), i[1] + 1)));
    }

    private interface InWindow {
        void visit(int[] at);
    }

    /** The places of the input that a window of a pooling covers, in order. */
    private static void window(Pooling p, int[] out, InWindow visit) {
        Nd.make(Shape.of(p.kernel()), k -> {
            var at = out.clone();
            boolean inside = true;
            for (int a = 0; a < k.length; a++) {
                at[1 + a] = out[1 + a] * p.stride()[a] - p.padding()[a] + k[a] * p.dilation()[a];
                inside &= at[1 + a] >= 0 && at[1 + a] < p.in()[a];
            }
            if (inside) {
                visit.visit(at);
            }
            return 0;
        });
    }

    private static int[] winner(Pooling p, Nd x, int[] out) {
        var best = new int[1][];
        window(p, out, at -> best[0] = best[0] == null || x.at(at) > x.at(best[0]) ? at : best[0]);
        return best[0];
    }

    private static Shape poolOut(Pooling p, Nd x) {
        return Nd.make(Shape.of(p.out()), i -> 0).shape().insert(0, x.dim(0));
    }

    static Nd pool(Pooling p, Nd x, Nd g) {
        return Nd.make(poolOut(p, x), i -> g.at(winner(p, x, i)));
    }

    static Nd poolBack(Pooling p, Nd x, Nd dy) {
        var dx = Nd.make(x.shape(), i -> 0);
        Nd.make(dy.shape(), i -> dx.data()[dx.place(winner(p, x, i))] += dy.at(i));
        return dx;
    }

    private static double divisor(Pooling p, int[] out, boolean countPadding) {
        double d = 1;
        for (int a = 0; a < p.in().length; a++) {
            int from = out[1 + a] * p.stride()[a] - p.padding()[a];
            int to = Math.min(from + p.kernel()[a], p.in()[a] + p.padding()[a]);
            d *= countPadding ? to - from : Math.min(to, p.in()[a]) - Math.max(0, from);
        }
        return d;
    }

    static Nd average(Pooling p, Nd x, boolean countPadding) {
        return Nd.make(poolOut(p, x), i -> {
            var sum = new double[1];
            window(p, i, at -> sum[0] += x.at(at));
            return sum[0] / divisor(p, i, countPadding);
        });
    }

    static Nd averageBack(Pooling p, Nd dy, boolean countPadding) {
        var dx = Nd.make(Shape.of(p.in()).insert(0, dy.dim(0)), i -> 0);
        Nd.make(dy.shape(), i -> {
            window(p, i, at -> dx.data()[dx.place(at)] += dy.at(i) / divisor(p, i, countPadding));
            return 0;
        });
        return dx;
    }

    static Nd columns(Window w, Nd x) {
        int columns = w.outWidth(x.dim(3));
        var shape = Shape.of(x.dim(0), x.dim(1) * w.size(), w.outHeight(x.dim(2)) * columns);
        return Nd.make(shape, i -> x.atOr(0, pixel(w, i, columns)));
    }

    static Nd columnsBack(Window w, Nd y, Shape image) {
        int columns = w.outWidth(image.dim(3));
        var x = Nd.make(image, i -> 0);
        Nd.make(y.shape(), i -> {
            var at = pixel(w, i, columns);
            if (at[2] >= 0 && at[2] < image.dim(2) && at[3] >= 0 && at[3] < image.dim(3)) {
                x.data()[x.place(at)] += y.at(i);
            }
            return 0;
        });
        return x;
    }

    private static int[] pixel(Window w, int[] i, int columns) {
        int k = i[1] % w.size();
        return new int[] {
            i[0],
            i[1] / w.size(),
            i[2] / columns * w.sh() - w.ph() + k / w.kw() * w.dh(),
            i[2] % columns * w.sw() - w.pw() + k % w.kw() * w.dw()
        };
    }

    static Nd resample(AxisTable t, Nd x, boolean back) {
        var y = Nd.make(x.shape().with(1, back ? t.in() : t.out()), i -> 0);
        for (int j = 0; j < t.out(); j++) {
            for (int k = j * t.taps(); k < (j + 1) * t.taps(); k++) {
                for (int o = 0; o < x.dim(0); o++) {
                    for (int c = 0; c < x.dim(2); c++) {
                        int from = back ? j : t.index()[k];
                        int to = back ? t.index()[k] : j;
                        y.data()[y.place(o, to, c)] += t.weight()[k] * x.at(o, from, c);
                    }
                }
            }
        }
        return y;
    }

    private static double mean(double[] a) {
        return Arrays.stream(a).sum() / a.length;
    }

    private static double rstd(double[] a, double mean, double eps) {
        return 1 / Math.sqrt(Arrays.stream(a).map(v -> (v - mean) * (v - mean)).sum() / a.length + eps);
    }

    static Nd layerNorm(Nd x, Nd w, @Nullable Nd b, double eps, boolean centred) {
        return Nd.make(x.shape(), i -> {
            var row = x.line(new int[] {i[0]}, 1);
            double m = centred ? mean(row) : 0;
            return (x.at(i) - m) * rstd(row, m, eps) * w.at(i[1]) + (b == null ? 0 : b.at(i[1]));
        });
    }

    /** dx, dw and, if centred, db, one after the other: the formula as in the paper of {@link NormRules}, from sums. */
    static Nd layerNormBack(Nd x, Nd w, Nd dy, double eps, boolean centred) {
        int rows = x.dim(0);
        int n = x.dim(1);
        var out = new double[rows * n + (centred ? 2 : 1) * n];
        for (int r = 0; r < rows; r++) {
            var row = x.line(new int[] {r}, 1);
            double m = centred ? mean(row) : 0;
            double s = rstd(row, m, eps);
            double sum = 0;
            double dot = 0;
            for (int i = 0; i < n; i++) {
                double xhat = (row[i] - m) * s;
                sum += dy.at(r, i) * w.at(i);
                dot += dy.at(r, i) * w.at(i) * xhat;
                out[rows * n + i] += dy.at(r, i) * xhat;
                if (centred) {
                    out[rows * n + n + i] += dy.at(r, i);
                }
            }
            for (int i = 0; i < n; i++) {
                double xhat = (row[i] - m) * s;
                out[r * n + i] = s * (dy.at(r, i) * w.at(i) - (centred ? sum / n : 0) - xhat * dot / n);
            }
        }
        return new Nd(Shape.of(out.length), out);
    }

    /** x (N, C, ...) with each channel as a row. */
    private static Nd channels(Nd x) {
        int c = x.dim(1);
        int size = x.shape().product(2, x.shape().rank());
        return Nd.make(Shape.of(c, x.dim(0) * size), i -> x.data()[(i[1] / size * c + i[0]) * size + i[1] % size]);
    }

    private static Nd images(Nd rows, Shape shape) {
        int c = shape.dim(1);
        int size = shape.product(2, shape.rank());
        var flat = Nd.make(Shape.of(shape.dim(0), c, size), i -> rows.at(i[1], i[0] * size + i[2]));
        return new Nd(shape, flat.data());
    }

    static Nd batchNorm(Nd x, Nd w, Nd b, double eps) {
        var rows = channels(x);
        return images(
                Nd.make(rows.shape(), i -> {
                    var row = rows.line(new int[] {i[0]}, 1);
                    double m = mean(row);
                    return (rows.at(i) - m) * rstd(row, m, eps) * w.at(i[0]) + b.at(i[0]);
                }),
                x.shape());
    }

    static Nd batchNormBack(Nd x, Nd w, Nd dy, double eps) {
        var rows = channels(x);
        var up = channels(dy);
        int c = rows.dim(0);
        int n = rows.dim(1);
        var dx = Nd.make(rows.shape(), i -> 0);
        var out = Arrays.copyOf(new double[0], c * n + 2 * c);
        for (int r = 0; r < c; r++) {
            var row = rows.line(new int[] {r}, 1);
            double m = mean(row);
            double s = rstd(row, m, eps);
            double sum = 0;
            double dot = 0;
            for (int i = 0; i < n; i++) {
                sum += up.at(r, i);
                dot += up.at(r, i) * (row[i] - m) * s;
            }
            for (int i = 0; i < n; i++) {
                dx.data()[dx.place(r, i)] = w.at(r) * s * (up.at(r, i) - sum / n - (row[i] - m) * s * dot / n);
            }
            out[c * n + r] = dot;
            out[c * n + c + r] = sum;
        }
        System.arraycopy(images(dx, x.shape()).data(), 0, out, 0, c * n);
        return new Nd(Shape.of(out.length), out);
    }

    static Nd groupNorm(Nd x, Nd w, Nd b, int groups, double eps) {
        int n = x.data().length / (x.dim(0) * groups);
        return Nd.make(x.shape(), i -> {
            int from = x.place(i) / n * n;
            var row = Arrays.copyOfRange(x.data(), from, from + n);
            double m = mean(row);
            return (x.at(i) - m) * rstd(row, m, eps) * w.at(i[1]) + b.at(i[1]);
        });
    }

    /** dx, dw and db one after the other. */
    static Nd groupNormBack(Nd x, Nd w, Nd dy, int groups, double eps) {
        int total = x.data().length;
        int n = total / (x.dim(0) * groups);
        int c = x.dim(1);
        var out = new double[total + 2 * c];
        for (int from = 0; from < total; from += n) {
            var row = Arrays.copyOfRange(x.data(), from, from + n);
            double m = mean(row);
            double s = rstd(row, m, eps);
            double a = 0;
            double q = 0;
            for (int i = 0; i < n; i++) {
                int channel = (from + i) / (total / (x.dim(0) * c)) % c;
                double up = dy.data()[from + i];
                out[total + channel] += up * (row[i] - m) * s;
                out[total + c + channel] += up;
                a += up * w.at(channel) / n;
                q += up * w.at(channel) * (row[i] - m) * s / n;
            }
            for (int i = 0; i < n; i++) {
                int channel = (from + i) / (total / (x.dim(0) * c)) % c;
                out[from + i] = s * (dy.data()[from + i] * w.at(channel) - a - (row[i] - m) * s * q);
            }
        }
        return new Nd(Shape.of(out.length), out);
    }

    static double det3(Nd a, int b) {
        double sum = 0;
        for (int j = 0; j < 3; j++) {
            int k = (j + 1) % 3;
            int l = (j + 2) % 3;
            sum += a.at(b, 0, j) * (a.at(b, 1, k) * a.at(b, 2, l) - a.at(b, 1, l) * a.at(b, 2, k));
        }
        return sum;
    }

    /** Cramer's rule for batches of 3 x 3 systems. */
    static Nd solve(Nd a, Nd b) {
        return Nd.make(b.shape(), i -> {
            var replaced = Nd.make(a.shape(), j -> j[2] == i[1] ? b.at(j[0], j[1], i[2]) : a.at(j));
            return det3(replaced, i[0]) / det3(a, i[0]);
        });
    }

    /** The power series. */
    static Nd exponential(Nd a) {
        var sum = Nd.make(a.shape(), i -> i[1] == i[2] ? 1 : 0);
        var term = sum;
        for (int k = 1; k < 30; k++) {
            int by = k;
            var next = matmul(term, a, false, false);
            term = Nd.make(a.shape(), i -> next.at(i) / by);
            var added = term;
            var before = sum;
            sum = Nd.make(a.shape(), i -> before.at(i) + added.at(i));
        }
        return sum;
    }
}
