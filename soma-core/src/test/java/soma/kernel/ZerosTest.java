package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that is asked for and nothing else becomes zero, also where the array is larger than the caches. */
class ZerosTest {

    private static final Workers TWO = new Workers(2);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_384, 100_001, 1 << 23, (1 << 23) + 12_345})
    void fillsWhatItIsTold(int size) {
        var floats = new float[size + 3];
        Arrays.fill(floats, 7);
        Zeros.fill(TWO, floats, size);
        assertThat(IntStream.range(0, size).allMatch(i -> floats[i] == 0)).isTrue();
        assertThat(Arrays.copyOfRange(floats, size, size + 3)).containsOnly(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40_000})
    void ofAnyType(int size) {
        var longs = new long[size + 1];
        Arrays.fill(longs, -1);
        Zeros.fill(TWO, longs, size);
        assertThat(Arrays.stream(longs, 0, size).allMatch(x -> x == 0)).isTrue();
        assertThat(longs[size]).isEqualTo(-1);
    }
}
