package soma.bench;

import java.util.List;

/** What several rounds gave, in milliseconds: the median of their medians, the lowest and the highest. */
record Spread(double median, double low, double high) {

    static Spread of(List<Double> rounds) {
        var sorted = rounds.stream().sorted().toList();
        int n = sorted.size();
        double median = (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
