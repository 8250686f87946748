package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexingTest {

    private static float[] counting(int n) {
        var a = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = i + 1;
        }
        return a;
    }

    private static long[] places(int seed, int n, int size) {
        return new Random(seed).longs(n, -size, size).toArray();
    }

    @ParameterizedTest
    @CsvSource({"1,10,1,7", "3,5,1,4", "1,30,16,9", "4,6,3,11", "2,1,5,3"})
    void takeAndItsAdjoint(int outer, int size, int inner, int k) {
        float[] x = counting(2 + outer * size * inner), out = new float[3 + outer * k * inner], expected = out.clone();
        float[] sums = new float[1 + outer * size * inner], expectedSums = sums.clone();
        var index = places(k, k + 1, size);
        for (int o = 0; o < outer; o++) {
            for (int j = 0; j < k; j++) {
                int at = (int) Math.floorMod(index[1 + j], (long) size);
                for (int i = 0; i < inner; i++) {
                    expected[3 + (o * k + j) * inner + i] = x[2 + (o * size + at) * inner + i];
                    expectedSums[1 + (o * size + at) * inner + i] += x[2 + (o * size + at) * inner + i];
                }
            }
        }
        for (int lo = 0; lo < outer * k; lo += 4) {
            Indexing.take(x, 2, size, inner, index, 1, k, out, 3, lo, Math.min(outer * k, lo + 4));
        }
        assertThat(out).isEqualTo(expected);
        for (int lo = 0; lo < outer * size; lo += 3) {
            Indexing.takeAdd(out, 3, size, inner, index, 1, k, sums, 1, lo, Math.min(outer * size, lo + 3));
        }
        assertThat(sums).isEqualTo(expectedSums);
    }

    @Test
    void takeOfEveryType() {
        long[] index = {2, -3};
        for (Object x : new Object[] {
            new float[] {1, 2, 3},
            new double[] {1, 2, 3},
            new int[] {1, 2, 3},
            new long[] {1, 2, 3},
            new short[] {1, 2, 3},
            new byte[] {1, 2, 3}
        }) {
            Object out = java.lang.reflect.Array.newInstance(x.getClass().componentType(), 2);
            Indexing.take(x, 0, 3, 1, index, 0, 2, out, 0, 0, 2);
            assertThat(((Number) java.lang.reflect.Array.get(out, 0)).intValue())
                    .isEqualTo(3);
            assertThat(((Number) java.lang.reflect.Array.get(out, 1)).intValue())
                    .isEqualTo(1);
        }
    }

    /** x (3, 4, 5); the index is smaller on the other axes. */
    @ParameterizedTest
    @CsvSource({"0,2,3,4", "1,2,6,4", "2,2,3,7", "0,5,4,5", "1,3,1,5", "2,3,4,1", "1,0,2,3"})
    void gatherAndScatter(int axis, int a, int b, int c) {
        int[] xShape = {3, 4, 5}, shape = {a, b, c}, stride = {b * c, c, 1};
        float[] x = counting(1 + 60), out = new float[2 + a * b * c], expected = out.clone();
        float[] sums = counting(60), expectedSums = sums.clone(), last = counting(60), expectedLast = last.clone();
        float[] largest = counting(60), expectedLargest = largest.clone();
        var index = places(axis, 1 + a * b * c, xShape[axis]);
        for (int i = 0; i < a; i++) {
            for (int j = 0; j < b; j++) {
                for (int k = 0; k < c; k++) {
                    int t = (i * b + j) * c + k;
                    int[] at = {i, j, k};
                    at[axis] = (int) Math.floorMod(index[1 + t], (long) xShape[axis]);
                    int p = (at[0] * 4 + at[1]) * 5 + at[2];
                    expected[2 + t] = x[1 + p];
                    expectedSums[p] += expected[2 + t];
                    expectedLast[p] = 100 + t;
                    expectedLargest[p] = Math.max(expectedLargest[p], 30 + t);
                }
            }
        }
        int half = axis == 0 ? a : a / 2;
        Indexing.gather(x, 1, xShape, axis, index, 1, shape, out, 2, 0, half);
        Indexing.gather(x, 1, xShape, axis, index, 1, shape, out, 2, half, a);
        assertThat(out).isEqualTo(expected);
        Indexing.scatterFold(Fold.SUM, sums, 0, xShape, axis, index, 1, shape, out, 2, stride, 0, half);
        Indexing.scatterFold(Fold.SUM, sums, 0, xShape, axis, index, 1, shape, out, 2, stride, half, a);
        assertThat(sums).isEqualTo(expectedSums);
        var source = counting(a * b * c);
        for (int i = 0; i < source.length; i++) {
            source[i] = 100 + i;
        }
        Indexing.scatter(last, 0, xShape, axis, index, 1, shape, source, 0, stride, 0, a);
        assertThat(last).isEqualTo(expectedLast);
        for (int i = 0; i < source.length; i++) {
            source[i] = 30 + i;
        }
        Indexing.scatterFold(Fold.MAX, largest, 0, xShape, axis, index, 1, shape, source, 0, stride, 0, a);
        assertThat(largest).isEqualTo(expectedLargest);
    }

    @Test
    void gatherAlongOneAxisInParts() {
        double[] x = {10, 20, 30}, out = new double[5];
        long[] index = {2, 0, 1, -1, -3};
        Indexing.gather(x, 0, new int[] {3}, 0, index, 0, new int[] {5}, out, 0, 0, 2);
        Indexing.gather(x, 0, new int[] {3}, 0, index, 0, new int[] {5}, out, 0, 2, 5);
        assertThat(out).containsExactly(30, 10, 20, 30, 10);
    }

    @Test
    void scatterOfOneValueToAll() {
        var out = new long[6];
        Indexing.scatter(
                out,
                0,
                new int[] {2, 3},
                1,
                new long[] {0, 2, 1, 1},
                0,
                new int[] {2, 2},
                new long[] {7},
                0,
                new int[2],
                0,
                2);
        assertThat(out).containsExactly(7, 0, 7, 0, 7, 0);
    }

    @Test
    void placesOutsideAreNamed() {
        assertThatThrownBy(() ->
                        Indexing.take(new float[10], 0, 10, 1, new long[] {0, 1, 2, 10}, 0, 4, new float[4], 0, 0, 4))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("index 10 at position 3 is outside -10..9");
        assertThatThrownBy(() -> Indexing.gather(
                        new float[4],
                        0,
                        new int[] {2, 2},
                        1,
                        new long[] {0, -3},
                        0,
                        new int[] {2, 1},
                        new float[2],
                        0,
                        0,
                        2))
                .hasMessage("index -3 at position 1 is outside -2..1");
    }

    @Test
    void nonzero() {
        assertThat(Indexing.nonzero(new byte[] {0, 1, 0, 0, 5, -1})).containsExactly(1, 4, 5);
        assertThat(Indexing.nonzero(new byte[3])).isEmpty();
        var mask = new byte[1000];
        Arrays.fill(mask, 100, 300, (byte) 1);
        assertThat(Indexing.nonzero(mask, 50, 500)).hasSize(200).startsWith(50).endsWith(249);
    }
}
