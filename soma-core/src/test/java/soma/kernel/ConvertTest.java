package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConvertTest {

    private static Object array(DKind kind, int n) {
        return switch (kind) {
            case F32 -> new float[n];
            case F64 -> new double[n];
            case I32 -> new int[n];
            case I64 -> new long[n];
            case I8, U8, BOOL -> new byte[n];
            case F16, BF16 -> new short[n];
        };
    }

    private static double read(DKind kind, Object a, int i) {
        return switch (kind) {
            case F32, F64, I32, I64, I8, BOOL -> ((Number) Array.get(a, i)).doubleValue();
            case U8 -> ((byte[]) a)[i] & 255;
            case F16 -> Float.float16ToFloat(((short[]) a)[i]);
            case BF16 -> Convert.bfloat16ToFloat(((short[]) a)[i]);
        };
    }

    /** Values that every kind but BOOL holds go anywhere and stay what they are; to BOOL they become 0 or 1. */
    @ParameterizedTest
    @EnumSource(DKind.class)
    void everyPair(DKind from) {
        for (var to : DKind.values()) {
            for (int n : new int[] {0, 1, 7, 1021}) {
                Object src = array(from, n + 3), dst = array(to, n + 2);
                for (int i = 0; i < n; i++) {
                    double v = from == DKind.BOOL ? i % 2 : i % 101;
                    switch (src) {
                        case float[] a -> a[3 + i] = (float) v;
                        case double[] a -> a[3 + i] = v;
                        case int[] a -> a[3 + i] = (int) v;
                        case long[] a -> a[3 + i] = (long) v;
                        case byte[] a -> a[3 + i] = (byte) v;
                        default ->
                            ((short[]) src)[3 + i] = from == DKind.F16
                                    ? Float.floatToFloat16((float) v)
                                    : Convert.floatToBfloat16((float) v);
                    }
                }
                Convert.copy(from, src, 3, to, dst, 1, n);
                for (int i = 0; i < n; i++) {
                    double v = read(from, src, 3 + i);
                    assertThat(read(to, dst, 1 + i))
                            .as("%s to %s, %s", from, to, v)
                            .isEqualTo(to == DKind.BOOL && v != 0 ? 1 : v);
                }
                assertThat(read(to, dst, 0)).isZero();
                assertThat(read(to, dst, n + 1)).isZero();
            }
        }
    }

    private static long toLong(DKind from, double v, DKind to) {
        Object src = from == DKind.F32 ? new float[] {(float) v} : new double[] {v}, dst = array(to, 1);
        Convert.copy(from, src, 0, to, dst, 0, 1);
        return ((Number) Array.get(dst, 0)).longValue();
    }

    @Test
    void fractionsAreCutAndIntegersWrap() {
        for (var from : new DKind[] {DKind.F32, DKind.F64}) {
            assertThat(toLong(from, -1.9, DKind.I32)).isEqualTo(-1);
            assertThat(toLong(from, 300, DKind.U8)).isEqualTo(44);
            assertThat(toLong(from, -1, DKind.I8)).isEqualTo(-1);
            assertThat(toLong(from, 4294967296.0 + 4096, DKind.I32)).isEqualTo(4096);
            assertThat(toLong(from, Double.NaN, DKind.I64)).isZero();
            assertThat(toLong(from, Double.NaN, DKind.BOOL)).isOne();
            assertThat(toLong(from, 0.25, DKind.BOOL)).isOne();
        }
    }

    @Test
    void bfloat16RoundsToNearestEven() {
        assertThat(Convert.floatToBfloat16(1 + 1f / 256)).isEqualTo((short) 0x3f80);
        assertThat(Convert.floatToBfloat16(1 + 3f / 256)).isEqualTo((short) 0x3f82);
        assertThat(Convert.floatToBfloat16(1 + 1.01f / 256)).isEqualTo((short) 0x3f81);
        assertThat(Convert.floatToBfloat16(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xff80);
        assertThat(Convert.bfloat16ToFloat(Convert.floatToBfloat16(Float.intBitsToFloat(0x7fffffff))))
                .isNaN();
    }
}
