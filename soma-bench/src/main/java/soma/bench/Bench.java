package soma.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import soma.Soma;

/**
 * Whole steps, timed beside a peer: on a machine whose speed wanders, two numbers can be compared only if they were
 * taken one right after the other. So rounds of Soma and of each of the peer's settings alternate, the ratio of each
 * pair of neighbours is taken, and the median of these counts; of the peer's settings the best.
 */
final class Bench {

    /** Another system that runs the same cases. */
    interface Peer {
        String name();

        /** Ways to run it with so many threads; the first is what a user gets who sets nothing. */
        List<String> settings(int threads);

        /** The median step of one measurement, in milliseconds, or what else the case measures. */
        double measure(String setting, String id, int threads, double seconds);
    }

    /**
     * How long to measure.
     *
     * @param rounds measurements of Soma and of each setting
     * @param seconds length of a measurement
     * @param warmUp length of the first ones, which are thrown away
     */
    record Effort(int rounds, double seconds, double warmUp) {}

    /** Two measurements that followed each other. */
    private record Pair(double soma, double theirs) {}

    /** Warm-up goes on while it still makes Soma this much faster or the JVM's compiler works this part of the time. */
    private static final double STILL_FASTER = 0.9;

    private static final double STILL_BUSY = 0.05;
    private static final int MOST_WARM_UPS = 15;

    /** A setting this much slower than the best during warm-up is not measured further: it cannot become the best. */
    private static final double HOPELESS = 1.3;

    /** Nor are more than so many settings. */
    private static final int MOST_SETTINGS = 3;

    /** Rounds of what starts a JVM each time. */
    private static final int MOST_STARTS = 3;

    private final int threads;
    private final Effort effort;
    private final List<Peer> peers;
    private final Consumer<String> progress;

    /** {@code progress} is told of each measurement. */
    Bench(int threads, Effort effort, List<Peer> peers, Consumer<String> progress) {
        this.threads = threads;
        this.effort = effort;
        this.peers = peers;
        this.progress = progress;
    }

    Row measure(Case c) {
        return Soma.withThreads(threads, () -> {
            var peer = peers.stream().filter(p -> p.name().equals(c.rival())).findFirst();
            if (c.probe().isEmpty()) {
                warmUp(() -> soma(c, effort.warmUp()), effort.warmUp());
            }
            var first = peer.map(p -> tried(p, c)).orElse(Map.of());
            var pairs = new LinkedHashMap<String, List<Pair>>();
            hopeful(first).forEach(setting -> pairs.put(setting, new ArrayList<>()));
            var ours = new ArrayList<Double>();
            int rounds = c.probe().isEmpty() ? effort.rounds() : Math.min(MOST_STARTS, effort.rounds());
            for (int round = 0; round < rounds; round++) {
                if (pairs.isEmpty()) {
                    ours.add(soma(c, effort.seconds()));
                }
                pairs.forEach((setting, times) -> {
                    double own = soma(c, effort.seconds());
                    ours.add(own);
                    times.add(new Pair(own, theirs(peer.orElseThrow(), setting, c, effort.seconds())));
                });
            }
            long allocated = c.probe().isEmpty() ? Stopwatch.bytesPerStep(c.model()) : -1;
            return new Row(c, threads, Spread.of(ours), allocated, best(peer, pairs), byDefault(first, pairs));
        });
    }

    /** Measures for {@code seconds} each until the JVM's compiler rests. */
    static void warmUp(DoubleSupplier measurement, double seconds) {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            long compiled = Stopwatch.compilationMs();
            double now = measurement.getAsDouble();
            boolean busy = Stopwatch.compilationMs() - compiled > STILL_BUSY * 1000 * seconds;
            if (!busy && now > STILL_FASTER * before) {
                return;
            }
            before = now;
        }
    }

    private double soma(Case c, double seconds) {
        progress.accept(c.id() + ": soma");
        Supplier<Double> timed = () -> Stopwatch.medianMs(c.model(), seconds);
        return c.probe().map(probe -> probe.measure(threads)).orElseGet(timed);
    }

    private double theirs(Peer peer, String setting, Case c, double seconds) {
        progress.accept(c.id() + ": " + peer.name() + " " + setting);
        return peer.measure(setting, c.id(), threads, seconds);
    }

    /** What each setting does in a first measurement, which warms it up. */
    private Map<String, Double> tried(Peer peer, Case c) {
        var first = new LinkedHashMap<String, Double>();
        peer.settings(threads).forEach(setting -> first.put(setting, theirs(peer, setting, c, effort.warmUp())));
        return first;
    }

    private static List<String> hopeful(Map<String, Double> first) {
        double best = first.values().stream().mapToDouble(ms -> ms).min().orElse(0);
        return first.entrySet().stream()
                .filter(setting -> setting.getValue() <= HOPELESS * best)
                .sorted(Map.Entry.comparingByValue())
                .limit(MOST_SETTINGS)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Optional<Row.Rival> best(Optional<Peer> peer, Map<String, List<Pair>> pairs) {
        return pairs.entrySet().stream()
                .map(entry -> new Row.Rival(
                        peer.orElseThrow().name(), entry.getKey(), times(entry.getValue()), ratios(entry.getValue())))
                .min(Comparator.comparingDouble(rival -> rival.time().median()));
    }

    private static Spread times(List<Pair> pairs) {
        return Spread.of(pairs.stream().map(Pair::theirs).toList());
    }

    private static Spread ratios(List<Pair> pairs) {
        return Spread.of(pairs.stream().map(pair -> pair.theirs() / pair.soma()).toList());
    }

    /** The first setting's median, or its only measurement if it was hopeless. */
    private static OptionalDouble byDefault(Map<String, Double> first, Map<String, List<Pair>> pairs) {
        return first.entrySet().stream()
                .limit(1)
                .mapToDouble(entry -> pairs.containsKey(entry.getKey())
                        ? times(pairs.get(entry.getKey())).median()
                        : entry.getValue())
                .findFirst();
    }
}
