package soma.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import soma.Rng;
import soma.SomaException;

class SamplingTest {

    /** Probabilities 0.1, 0.2, 0.3, 0.4. */
    private static final float[] LOGITS = {
        (float) Math.log(1), (float) Math.log(2), (float) Math.log(3), (float) Math.log(4)
    };

    private static double[] shares(Sampling sampling) {
        var shares = new double[4];
        int n = 4000;
        IntStream.range(0, n)
                .forEach(i -> shares[sampling.choose(LOGITS, Rng.seed(1).fold(i))] += 1.0 / n);
        return shares;
    }

    @Test
    void greedyTakesTheFirstOfTheLikeliest() {
        assertThat(Sampling.greedy().choose(new float[] {1, 3, 3, 2}, Rng.seed(1)))
                .isEqualTo(1);
    }

    @Test
    void drawsByProbability() {
        assertThat(shares(Sampling.at(1))).containsExactly(new double[] {0.1, 0.2, 0.3, 0.4}, within(0.03));
        // At temperature 0.5 the odds are squared: 1, 4, 9, 16.
        assertThat(shares(Sampling.at(0.5)))
                .containsExactly(new double[] {1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0}, within(0.03));
    }

    @Test
    void onlyTheLikeliest() {
        assertThat(shares(Sampling.at(1).topK(2))).containsExactly(new double[] {0, 0, 3 / 7.0, 4 / 7.0}, within(0.03));
        // 0.4 and 0.3 reach 0.6 together; 0.4 alone does not.
        assertThat(shares(Sampling.at(1).topP(0.6)))
                .containsExactly(new double[] {0, 0, 3 / 7.0, 4 / 7.0}, within(0.03));
        assertThat(shares(Sampling.at(1).topP(0.01))).containsExactly(new double[] {0, 0, 0, 1}, within(1e-9));
    }

    @Test
    void wrongNumbers() {
        assertThatThrownBy(() -> Sampling.at(-1))
                .isInstanceOf(SomaException.class)
                .hasMessageContaining("a temperature of at least 0");
        assertThatThrownBy(() -> Sampling.at(1).topP(0)).isInstanceOf(SomaException.class);
        assertThatThrownBy(() -> Sampling.at(1).topK(-1)).isInstanceOf(SomaException.class);
    }
}
