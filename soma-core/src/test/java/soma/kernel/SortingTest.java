package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortingTest {

    private static float[] random(int n) {
        var rng = new Random(n);
        var a = new float[3 * n];
        for (int i = 0; i < a.length; i++) {
            a[i] = switch (rng.nextInt(12)) {
                case 0 -> Float.NaN;
                case 1 -> Float.NEGATIVE_INFINITY;
                case 2 -> -0f;
                case 3 -> 0;
                case 4 -> rng.nextInt(-3, 4);
                default -> (float) (rng.nextGaussian() * Math.exp(rng.nextInt(-20, 20)));
            };
        }
        return a;
    }

    /** Stable, NaN the largest, -0 as 0. */
    private static long[] order(float[] x, int from, int n, boolean descending) {
        Comparator<Integer> rising = Comparator.comparing(i -> x[from + i] + 0f);
        return IntStream.range(0, n)
                .boxed()
                .sorted(descending ? rising.reversed() : rising)
                .mapToLong(Integer::longValue)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 47, 48, 49, 50, 100, 500, 3000})
    void rowsInOrder(int n) {
        var x = random(n);
        var d = new double[3 * n];
        var l = new long[3 * n];
        for (int i = 0; i < 3 * n; i++) {
            d[i] = x[i];
            l[i] = Float.isNaN(x[i]) ? Long.MAX_VALUE : (long) Math.clamp(x[i] * 1e3, -1e17, 1e17);
        }
        for (boolean descending : new boolean[] {false, true}) {
            for (int r = 1; r < 3; r++) {
                var expected = order(x, r * n, n, descending);
                var out = new long[3 * n];
                Sorting.argsort(x, 0, n, descending, out, 0, 1, 3);
                assertThat(Arrays.copyOfRange(out, r * n, (r + 1) * n)).isEqualTo(expected);
                Sorting.argsort(d, 0, n, descending, out, 0, 1, 3);
                assertThat(Arrays.copyOfRange(out, r * n, (r + 1) * n)).isEqualTo(expected);
                for (int k : new int[] {0, 1, Math.min(n, 5), n / 2, n}) {
                    var top = new long[3 * k];
                    Sorting.topk(x, 0, n, k, descending, top, 0, 1, 3);
                    assertThat(Arrays.copyOfRange(top, r * k, (r + 1) * k)).isEqualTo(Arrays.copyOf(expected, k));
                }
                if (!descending) {
                    var kth = new long[3];
                    Sorting.kthvalue(x, 0, n, (n + 2) / 3, kth, 0, 1, 3);
                    assertThat(kth[r]).isEqualTo(expected[(n + 2) / 3 - 1]);
                }
            }
            var places = new long[n];
            Sorting.argsort(l, 0, n, descending, places, 0, 0, 1);
            for (int i = 1; i < n; i++) {
                long a = l[(int) places[i - 1]], b = l[(int) places[i]];
                assertThat(a == b ? places[i - 1] < places[i] : descending ? a > b : a < b)
                        .isTrue();
            }
        }
    }

    @Test
    void median() {
        var out = new long[2];
        Sorting.median(new float[] {5, 1, 3, 4, 9, Float.NaN, 0, 2}, 0, 4, out, 0, 0, 2);
        assertThat(out).containsExactly(2, 1);
        Sorting.median(new long[] {7, -7, 0}, 0, 3, out, 0, 0, 1);
        assertThat(out[0]).isEqualTo(2);
    }

    @Test
    void unique() {
        var u = Sorting.unique(new float[] {9, 3, 1, 3, 1, 1, -0f, 0}, 0, 8);
        assertThat(u.values()).containsExactly(-0f, 1, 3, 9);
        assertThat(u.inverse()).containsExactly(3, 2, 1, 2, 1, 1, 0, 0);
        assertThat(u.counts()).containsExactly(2, 3, 2, 1);
        assertThat(Sorting.unique(new double[] {Double.NaN, 1, Double.NaN}, 0, 3)
                        .counts())
                .containsExactly(1, 1, 1);
        assertThat(Sorting.unique(new long[] {4, 5, 5, Long.MIN_VALUE}, 1, 3).values())
                .containsExactly(Long.MIN_VALUE, 5);
        assertThat(Sorting.unique(new long[0], 0, 0).values()).isEmpty();
    }

    @Test
    void impossibleRanksAreRefused() {
        assertThatThrownBy(() -> Sorting.topk(new float[3], 0, 3, 4, true, new long[4], 0, 0, 1))
                .hasMessage("k is 4, expected 0..3 for rows of 3");
        assertThatThrownBy(() -> Sorting.kthvalue(new float[3], 0, 3, 0, new long[4], 0, 0, 1))
                .hasMessage("k is 0, expected 1..3 for rows of 3");
    }
}
