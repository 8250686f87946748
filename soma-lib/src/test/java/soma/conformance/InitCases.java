package soma.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Special;
import soma.nn.Conv1d;
import soma.nn.Conv2d;
import soma.nn.Conv3d;
import soma.nn.Embedding;
import soma.nn.Init;
import soma.nn.Init.Fan;
import soma.nn.Init.Nonlinearity;
import soma.nn.Linear;

/** Initialisers: their samples must follow the law that the case names. */
final class InitCases {
    private static final int SAMPLES = 40_000;

    private InitCases() {}

    static List<String> check(JsonObject c) {
        var attributes = Numbers.attributes(c);
        var expect = c.getAsJsonObject("expect");
        var name = c.get("op").getAsString();
        if (name.equals("calculate_gain")) {
            double gain = Init.gain(nonlinearity(attributes), number(attributes, "negative_slope", 0.01));
            return Numbers.difference(
                    "the gain",
                    new double[] {gain},
                    new double[] {number(expect, "gain", 1)},
                    new Numbers.Tolerance(1e-9, 0));
        }
        var shape = Shape.of(((List<?>) attributes.get("shape"))
                .stream().mapToInt(v -> (int) Arguments.integer(v)).toArray());
        Function<Rng, Tensor> law = name.equals("layer_default")
                ? layer(attributes, shape)
                : rng -> init(name, attributes).draw(rng, shape);
        return name.equals("orthogonal")
                ? orthogonal(law.apply(Rng.seed(1)), shape, number(attributes, "gain", 1))
                : follows(samples(law, shape), attributes, expect, name);
    }

    private static double number(Map<String, Object> attributes, String name, double otherwise) {
        return attributes.get(name) == null ? otherwise : Arguments.number(attributes.get(name));
    }

    private static double number(JsonObject o, String name, double otherwise) {
        JsonElement e = o.get(name);
        return e == null || e.isJsonNull() ? otherwise : Numbers.number(e);
    }

    private static Nonlinearity nonlinearity(Map<String, Object> attributes) {
        return switch (String.valueOf(attributes.getOrDefault("nonlinearity", "leaky_relu"))) {
            case "linear", "conv1d", "conv2d", "conv3d" -> Nonlinearity.LINEAR;
            case "sigmoid" -> Nonlinearity.SIGMOID;
            case "tanh" -> Nonlinearity.TANH;
            case "relu" -> Nonlinearity.RELU;
            case "leaky_relu" -> Nonlinearity.LEAKY_RELU;
            case "selu" -> Nonlinearity.SELU;
            default -> throw new MissingOperator("gain for " + attributes.get("nonlinearity"));
        };
    }

    private static Init init(String name, Map<String, Object> a) {
        double gain = number(a, "gain", 1);
        var fan = "fan_out".equals(a.get("mode")) ? Fan.OUT : Fan.IN;
        return switch (name) {
            case "xavier_uniform" -> Init.xavierUniform(gain);
            case "xavier_normal" -> Init.xavierNormal(gain);
            case "kaiming_uniform" -> Init.kaimingUniform(fan, nonlinearity(a), number(a, "a", 0));
            case "kaiming_normal" -> Init.kaimingNormal(fan, nonlinearity(a), number(a, "a", 0));
            case "lecun_normal" -> Init.lecunNormal();
            case "orthogonal" -> Init.orthogonal(gain);
            case "trunc_normal" ->
                Init.truncNormal(number(a, "mean", 0), number(a, "std", 1), number(a, "a", -2), number(a, "b", 2));
            default -> throw new MissingOperator("initialiser " + name);
        };
    }

    /** What a fresh layer's parameter of this shape holds. */
    private static Function<Rng, Tensor> layer(Map<String, Object> a, Shape shape) {
        var name = a.get("layer").toString();
        int fanIn = (int) number(a, "fan_in", 0);
        Function<Rng, Param> fresh = switch (name) {
            case "linear", "linear_weight" -> _ -> new Linear(shape.dim(1), shape.dim(0)).weight();
            case "linear_bias" ->
                rng -> bias(rng, new Linear(fanIn, shape.dim(0)).weight(), new Linear(fanIn, shape.dim(0)));
            case "conv1d", "conv1d_weight" -> _ -> new Conv1d(shape.dim(1), shape.dim(0), shape.dim(2)).weight();
            case "conv2d", "conv2d_weight" ->
                _ -> new Conv2d(shape.dim(1), shape.dim(0), Shape.of(shape.dim(2), shape.dim(3))).weight();
            case "conv3d", "conv3d_weight" -> _ -> new Conv3d(shape.dim(1), shape.dim(0), shape.dim(2)).weight();
            case "conv2d_bias" -> _ -> new Conv2d(fanIn, shape.dim(0), 1).bias().orElseThrow();
            case "embedding", "embedding_weight" -> _ -> new Embedding(shape.dim(0), shape.dim(1)).weight();
            default -> throw new MissingOperator("layer " + name);
        };
        return rng -> fresh.apply(rng).initialize(rng).value();
    }

