package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Array;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every copy against a walk over all multi-indices. */
class StridedTest {

    private static final int AT = 5;

    static Stream<Class<?>> types() {
        return Stream.of(float.class, double.class, int.class, long.class, short.class, byte.class);
    }

    private static Object counting(Class<?> type, int n) {
        Object a = Array.newInstance(type, n);
        for (int i = 0; i < n; i++) {
            switch (a) {
                case float[] f -> f[i] = i;
                case double[] f -> f[i] = i;
                case int[] f -> f[i] = i;
                case long[] f -> f[i] = i;
                case short[] f -> f[i] = (short) i;
                default -> ((byte[]) a)[i] = (byte) i;
            }
        }
        return a;
    }

    private static void naive(Object a, int p, int[] s, Object b, int q, int[] d, int[] shape, int axis) {
        if (axis == shape.length) {
            Array.set(b, q, Array.get(a, p));
            return;
        }
        for (int i = 0; i < shape[axis]; i++) {
            naive(a, p + i * s[axis], s, b, q + i * d[axis], d, shape, axis + 1);
        }
    }

    private static void check(Class<?> type, int so, int[] s, int[] d, int[] shape) {
        Object src = counting(type, 20_000);
        Object expected = Array.newInstance(type, 20_000), actual = Array.newInstance(type, 20_000);
        Object shared = Array.newInstance(type, 20_000);
        naive(src, so, s, expected, AT, d, shape, 0);
        Strided.copy(src, so, s, actual, AT, d, shape);
        assertThat(Objects.deepEquals(actual, expected)).as("whole").isTrue();
        int first = shape.length == 0 ? 1 : shape[0];
        for (int lo = 0; lo < first; lo += 2) {
            Strided.copyRange(src, so, s, shared, AT, d, shape, lo, Math.min(first, lo + 2));
        }
        assertThat(Objects.deepEquals(shared, expected)).as("in shares").isTrue();
    }

    private static int[] ints(int... v) {
        return v;
    }

    @ParameterizedTest
    @MethodSource("types")
    void shapesOfAllKinds(Class<?> type) {
        check(type, 7, ints(), ints(), ints());
        check(type, 0, ints(1), ints(1), ints(0));
        check(type, 3, ints(1), ints(1), ints(100));
        check(type, 3, ints(2), ints(1), ints(33));
        check(type, 99, ints(-1), ints(1), ints(77));
        check(type, 3, ints(0, 1), ints(17, 1), ints(5, 17));
        check(type, 3, ints(1, 0), ints(17, 1), ints(5, 17));
        check(type, 3, ints(20, 1), ints(17, 1), ints(5, 17));
        check(type, 3, ints(20, 1), ints(1, 5), ints(5, 17));
        check(type, 900, ints(-20, 1), ints(3, 1), ints(5, 3));
        check(type, 3, ints(64, 8, 1), ints(64, 1, 8), ints(4, 8, 8));
        check(type, 3, ints(1, 5, 50), ints(300, 30, 1), ints(5, 10, 30));
        check(type, 3, ints(50, 1, 500), ints(300, 30, 1), ints(10, 10, 30));
        check(type, 3, ints(1, 40, 800, 7), ints(4000, 200, 10, 1), ints(3, 20, 5, 6));
    }

    @Test
    void transposesOfManySizes() {
        for (int rows : ints(1, 4, 7, 8, 9, 15, 16, 17, 31, 33, 100)) {
            for (int n : ints(1, 3, 8, 13, 16, 24, 25, 64, 101)) {
                check(float.class, 2, ints(1, rows), ints(n, 1), ints(rows, n));
                check(double.class, 2, ints(1, rows + 1), ints(n + 2, 1), ints(rows, n));
            }
        }
    }

    @Test
    void randomPermutationsAndSigns() {
        var rng = new Random(1);
        for (int t = 0; t < 200; t++) {
            int rank = 1 + rng.nextInt(5);
            int[] shape = new int[rank], s = new int[rank], d = new int[rank];
            int so = 0, run = 1, runD = 1;
            for (int axis = rank - 1; axis >= 0; axis--) {
                shape[axis] = 1 + rng.nextInt(6);
                d[axis] = runD;
                runD *= shape[axis];
            }
            for (int axis : rng.ints(0, rank).distinct().limit(rank).toArray()) {
                int sign = rng.nextInt(3) - 1;
                s[axis] = sign * run;
                so += sign < 0 ? (shape[axis] - 1) * run : 0;
                run *= sign == 0 ? 1 : shape[axis];
            }
            check(rng.nextBoolean() ? float.class : long.class, so, s, d, shape);
        }
    }

    @Test
    void fill() {
        var a = new byte[4];
        Strided.fill(a, 1, 3, 200.7);
        assertThat(a).containsExactly(0, (byte) 200, (byte) 200, 0);
        var f = new float[3];
        Strided.fill(f, 0, 2, 0.5);
        assertThat(f).containsExactly(0.5f, 0.5f, 0);
        assertThatThrownBy(() -> Strided.fill("text", 0, 1, 0)).hasMessageContaining("expected float[]");
    }
}
