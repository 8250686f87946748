package soma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class TensorTextTest {

    @Test
    void numbersVectorsAndMatrices() {
        assertThat(Tensor.scalar(2.5)).hasToString("2.5000 () float32");
        assertThat(Tensor.of(new float[] {1, -2.5f, 1000}))
                .hasToString("[   1.0000,   -2.5000, 1000.0000] (3) float32");
        assertThat(Tensor.arange(6).reshape(2, 3)).hasToString("""
            [[0, 1, 2],
             [3, 4, 5]] (2, 3) int64\
            """);
        assertThat(Tensor.arange(8).reshape(2, 2, 2)).hasToString("""
            [[[0, 1],
              [2, 3]],
             [[4, 5],
              [6, 7]]] (2, 2, 2) int64\
            """);
    }

    @Test
    void truthValuesAndOtherDtypes() {
        assertThat(Tensor.of(new boolean[] {true, false})).hasToString("[ true, false] (2) bool");
        assertThat(Tensor.ofBytes(new byte[] {-1, 7})).hasToString("[255,   7] (2) uint8");
        assertThat(Tensor.of(new double[] {0.5}).to(DType.BFLOAT16)).hasToString("[0.5000] (1) bfloat16");
    }

    @Test
    void emptyOnes() {
        assertThat(Tensor.zeros(0)).hasToString("[] (0) float32");
        assertThat(Tensor.zeros(2, 0)).hasToString("[[],\n []] (2, 0) float32");
    }

    @Test
    void veryLargeAndVerySmallOnesAreScientific() {
        assertThat(Tensor.of(new double[] {1e-7, 2})).hasToString("[1.0000e-07, 2.0000e+00] (2) float64");
        assertThat(Tensor.of(new double[] {12345678, 2})).hasToString("[1.2346e+07, 2.0000e+00] (2) float64");
        assertThat(Tensor.of(new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1}))
                .hasToString("[      NaN, -Infinity,    1.0000] (3) float64");
    }

    @Test
    void longAxesShowTheirEnds() {
        assertThat(Tensor.arange(2000)).hasToString("[   0,    1,    2, ..., 1997, 1998, 1999] (2000) int64");
        assertThat(Tensor.arange(2000).reshape(1000, 2)).hasToString("""
            [[   0,    1],
             [   2,    3],
             [   4,    5],
             ...,
             [1994, 1995],
             [1996, 1997],
             [1998, 1999]] (1000, 2) int64\
            """);
    }

    @Test
    void aLargeTensorIsShortTextAtOnce() {
        var x = Tensor.zeros(3000, 1000).add(1);
        Soma.eval(x);
        long start = System.nanoTime();
        assertThat(x.toString()).hasSizeLessThan(1000);
        assertThat(System.nanoTime() - start)
                .as("only what is shown is formatted")
                .isLessThan(2_000_000_000L);
    }

    @Test
    void theLanguageOfTheMachineDoesNotMatter() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(Tensor.scalar(2.5)).hasToString("2.5000 () float32");
        } finally {
            Locale.setDefault(before);
        }
    }
}