    private static Param bias(Rng rng, Param weight, Linear layer) {
        weight.initialize(rng);
        return layer.bias().orElseThrow();
    }

    private static double[] samples(Function<Rng, Tensor> law, Shape shape) {
        int each = shape.size();
        int draws = Math.max(1, Math.min(2000, SAMPLES / each));
        var out = new double[draws * each];
        for (int i = 0; i < draws; i++) {
            System.arraycopy(law.apply(Rng.seed(1).fold(i)).toDoubleArray(), 0, out, i * each, each);
        }
        return out;
    }

    private static List<String> follows(double[] x, Map<String, Object> a, JsonObject expect, String name) {
        var problems = new ArrayList<String>();
        var kind = expect.has("distribution") ? expect.get("distribution").getAsString() : "";
        double mean = number(expect, "mean", number(a, "mean", 0));
        double std = number(expect, "std", number(a, "std", 1));
        double bound = number(expect, "bound", Double.POSITIVE_INFINITY);
        boolean cut = kind.startsWith("trunc") || name.equals("trunc_normal");
        double low = number(expect, "low", cut ? number(a, "a", -2) : -bound);
        double high = number(expect, "high", cut ? number(a, "b", 2) : bound);
        DoubleUnaryOperator distribution;
        if (cut) {
            // The mean and deviation are those of the normal law before it is cut.
            double m = number(a, "mean", 0);
            double s = number(a, "std", 1);
            double from = normal((low - m) / s);
            double to = normal((high - m) / s);
            distribution = v -> (normal((v - m) / s) - from) / (to - from);
        } else if (kind.equals("uniform")) {
            distribution = v -> Math.clamp((v - low) / (high - low), 0, 1);
        } else {
            distribution = v -> normal((v - mean) / std);
        }
        if (!cut) {
            moments(x, mean, std, problems);
        }
        if (kind.equals("uniform") || cut) {
            double slack = 1e-6 * Math.max(Math.abs(low), Math.abs(high));
            double least = Arrays.stream(x).min().orElse(0);
            double most = Arrays.stream(x).max().orElse(0);
            if (least < low - slack || most > high + slack) {
                problems.add("samples from " + least + " to " + most + ", expected " + low + " to " + high);
            }
        }
        double distance = distance(x, distribution);
        // Kolmogorov's law: beyond 2.2 / sqrt(n) once in 8,000 times.
        if (distance > 2.2 / Math.sqrt(x.length)) {
            problems.add("the samples' distribution is " + distance + " from the law, expected at most "
                    + 2.2 / Math.sqrt(x.length));
        }
        return problems;
    }

    private static void moments(double[] x, double mean, double std, List<String> problems) {
        double m = Arrays.stream(x).average().orElse(0);
        double s = Math.sqrt(Arrays.stream(x).map(v -> (v - m) * (v - m)).sum() / x.length);
        if (Math.abs(m - mean) > 4.5 * std / Math.sqrt(x.length)) {
            problems.add("the samples' mean is " + m + ", expected " + mean);
        }
        if (Math.abs(s - std) > 4.5 * std / Math.sqrt(2.0 * x.length)) {
            problems.add("the samples' deviation is " + s + ", expected " + std);
        }
    }

    private static double normal(double z) {
        return 0.5 * Special.erfc(-z / Math.sqrt(2));
    }

    /** Kolmogorov and Smirnov's statistic. */
    private static double distance(double[] samples, DoubleUnaryOperator distribution) {
        var x = samples.clone();
        Arrays.sort(x);
        double most = 0;
        for (int i = 0; i < x.length; i++) {
            double f = distribution.applyAsDouble(x[i]);
            most = Math.max(most, Math.max(Math.abs(f - (double) i / x.length), Math.abs(f - (i + 1.0) / x.length)));
        }
        return most;
    }

    private static List<String> orthogonal(Tensor weight, Shape shape, double gain) {
        int rows = shape.dim(0);
        int columns = shape.size() / rows;
        var m = weight.toDoubleArray();
        int n = Math.min(rows, columns);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                for (int k = 0; k < Math.max(rows, columns); k++) {
                    dot += rows >= columns
                            ? m[k * columns + i] * m[k * columns + j]
                            : m[i * columns + k] * m[j * columns + k];
                }
                if (Math.abs(dot - (i == j ? gain * gain : 0)) > 1e-5 * Math.max(1, gain * gain)) {
                    return List.of("vectors " + i + " and " + j + " have the product " + dot);
                }
            }
        }
        return List.of();
    }
}
