package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RngTest {
    private static final int N = 400_000;
    private static final Rng RNG = Rng.seed(42);

    private static double mean(double[] x) {
        return Arrays.stream(x).average().orElseThrow();
    }

    private static double moment(double[] x, int k) {
        double m = mean(x);
        return Arrays.stream(x).map(v -> Math.pow(v - m, k)).average().orElseThrow();
    }

    private static double correlation(double[] x, double[] y) {
        double mx = mean(x);
        double my = mean(y);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - mx) * (y[i] - my);
        }
        return sum / x.length / Math.sqrt(moment(x, 2) * moment(y, 2));
    }

    @Test
    void uniformMoments() {
        for (var dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            var x = RNG.uniform(dtype, Shape.of(N)).toDoubleArray();
            assertThat(Arrays.stream(x).min().orElseThrow()).isBetween(0.0, 1e-4);
            assertThat(Arrays.stream(x).max().orElseThrow()).isBetween(1 - 1e-4, Math.nextDown(1.0));
            assertThat(mean(x)).isCloseTo(0.5, within(0.003));
            assertThat(moment(x, 2)).isCloseTo(1 / 12.0, within(0.001));
            assertThat(moment(x, 4)).isCloseTo(1 / 80.0, within(0.0005));
        }
        var y = RNG.uniform(-3, 5, DType.FLOAT32, Shape.of(N)).toDoubleArray();
        assertThat(mean(y)).isCloseTo(1, within(0.02));
        assertThat(Arrays.stream(y).allMatch(v -> v >= -3 && v < 5)).isTrue();
    }

    @Test
    void normalMoments() {
        for (var dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            var x = RNG.normal(dtype, Shape.of(N)).toDoubleArray();
            assertThat(mean(x)).isCloseTo(0, within(0.007));
            assertThat(moment(x, 2)).isCloseTo(1, within(0.01));
            assertThat(moment(x, 3)).isCloseTo(0, within(0.02));
            assertThat(moment(x, 4)).isCloseTo(3, within(0.06));
            double beyond = Arrays.stream(x).filter(v -> Math.abs(v) > 3).count() / (double) N;
            assertThat(beyond).isCloseTo(0.0027, within(0.0004));
            var shifted = Arrays.copyOfRange(x, 1, N);
            assertThat(correlation(Arrays.copyOf(x, N - 1), shifted)).isCloseTo(0, within(0.008));
        }
        var y = RNG.normal(10, 0.5, DType.FLOAT32, Shape.of(N)).toDoubleArray();
        assertThat(mean(y)).isCloseTo(10, within(0.004));
        assertThat(Math.sqrt(moment(y, 2))).isCloseTo(0.5, within(0.004));
        assertThat(RNG.normal(DType.FLOAT16, Shape.of(3)).dtype()).isEqualTo(DType.FLOAT16);
    }

    @Test
    void truncatedNormalStaysWithinItsBounds() {
        var x = RNG.truncatedNormal(1, 2, -1, 2, DType.FLOAT64, Shape.of(N)).toDoubleArray();
        assertThat(Arrays.stream(x).allMatch(v -> v >= 1 - 2 && v <= 1 + 4)).isTrue();
        // z in [-1, 2]: mean (phi(-1) - phi(2)) / (Phi(2) - Phi(-1))
        double z = 0.8185946141203637;
        double mean = (0.24197072451914337 - 0.05399096651318806) / z;
        assertThat(mean(x)).isCloseTo(1 + 2 * mean, within(0.01));
        double variance = 1 + (-1 * 0.24197072451914337 - 2 * 0.05399096651318806) / z - mean * mean;
        assertThat(moment(x, 2)).isCloseTo(4 * variance, within(0.02));
        assertThatThrownBy(() -> RNG.truncatedNormal(0, 1, 2, 2, DType.FLOAT32, Shape.of(1)))
                .hasMessage("truncatedNormal: bounds 2.0 and 2.0 hold nothing between them");
    }

    @Test
    void aTruncatedNormalFarOutInTheTail() {
        var x = RNG.truncatedNormal(0, 1, 5, 6, DType.FLOAT64, Shape.of(20_000)).toDoubleArray();
        assertThat(Arrays.stream(x).allMatch(v -> v >= 5 && v <= 6)).isTrue();
        // (phi(5) - phi(6)) / (Phi(6) - Phi(5))
        assertThat(mean(x)).isCloseTo(5.18289, within(0.01));
        assertThat(Arrays.stream(x).distinct().count()).isGreaterThan(15_000);
    }

    @Test
    void bernoulliAndIntegers() {
        assertThat(mean(RNG.bernoulli(0.3, DType.INT8, Shape.of(N)).toDoubleArray()))
                .isCloseTo(0.3, within(0.004));
        assertThat(RNG.bernoulli(0, DType.FLOAT32, Shape.of(1000)).sum().item()).isZero();
        assertThat(RNG.bernoulli(1, DType.FLOAT32, Shape.of(1000)).sum().item()).isEqualTo(1000);
        var p = Tensor.of(new float[] {0, 1, 0.5f}).expand(N / 4, 3);
        var means = RNG.bernoulli(p).mean(0).toDoubleArray();
        assertThat(means[0]).isZero();
        assertThat(means[1]).isEqualTo(1);
        assertThat(means[2]).isCloseTo(0.5, within(0.01));
        var counts = new int[6];
        for (long v : RNG.integers(-2, 4, Shape.of(N)).toLongArray()) {
            counts[(int) v + 2]++;
        }
        for (int c : counts) {
            assertThat(c / (double) N).isCloseTo(1 / 6.0, within(0.004));
        }
        assertThatThrownBy(() -> RNG.integers(3, 3, Shape.of(1)))
                .hasMessage("integers: from 3 to before 3 there is none");
    }

    @Test
    void permutationsAreFair() {
        var p = RNG.permutation(1000).toLongArray();
        assertThat(Arrays.stream(p).sorted().toArray())
                .isEqualTo(IntStream.range(0, 1000).asLongStream().toArray());
        assertThat(p).isNotEqualTo(IntStream.range(0, 1000).asLongStream().toArray());
        assertThat(RNG.permutation(1).toLongArray()).containsExactly(0);
        assertThat(RNG.permutation(0).toLongArray()).isEmpty();
        var seen = new int[6];
        for (int i = 0; i < 3000; i++) {
            var q = RNG.fold(i).permutation(3).toLongArray();
            seen[(int) (q[0] * 2 + (q[1] > q[2] ? 1 : 0))]++;
        }
        for (int s : seen) {
            assertThat(s).isBetween(400, 600);
        }
    }

    @Test
    void categoricalFollowsItsWeights() {
        var w = Tensor.of(new float[] {1, 0, 3, 0, 5, 1, 0, 0}, 2, 4);
        var draws = RNG.categorical(w, 50_000);
        assertThat(draws.shape()).isEqualTo(Shape.of(2, 50_000));
        assertThat(draws.dtype()).isEqualTo(DType.INT64);
        double[][] want = {{0.25, 0, 0.75, 0}, {5 / 6.0, 1 / 6.0, 0, 0}};
        for (int row = 0; row < 2; row++) {
            for (int k = 0; k < 4; k++) {
                double share =
                        draws.select(0, row).eq(k).to(DType.FLOAT64).mean().item();
                assertThat(share).as("row %d class %d", row, k).isCloseTo(want[row][k], within(0.01));
            }
        }
        assertThat(RNG.categorical(Tensor.of(new float[] {0, 0, 2}), 7).toLongArray())
                .containsOnly(2);
    }

    @Test
    void theSameKeyGivesTheSameNumbers() {
        assertThat(Rng.seed(5).normal(DType.FLOAT32, Shape.of(100)).toFloatArray())
                .isEqualTo(Rng.seed(5).normal(DType.FLOAT32, Shape.of(100)).toFloatArray());
        assertThat(Rng.seed(5).key()).isNotEqualTo(Rng.seed(6).key());
        assertThat(Rng.seed(5).fold(1).key()).isEqualTo(Rng.seed(5).split(2)[1].key());
    }

    /** Element i depends on the key and on i alone. */
    @Test
    void aSampleIsThePrefixOfALongerOne() {
        for (int n : new int[] {1, 3, 4, 5, 1023, 40_000}) {
            var whole = RNG.normal(DType.FLOAT32, Shape.of(100_000)).toFloatArray();
            assertThat(RNG.normal(DType.FLOAT32, Shape.of(n)).toFloatArray()).isEqualTo(Arrays.copyOf(whole, n));
            var uniform = RNG.uniform(DType.FLOAT64, Shape.of(100_000)).toDoubleArray();
            assertThat(RNG.uniform(DType.FLOAT64, Shape.of(n)).toDoubleArray()).isEqualTo(Arrays.copyOf(uniform, n));
        }
    }

    @Test
    void derivedKeysAreIndependent() {
        var keys = new HashSet<Long>();
        for (long seed = 0; seed < 30; seed++) {
            for (var r : Rng.seed(seed).split(30)) {
                keys.add(r.key());
                keys.add(r.fold(seed).key());
            }
        }
        assertThat(keys).hasSize(1800);
        var parts = RNG.split(3);
        var a = parts[0].normal(DType.FLOAT64, Shape.of(N / 4)).toDoubleArray();
        var b = parts[1].normal(DType.FLOAT64, Shape.of(N / 4)).toDoubleArray();
        var parent = RNG.normal(DType.FLOAT64, Shape.of(N / 4)).toDoubleArray();
        assertThat(correlation(a, b)).isCloseTo(0, within(0.015));
        assertThat(correlation(a, parent)).isCloseTo(0, within(0.015));
        var next = Rng.seed(43).normal(DType.FLOAT64, Shape.of(N / 4)).toDoubleArray();
        assertThat(correlation(parent, next)).isCloseTo(0, within(0.015));
    }

    @Test
    void drawsInATrainingScopeFollowTheProgram() {
        var first = Soma.training(RNG, () -> Tensor.evaluated(Tensor.rand(Soma.rng(), 3), Tensor.rand(Soma.rng(), 3)));
        var again = Soma.training(RNG, () -> Tensor.evaluated(Tensor.rand(Soma.rng(), 3), Tensor.rand(Soma.rng(), 3)));
        assertThat(first.get(0).toFloatArray()).isEqualTo(again.get(0).toFloatArray());
        assertThat(first.get(1).toFloatArray()).isEqualTo(again.get(1).toFloatArray());
        assertThat(first.get(0).toFloatArray()).isNotEqualTo(first.get(1).toFloatArray());
        assertThatThrownBy(Soma::rng)
                .isInstanceOf(SomaException.class)
                .hasMessage("random numbers were asked for outside a training scope; run this in"
                        + " Soma.training(Rng.seed(1), ...) or pass an Rng");
    }

    @Test
    void onlyFloatingDtypesHaveTheseDistributions() {
        assertThatThrownBy(() -> RNG.normal(DType.INT64, Shape.of(2)))
                .isInstanceOf(DTypeException.class)
                .hasMessage("random numbers of int64: only floating dtypes have this distribution; use integers or"
                        + " bernoulli");
    }
}
