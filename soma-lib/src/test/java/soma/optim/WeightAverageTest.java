package soma.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;

class WeightAverageTest {

    /** Plain descent by 1 a step from 0: the weight after step k is -k. */
    private static double[] averages(Averaging rule, int steps) {
        var w = Param.of(Tensor.of(new double[] {0}));
        var statistic = Param.state(Tensor.of(new double[] {5}));
        var sgd = new Updater<>(new Sgd(1), List.of(w));
        var average = new WeightAverage(rule, Map.of("w", w, "statistic", statistic));
        assertThat(average.state().keySet()).containsExactly("w");
        var count = new int[1];
        var step = Soma.compile(args -> Soma.training(Rng.seed(1), () -> {
            var t = Iteration.of(() -> count[0]);
            sgd.apply(t, List.of(args.get(0)));
            average.update(t);
            return List.of();
        }));
        var out = new double[steps];
        for (int k = 1; k <= steps; k++) {
            count[0] = k;
            step.apply(Tensor.of(new double[] {1}));
            out[k - 1] = average.using(() -> OptimizerCasesTest.numbers(w)[0]);
            assertThat(OptimizerCasesTest.numbers(w)).containsExactly(-k);
        }
        return out;
    }

    @Test
    void exponential() {
        // -1; 0.75 (-1) + 0.25 (-2) = -1.25; 0.75 (-1.25) + 0.25 (-3) = -1.6875
        assertThat(averages(Averaging.exponential(0.75), 3)).containsExactly(-1, -1.25, -1.6875);
    }

    @Test
    void equal() {
        assertThat(averages(Averaging.equal(), 4)).containsExactly(new double[] {-1, -1.5, -2, -2.5}, within(1e-12));
    }

    @Test
    void lateAndRare() {
        // steps 3, 5, 7 count
        assertThat(averages(Averaging.equal().from(3).every(2), 7))
                .containsExactly(new double[] {0, 0, -3, -3, -4, -4, -5}, within(1e-12));
    }

    @Test
    void theirOwnNumbersComeBackAfterAFailure() {
        var w = Param.of(Tensor.of(new double[] {1}));
        var average = new WeightAverage(Averaging.equal(), Map.of("w", w));
        w.load(Tensor.of(new double[] {2}));
        assertThatThrownBy(() -> average.using(() -> {
                    assertThat(OptimizerCasesTest.numbers(w)).containsExactly(1);
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(OptimizerCasesTest.numbers(w)).containsExactly(2);
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> Averaging.exponential(1.5)).hasMessageContaining("expected a number from 0 to 1");
        assertThatThrownBy(() -> Averaging.equal().every(0)).hasMessageContaining("expected at least 1");
    }
}
