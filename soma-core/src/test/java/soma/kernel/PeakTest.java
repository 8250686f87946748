package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PeakTest {

    @Test
    void whatIsTimedIsComputed() {
        // a = a / 2 + 1 tends to 2; a sum of 50 halves is 25.
        assertThat(ScalarPeak.multiplyAdds(50)).isCloseTo(2f * ScalarPeak.PER_ITERATION, within(1e-3f));
        if (Cpu.VECTORS) {
            assertThat(VectorPeak.multiplyAdds(50)).isEqualTo(25f * VectorPeak.perIteration());
        }
    }

    @Test
    void aMachineComputesAndReads() {
        var one = new Workers(1);
        assertThat(Peak.gflops(one)).isBetween(0.01, 10_000.0);
        assertThat(Peak.gigabytesPerSecond(one)).isBetween(0.01, 10_000.0);
    }
}
