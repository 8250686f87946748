package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import soma.Soma;

class BenchTest {

    private static final Bench.Effort SHORT = new Bench.Effort(2, 1e-4, 1e-4);

    /** Settings with given times; notes who was measured when. */
    private record Fake(Map<String, Double> times, List<String> order) implements Bench.Peer {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public List<String> settings(int threads) {
            return times.keySet().stream().sorted().toList();
        }

        @Override
        public double medianMs(String setting, String id, int threads, double seconds) {
            order.add(setting + threads);
            return times.getOrDefault(setting, Double.NaN);
        }
    }

    @Test
    void roundsAlternateAndTheBestSettingCounts() {
        var order = new ArrayList<String>();
        var peer = new Fake(Map.of("a", 30.0, "b", 20.0, "c", 90.0), order);
        var bench = new Bench(2, SHORT, Optional.of(peer), said -> {
            if (said.equals("case: soma")) {
                order.add("soma");
            }
        });

        var row = bench.measure("case", () -> () -> {});

        assertThat(order.subList(0, order.indexOf("a2")))
                .as("warming up")
                .isNotEmpty()
                .containsOnly("soma");
        assertThat(order.subList(order.indexOf("a2"), order.size()))
                .as("c is hopeless after its warm-up")
                .containsExactly("a2", "b2", "c2", "soma", "a2", "soma", "b2", "soma", "a2", "soma", "b2");
        assertThat(row.rival()).contains(new Row.Rival("fake", "b", new Spread(20, 20, 20)));
        assertThat(row.ratio()).isCloseTo(20 / row.soma().median(), within(1e-9));
    }

    @Test
    void theStepRunsWithTheThreadsAskedFor() {
        var seen = new ArrayList<Integer>();
        new Bench(3, SHORT, Optional.empty(), said -> {}).measure("case", () -> () -> seen.add(Soma.threads()));
        assertThat(seen).isNotEmpty().containsOnly(3);
    }

    @Test
    void aModelLivesForFiveHundredSteps() {
        var steps = new ArrayList<Integer>();
        Stopwatch.medianMs(
                () -> {
                    steps.add(0);
                    return () -> steps.set(steps.size() - 1, steps.getLast() + 1);
                },
                0.02);
        assertThat(steps.subList(0, steps.size() - 1)).isNotEmpty().containsOnly(500);
    }

    @Test
    void medianOfRounds() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
    }
}
