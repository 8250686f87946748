package soma.kernel;

import java.util.Arrays;

/** {@link AttentionLoops} in double precision, query by query. */
final class ScalarAttention {
    private static final int SCORES = 42;
    private static final int SLOPES = 43;

    private ScalarAttention() {}

    static void forward(
            Workers workers,
            AttentionShape shape,
            HeadRows<double[]> q,
            HeadRows<double[]> k,
            HeadRows<double[]> v,
            ScoreMask<double[]> mask,
            double[] y,
            double[] lse) {
        int heads = shape.heads();
        workers.run(shape.batch() * heads, (task, scratch) -> {
            int n = task / heads;
            int h = task % heads;
            var p = scratch.doubles(SCORES, shape.keys());
            for (int i = 0; i < shape.queries(); i++) {
                int seen = shape.seen(i);
                scores(shape, n, h, i, q, k, mask, p);
                double max = Double.NEGATIVE_INFINITY;
                for (int j = 0; j < seen; j++) {
                    max = Math.max(max, p[j]);
                }
                double sum = 0;
                for (int j = 0; j < seen && max != Double.NEGATIVE_INFINITY; j++) {
                    p[j] = Math.exp(p[j] - max);
                    sum += p[j];
                }
                lse[task * shape.queries() + i] = sum == 0 ? Double.POSITIVE_INFINITY : max + Math.log(sum);
                int at = (n * shape.queries() + i) * heads * shape.valueWidth() + h * shape.valueWidth();
                Arrays.fill(y, at, at + shape.valueWidth(), 0);
                for (int j = 0; j < seen && sum != 0; j++) {
                    int from = v.at(n, h, shape.valueWidth()) + j * v.row();
                    for (int e = 0; e < shape.valueWidth(); e++) {
                        y[at + e] += p[j] / sum * v.array()[from + e];
                    }
                }
            }
        });
    }

    private static void scores(
            AttentionShape shape,
            int n,
            int h,
            int i,
            HeadRows<double[]> q,
            HeadRows<double[]> k,
            ScoreMask<double[]> mask,
            double[] out) {
        int seen = shape.seen(i);
        for (int j = 0; j < seen; j++) {
            out[j] = shape.scale() * dot(q, k, n, h, i, j, shape.width());
            if (mask.array().length > 0) {
                out[j] += mask.array()[mask.at(n, h, i) + j];
            }
        }
    }

    private static double dot(HeadRows<double[]> a, HeadRows<double[]> b, int n, int h, int i, int j, int width) {
        int x = a.at(n, h, width) + i * a.row();
        int y = b.at(n, h, width) + j * b.row();
        double sum = 0;
        for (int e = 0; e < width; e++) {
            sum += a.array()[x + e] * b.array()[y + e];
        }
        return sum;
    }

    static void backward(
            Workers workers,
            AttentionShape shape,
            HeadRows<double[]> q,
            HeadRows<double[]> k,
            HeadRows<double[]> v,
            ScoreMask<double[]> mask,
            double[] lse,
            int lo,
            HeadRows<double[]> dy,
            HeadRows<double[]> dq,
            HeadRows<double[]> dk,
            HeadRows<double[]> dv) {
        int heads = shape.heads();
        int width = shape.width();
        workers.run(shape.batch() * heads, (task, scratch) -> {
            int n = task / heads;
            int h = task % heads;
            clear(dq, n, h, width, shape.queries());
            clear(dk, n, h, width, shape.keys());
            clear(dv, n, h, shape.valueWidth(), shape.keys());
            var p = scratch.doubles(SCORES, shape.keys());
            var d = scratch.doubles(SLOPES, shape.keys());
            for (int i = 0; i < shape.queries(); i++) {
                int seen = shape.seen(i);
                scores(shape, n, h, i, q, k, mask, p);
                double mean = 0;
                for (int j = 0; j < seen; j++) {
                    p[j] = Math.exp(p[j] - lse[lo + task * shape.queries() + i]);
                    d[j] = dot(dy, v, n, h, i, j, shape.valueWidth());
                    mean += p[j] * d[j];
                }
                for (int j = 0; j < seen; j++) {
                    add(dv, n, h, j, p[j], dy, i, shape.valueWidth());
                    double slope = p[j] * (d[j] - mean) * shape.scale();
                    add(dq, n, h, i, slope, k, j, width);
                    add(dk, n, h, j, slope, q, i, width);
                }
            }
        });
    }

    private static void clear(HeadRows<double[]> x, int n, int h, int width, int rows) {
        for (int r = 0; r < rows; r++) {
            int at = x.at(n, h, width) + r * x.row();
            Arrays.fill(x.array(), at, at + width, 0);
        }
    }

    /** Row i of x plus {@code factor} times row j of y. */
    private static void add(
            HeadRows<double[]> x, int n, int h, int i, double factor, HeadRows<double[]> y, int j, int width) {
        int to = x.at(n, h, width) + i * x.row();
        int from = y.at(n, h, width) + j * y.row();
        for (int e = 0; e < width; e++) {
            x.array()[to + e] += factor * y.array()[from + e];
        }
    }
}
