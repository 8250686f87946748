package soma.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import soma.Soma;

/**
 * Whole steps, timed beside a peer: on a machine whose speed wanders, two numbers can be compared only if they were
 * taken in turns. So rounds of Soma and of each of the peer's settings alternate, the medians of the rounds are
 * compared, and of the peer's settings the best counts.
 */
final class Bench {

    /** Another system that runs the same cases. */
    interface Peer {
        String name();

        /** Ways to run it with so many threads. */
        List<String> settings(int threads);

        /** The median step of one measurement, in milliseconds. */
        double medianMs(String setting, String id, int threads, double seconds);
    }

    /**
     * How long to measure.
     *
     * @param rounds measurements of Soma and of each setting
     * @param seconds length of a measurement
     * @param warmUp length of the first ones, which are thrown away
     */
    record Effort(int rounds, double seconds, double warmUp) {}

    /** Warm-up goes on while it still makes Soma this much faster or the JVM's compiler works this part of the time. */
    private static final double STILL_FASTER = 0.9;

    private static final double STILL_BUSY = 0.05;
    private static final int MOST_WARM_UPS = 15;

    /** A setting this much slower than the best during warm-up is not measured further: it cannot become the best. */
    private static final double HOPELESS = 1.5;

    private final int threads;
    private final Effort effort;
    private final Optional<Peer> peer;
    private final Consumer<String> progress;

    /** {@code progress} is told of each measurement. */
    Bench(int threads, Effort effort, Optional<Peer> peer, Consumer<String> progress) {
        this.threads = threads;
        this.effort = effort;
        this.peer = peer;
        this.progress = progress;
    }

    Row measure(String id, Supplier<Runnable> model) {
        return Soma.withThreads(threads, () -> {
            warmUp(id, model);
            var theirs = new LinkedHashMap<String, List<Double>>();
            hopeful(id).forEach(setting -> theirs.put(setting, new ArrayList<>()));
            var ours = new ArrayList<Double>();
            for (int round = 0; round < effort.rounds(); round++) {
                if (theirs.isEmpty()) {
                    ours.add(soma(id, model, effort.seconds()));
                }
                theirs.forEach((setting, times) -> {
                    ours.add(soma(id, model, effort.seconds()));
                    times.add(peer(setting, id, effort.seconds()));
                });
            }
            return new Row(id, threads, Spread.of(ours), Stopwatch.bytesPerStep(model), best(theirs));
        });
    }

    private void warmUp(String id, Supplier<Runnable> model) {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            long compiled = Stopwatch.compilationMs();
            double now = soma(id, model, effort.warmUp());
            boolean busy = Stopwatch.compilationMs() - compiled > STILL_BUSY * 1000 * effort.warmUp();
            if (!busy && now > STILL_FASTER * before) {
                return;
            }
            before = now;
        }
    }

    private double soma(String id, Supplier<Runnable> model, double seconds) {
        progress.accept(id + ": soma");
        return Stopwatch.medianMs(model, seconds);
    }

    private double peer(String setting, String id, double seconds) {
        var other = peer.orElseThrow();
        progress.accept(id + ": " + other.name() + " " + setting);
        return other.medianMs(setting, id, threads, seconds);
    }

    /** Warms up every setting. */
    private List<String> hopeful(String id) {
        var first = new LinkedHashMap<String, Double>();
        peer.map(p -> p.settings(threads))
                .orElse(List.of())
                .forEach(setting -> first.put(setting, peer(setting, id, effort.warmUp())));
        double best = first.values().stream().mapToDouble(ms -> ms).min().orElse(0);
        return first.entrySet().stream()
                .filter(setting -> setting.getValue() <= HOPELESS * best)
                .map(Map.Entry::getKey)
                .toList();
    }

    private Optional<Row.Rival> best(Map<String, List<Double>> theirs) {
        return theirs.entrySet().stream()
                .map(entry -> new Row.Rival(peer.orElseThrow().name(), entry.getKey(), Spread.of(entry.getValue())))
                .min(Comparator.comparingDouble(rival -> rival.time().median()));
    }
}
