package soma.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One case measured: Soma, and the peer with its best setting if there was one. */
record Row(String id, int threads, Spread soma, long bytesPerStep, Optional<Rival> rival) {

    /** A peer with one of its settings. */
    record Rival(String peer, String setting, Spread time) {}

    /** Above 1 Soma is faster. */
    double ratio() {
        return rival.map(r -> r.time().median() / soma.median()).orElse(Double.NaN);
    }

    Map<String, Object> fields() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("case", id);
        fields.put("soma_ms", rounded(soma.median()));
        rival.ifPresent(r -> {
            fields.put("peer", r.peer());
            fields.put("peer_setting", r.setting());
            fields.put("peer_ms", rounded(r.time().median()));
            fields.put("ratio", rounded(ratio()));
        });
        fields.put("threads", threads);
        return fields;
    }

    /** All rows in one number: the geometric mean of their ratios. */
    static Map<String, Object> summary(List<Row> rows) {
        double logs = rows.stream()
                .mapToDouble(row -> Math.log(row.ratio()))
                .average()
                .orElse(Double.NaN);
        var fields = new LinkedHashMap<String, Object>();
        fields.put("geomean", rounded(Math.exp(logs)));
        fields.put("cases", rows.size());
        fields.put(
                "below_one",
                rows.stream().filter(row -> row.ratio() < 1).map(Row::id).toList());
        return fields;
    }

    static String header() {
        return String.format(
                "%-16s %30s %30s  %-18s %6s %10s", "case", "soma ms", "peer ms", "setting", "ratio", "B/step");
    }

    /** For people. */
    String text() {
        return String.format(
                "%-16s %30s %30s  %-18s %6s %10s",
                id,
                text(soma),
                rival.map(r -> text(r.time())).orElse("-"),
                rival.map(Rival::setting).orElse("-"),
                rival.map(r -> digits(ratio())).orElse("-"),
                bytesPerStep < 0 ? "-" : bytesPerStep);
    }

    static String summaryText(List<Row> rows) {
        var slower = rows.stream().filter(row -> row.ratio() < 1).map(Row::id).collect(Collectors.joining(", "));
        return "geometric mean of " + rows.size() + " ratios: " + summary(rows).get("geomean")
                + (slower.isEmpty() ? ", none below 1" : ", below 1: " + slower);
    }

    private static String text(Spread s) {
        return digits(s.median()) + " (" + digits(s.low()) + " to " + digits(s.high()) + ")";
    }

    private static String digits(double x) {
        return String.format(Locale.ROOT, "%.3g", x);
    }

    /** Four digits: more would be noise. */
    private static double rounded(double x) {
        return Double.isFinite(x) ? new BigDecimal(x).round(new MathContext(4)).doubleValue() : x;
    }
}
