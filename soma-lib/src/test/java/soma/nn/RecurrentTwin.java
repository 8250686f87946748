package soma.nn;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import soma.Tensor;

/**
 * Recurrent layers in plain loops over doubles, one sequence and one number at a time, from a state dict with PyTorch's
 * keys. A sequence is cut at its length before anything reads it.
 */
final class RecurrentTwin {
    enum Kind {
        TANH(1),
        RELU(1),
        LSTM(4),
        GRU(3);

        final int gates;

        Kind(int gates) {
            this.gates = gates;
        }
    }

    /** outputs[t][n], h[k][n] and c[k][n] for layer and direction k. */
    record Result(double[][][] outputs, double[][][] h, double[][][] c) {}

    private final Kind kind;
    private final Map<String, Tensor> weights;
    private final int hidden;

    RecurrentTwin(Kind kind, Map<String, Tensor> weights, int hidden) {
        this.kind = kind;
        this.weights = weights;
        this.hidden = hidden;
    }

    /** x[t][n]; h0 and c0 as in the result, both changed into the last states. */
    Result run(int layers, int directions, double[][][] x, double[][][] h, double[][][] c, int[] lengths) {
        var outputs = new double[x.length][lengths.length][directions * hidden];
        for (int n = 0; n < lengths.length; n++) {
            var given = new double[lengths[n]][];
            for (int t = 0; t < given.length; t++) {
                given[t] = x[t][n];
            }
            for (int layer = 0; layer < layers; layer++) {
                var made = new double[given.length][directions * hidden];
                for (int side = 0; side < directions; side++) {
                    int k = layer * directions + side;
                    var suffix = "_l" + layer + (side == 1 ? "_reverse" : "");
                    for (int i = 0; i < given.length; i++) {
                        int t = side == 0 ? i : given.length - 1 - i;
                        step(suffix, given[t], h[k][n], c[k][n]);
                        System.arraycopy(h[k][n], 0, made[t], side * hidden, hidden);
                    }
                }
                given = made;
            }
            for (int t = 0; t < given.length; t++) {
                outputs[t][n] = given[t];
            }
        }
        return new Result(outputs, h, c);
    }

    /** One step, in place. */
    void step(String suffix, double[] x, double[] h, double[] c) {
        var before = h.clone();
        for (int j = 0; j < hidden; j++) {
            var in = new double[kind.gates];
            var past = new double[kind.gates];
            for (int gate = 0; gate < kind.gates; gate++) {
                in[gate] = product("ih" + suffix, gate * hidden + j, x);
                past[gate] = product("hh" + suffix, gate * hidden + j, before);
            }
            switch (kind) {
                case TANH -> h[j] = Math.tanh(in[0] + past[0]);
                case RELU -> h[j] = Math.max(0, in[0] + past[0]);
                case LSTM -> {
                    c[j] = sigmoid(in[1] + past[1]) * c[j] + sigmoid(in[0] + past[0]) * Math.tanh(in[2] + past[2]);
                    h[j] = sigmoid(in[3] + past[3]) * Math.tanh(c[j]);
                }
                case GRU -> {
                    double z = sigmoid(in[1] + past[1]);
                    double candidate = Math.tanh(in[2] + sigmoid(in[0] + past[0]) * past[2]);
                    h[j] = (1 - z) * candidate + z * before[j];
                }
            }
        }
    }

    private double product(String name, int row, double[] x) {
        var w = weights.get("weight_" + name).toDoubleArray();
        double sum = Optional.ofNullable(weights.get("bias_" + name))
                .map(b -> b.toDoubleArray()[row])
                .orElse(0.0);
        for (int i = 0; i < x.length; i++) {
            sum += w[row * x.length + i] * x[i];
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** A tensor of three axes as an array. */
    static double[][][] array(Tensor t) {
        var flat = t.toDoubleArray();
        var out = new double[t.size(0)][t.size(1)][];
        int at = 0;
        for (var rows : out) {
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Arrays.copyOfRange(flat, at, at += t.size(2));
            }
        }
        return out;
    }

    static double[] flat(double[][][] a) {
        return Arrays.stream(a)
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }
}
