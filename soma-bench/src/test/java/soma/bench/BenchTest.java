package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
        public double measure(String setting, String id, int threads, double seconds) {
            order.add(setting + threads);
            return times.getOrDefault(setting, Double.NaN);
        }
    }

    private static Case of(Supplier<Runnable> model) {
        return new Case("case", "group", Case.Work.unknown(), model).beside("fake");
    }

    @Test
    void roundsAlternateAndTheBestSettingCounts() {
        var order = new ArrayList<String>();
        var peer = new Fake(Map.of("a", 25.0, "b", 20.0, "c", 90.0), order);
        var bench = new Bench(2, SHORT, List.of(peer), said -> {
            if (said.equals("case: soma")) {
                order.add("soma");
            }
        });

        var row = bench.measure(of(() -> () -> {}));

        assertThat(order.subList(0, order.indexOf("a2")))
                .as("warming up")
                .isNotEmpty()
                .containsOnly("soma");
        assertThat(order.subList(order.indexOf("a2"), order.size()))
                .as("c is hopeless after its warm-up")
                .containsExactly("a2", "b2", "c2", "soma", "b2", "soma", "a2", "soma", "b2", "soma", "a2");
        var rival = row.rival().orElseThrow();
        assertThat(rival.setting()).isEqualTo("b");
        assertThat(rival.time()).isEqualTo(new Spread(20, 20, 20));
        assertThat(row.ratio())
                .isEqualTo(rival.ratio().median())
                .isBetween(20 / row.soma().high(), 20 / row.soma().low());
        assertThat(row.defaultTime()).hasValue(25);
    }

    @Test
    void aCaseThatThePeerDoesNotKnowIsMeasuredAlone() {
        var peer = new Fake(Map.of("a", 1.0), new ArrayList<>());
        var bench = new Bench(2, SHORT, List.of(peer), said -> {});
        var row = bench.measure(of(() -> () -> {}).beside(Case.NOBODY));
        assertThat(row.rival()).isEmpty();
        assertThat(peer.order()).isEmpty();
    }

    @Test
    void aProbeTellsItsOwnNumber() {
        var asked = new ArrayList<Integer>();
        var probed = new Case("memory-x", "memory", "fake", Case.Work.unknown(), () -> () -> {}, Optional.of(n -> {
            asked.add(n);
            return 7;
        }));
        var peer = new Fake(Map.of("a", 14.0), new ArrayList<>());
        var row = new Bench(2, SHORT, List.of(peer), said -> {}).measure(probed);
        assertThat(asked).containsExactly(2, 2);
        assertThat(row.ratio()).isEqualTo(2);
        assertThat(row.fields(Optional.empty())).containsEntry("soma_mb", 7.0).containsEntry("peer_mb", 14.0);
    }

    @Test
    void theStepRunsWithTheThreadsAskedFor() {
        var seen = new ArrayList<Integer>();
        new Bench(3, SHORT, List.of(), said -> {}).measure(of(() -> () -> seen.add(Soma.threads())));
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
