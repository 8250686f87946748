package soma.zoo;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.SomaException;

/**
 * How a symbol is drawn from a model's logits.
 * {@snippet :
 * Sampling.greedy();                                       // the likeliest
 * Sampling.at(0.8).topK(40).topP(0.95);
 * }
 *
 * @param temperature divides the logits; 0 takes the likeliest symbol
 * @param topK only so many of the likeliest symbols; 0 takes all
 * @param topP of these only the likeliest that together have this probability. Holtzman et al. 2020, arXiv 1904.09751
 */
public record Sampling(double temperature, int topK, double topP) {

    public Sampling {
        if (!(temperature >= 0) || topK < 0 || !(topP > 0 && topP <= 1)) {
            throw new SomaException("Sampling: temperature " + temperature + ", top k " + topK + ", top p " + topP
                    + "; expected a temperature of at least 0, k of at least 0 (0 for all), 0 < p <= 1");
        }
    }

    /** Always the likeliest symbol. */
    public static Sampling greedy() {
        return at(0);
    }

    /** With this temperature, from all symbols. */
    public static Sampling at(double temperature) {
        return new Sampling(temperature, 0, 1);
    }

    /** Only from the k likeliest. */
    public Sampling topK(int k) {
        return new Sampling(temperature, k, topP);
    }

    /** Only from the likeliest that together have probability p. */
    public Sampling topP(double p) {
        return new Sampling(temperature, topK, p);
    }

    /** The index of the symbol drawn. */
    public int choose(float[] logits, Rng rng) {
        if (temperature == 0) {
            return IntStream.range(0, logits.length)
                    .reduce((a, b) -> logits[b] > logits[a] ? b : a)
                    .orElseThrow();
        }
        var order = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -logits[i]))
                .limit(topK == 0 ? logits.length : topK)
                .mapToInt(i -> i)
                .toArray();
        var weights = Arrays.stream(order)
                .mapToDouble(i -> Math.exp((logits[i] - logits[order[0]]) / temperature))
                .toArray();
        double all = Arrays.stream(weights).sum();
        int count = 0;
        double kept = 0;
        while (count < order.length && (count == 0 || kept < topP * all)) {
            kept += weights[count++];
        }
        double at = kept * rng.uniform(DType.FLOAT64, Shape.SCALAR).item();
        int chosen = 0;
        for (double sum = weights[0]; chosen < count - 1 && sum <= at; sum += weights[chosen]) {
            chosen++;
        }
        return order[chosen];
    }
}
