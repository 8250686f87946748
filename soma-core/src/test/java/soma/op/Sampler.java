package soma.op;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Arguments for an op that stay off its kinks and poles, so that differences of its values approach its derivative. */
@FunctionalInterface
interface Sampler {

    double[] draw(SplittableRandom random, int n);

    /** Uniform. */
    static Sampler between(double low, double high) {
        return (random, n) -> IntStream.range(0, n)
                .mapToDouble(i -> random.nextDouble(low, high))
                .toArray();
    }

    /** Positive or negative, of magnitude low to high. */
    static Sampler twoSided(double low, double high) {
        return (random, n) -> IntStream.range(0, n)
                .mapToDouble(i -> random.nextDouble(low, high) * (random.nextBoolean() ? 1 : -1))
                .toArray();
    }

    /** Away from whole numbers and halves. */
    static Sampler offSteps() {
        return (random, n) -> IntStream.range(0, n)
                .mapToDouble(i -> random.nextInt(-3, 4) + random.nextDouble(0.1, 0.4))
                .toArray();
    }

    /** All different by at least 0.05, in random order. */
    static Sampler distinct() {
        return (random, n) -> {
            var values = IntStream.range(0, n)
                    .mapToDouble(i -> 0.1 * i - 0.05 * n + random.nextDouble(0, 0.05))
                    .toArray();
            for (int i = n - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                double t = values[i];
                values[i] = values[j];
                values[j] = t;
            }
            return values;
        };
    }

    /** Whole numbers from low to before high. */
    static Sampler whole(int low, int high) {
        return (random, n) -> IntStream.range(0, n)
                .mapToDouble(i -> random.nextInt(low, high))
                .toArray();
    }

    /** Always these. */
    static Sampler these(double... values) {
        return (random, n) -> IntStream.range(0, n)
                .mapToDouble(i -> values[i % values.length])
                .toArray();
    }
}
