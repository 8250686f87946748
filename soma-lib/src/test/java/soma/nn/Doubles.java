package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.function.Supplier;
import soma.Autodiff;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;

/** Attention layers in float64, a scalar twin of each, and gradients of all parameters against differences. */
final class Doubles {
    private Doubles() {}

    static Tensor draw(long seed, int... shape) {
        return Rng.seed(seed).normal(DType.FLOAT64, Shape.of(shape));
    }

    static Param param(long seed, int... shape) {
        return Param.of(draw(seed, shape).mul(0.7));
    }

    static Linear linear(long seed, int in, int out) {
        return new Linear(out, param(seed, out, in), Optional.of(param(seed + 1000, out)));
    }

    static LayerNorm norm(long seed, int width) {
        return new LayerNorm(param(seed, width), param(seed + 1000, width), 1e-5);
    }

    static MultiheadAttention attention(long seed, int width, int heads) {
        return new MultiheadAttention(
                heads,
                0,
                param(seed, 3 * width, width),
                Optional.of(param(seed + 1, 3 * width)),
                linear(seed + 2, width, width));
    }

    static TransformerEncoderLayer encoderLayer(long seed, int width, int heads, int hidden) {
        return new TransformerEncoderLayer(
                attention(seed, width, heads),
                linear(seed + 10, width, hidden),
                linear(seed + 11, hidden, width),
                norm(seed + 12, width),
                norm(seed + 13, width),
                0,
                Tensor::relu,
                false,
                false);
    }

    static TransformerDecoderLayer decoderLayer(long seed, int width, int heads, int hidden) {
        return new TransformerDecoderLayer(
                attention(seed, width, heads),
                attention(seed + 5, width, heads),
                linear(seed + 10, width, hidden),
                linear(seed + 11, hidden, width),
                norm(seed + 12, width),
                norm(seed + 13, width),
                norm(seed + 14, width),
                0,
                Tensor::relu,
                false,
                false);
    }

    /** Gradients of a loss in all numbers of a model against central differences. */
    static void checkGradients(Layer model, Supplier<Tensor> loss, double tolerance) {
        var params = model.trained();
        var gradients =
                Autodiff.grad(loss.get(), params.stream().map(Param::value).toList());
        Soma.eval(gradients);
        for (int k = 0; k < params.size(); k++) {
            var p = params.get(k);
            var at = Layer.numbers(p).toDoubleArray();
            var got = gradients.get(k).toDoubleArray();
            for (int i = 0; i < at.length; i++) {
                double slope = (moved(p, at, i, 1e-5, loss) - moved(p, at, i, -1e-5, loss)) / 2e-5;
                assertThat(got[i])
                        .as("parameter %d, derivative in element %d", k, i)
                        .isCloseTo(slope, within(tolerance * Math.max(1, Math.abs(slope))));
            }
            p.load(Tensor.wrap(at, DType.FLOAT64, p.shape()));
        }
    }

    private static double moved(Param p, double[] at, int i, double step, Supplier<Tensor> loss) {
        var x = at.clone();
        x[i] += step;
        p.load(Tensor.wrap(x, DType.FLOAT64, p.shape()));
        return loss.get().item();
    }

    // ---- scalar twins, one example at a time

    /** Changes a score, to minus infinity where query i may not see key j. */
    @FunctionalInterface
    interface Scores {
        double at(int i, int j, double score);
    }

    static final Scores OPEN = (i, j, s) -> s;
    static final Scores CAUSAL = (i, j, s) -> j <= i ? s : Double.NEGATIVE_INFINITY;

    static double[][] rows(Tensor matrix) {
        var flat = matrix.toDoubleArray();
        var rows = new double[matrix.size(0)][matrix.size(1)];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(flat, i * rows[i].length, rows[i], 0, rows[i].length);
        }
        return rows;
    }

    static void assertClose(Tensor got, double[][] want, double tolerance) {
        assertThat(got.shape()).isEqualTo(Shape.of(want.length, want[0].length));
        var rows = rows(got);
        for (int i = 0; i < want.length; i++) {
            assertThat(rows[i]).as("row %d", i).containsExactly(want[i], within(tolerance));
        }
    }

    static double[][] weights(double[][] q, double[][] k, double scale, Scores scores) {
        var w = new double[q.length][k.length];
        for (int i = 0; i < q.length; i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < k.length; j++) {
                for (int e = 0; e < q[i].length; e++) {
                    w[i][j] += q[i][e] * k[j][e] * scale;
                }
                w[i][j] = scores.at(i, j, w[i][j]);
                max = Math.max(max, w[i][j]);
            }
            double sum = 0;
            for (int j = 0; j < k.length; j++) {
                w[i][j] = max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(w[i][j] - max);
                sum += w[i][j];
            }
            for (int j = 0; j < k.length; j++) {
                w[i][j] /= sum == 0 ? 1 : sum;
            }
        }
        return w;
    }

    static double[][] product(double[][] a, double[][] b) {
        var c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                for (int e = 0; e < b[j].length; e++) {
                    c[i][e] += a[i][j] * b[j][e];
                }
            }
        }
        return c;
    }

    /** x W^T + b with the rows of W from {@code from}. */
    static double[][] affine(double[][] x, Tensor weight, Tensor bias, int from, int count) {
        var w = rows(weight);
        var b = bias.toDoubleArray();
        var y = new double[x.length][count];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < count; o++) {
                y[t][o] = b[from + o];
                for (int i = 0; i < x[t].length; i++) {
                    y[t][o] += x[t][i] * w[from + o][i];
                }
            }
        }
        return y;
    }

    static double[][] linear(Linear layer, double[][] x) {
        return affine(x, layer.weight().value(), layer.bias().orElseThrow().value(), 0, layer.out());
    }

    static double[][] norm(LayerNorm layer, double[][] x) {
        var w = layer.weight().value().toDoubleArray();
        var b = layer.bias().value().toDoubleArray();
        var y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            for (double v : x[t]) {
                mean += v / x[t].length;
            }
            double var = 0;
            for (double v : x[t]) {
                var += (v - mean) * (v - mean) / x[t].length;
            }
            for (int i = 0; i < x[t].length; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(var + layer.eps()) * w[i] + b[i];
            }
        }
        return y;
    }

    static double[][] attention(MultiheadAttention layer, double[][] q, double[][] k, double[][] v, Scores scores) {
        int d = layer.width();
        int size = d / layer.heads();
        var w = layer.inProjWeight().value();
        var b = layer.inProjBias().orElseThrow().value();
        var out = new double[q.length][d];
        for (int h = 0; h < layer.heads(); h++) {
            int at = h * size;
            var qh = affine(q, w, b, at, size);
            var kh = affine(k, w, b, d + at, size);
            var vh = affine(v, w, b, 2 * d + at, size);
            var y = product(weights(qh, kh, 1 / Math.sqrt(size), scores), vh);
            for (int t = 0; t < y.length; t++) {
                System.arraycopy(y[t], 0, out[t], at, size);
            }
        }
        return linear(layer.outProj(), out);
    }

    static double[][] sum(double[][] a, double[][] b) {
        var c = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                c[i][j] = a[i][j] + b[i][j];
            }
        }
        return c;
    }

    static double[][] feedForward(Linear first, Linear second, double[][] x) {
        var h = linear(first, x);
        for (var row : h) {
            for (int i = 0; i < row.length; i++) {
                row[i] = Math.max(0, row[i]);
            }
        }
        return linear(second, h);
    }
}
