package soma.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * One case measured: Soma, and the peer with its best setting if there was one.
 *
 * @param bytesPerStep what a step allocates; -1 where nobody knows
 * @param defaultTime the peer's time as it comes, with no setting chosen
 */
record Row(Case of, int threads, Spread soma, long bytesPerStep, Optional<Rival> rival, OptionalDouble defaultTime) {

    /** A peer with one of its settings, and its times over Soma's, pair by pair: above 1 Soma is faster. */
    record Rival(String peer, String setting, Spread time, Spread ratio) {}

    String id() {
        return of.id();
    }

    /** Above 1 Soma is faster. */
    double ratio() {
        return rival.map(r -> r.ratio().median()).orElse(Double.NaN);
    }

    /** The share of the machine's limit that is reached; nothing where the work is not known. */
    Optional<Double> share(Limits limits) {
        double least = limits.ms(of.work());
        return least > 0 ? Optional.of(least / soma.median()) : Optional.empty();
    }

    Map<String, Object> fields(Optional<Limits> limits) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("case", id());
        fields.put("soma_" + of.unit(), rounded(soma.median()));
        rival.ifPresent(r -> {
            fields.put("peer", r.peer());
            fields.put("peer_setting", r.setting());
            fields.put("peer_" + of.unit(), rounded(r.time().median()));
            fields.put("ratio", rounded(ratio()));
            if (threads > 1) {
                defaultTime.ifPresent(ms -> fields.put("default_ratio", rounded(ms / soma.median())));
            }
        });
        fields.put("threads", threads);
        fields.put("soma_min", rounded(soma.low()));
        fields.put("soma_max", rounded(soma.high()));
        rival.ifPresent(r -> {
            fields.put("peer_min", rounded(r.time().low()));
            fields.put("peer_max", rounded(r.time().high()));
            fields.put("ratio_min", rounded(r.ratio().low()));
            fields.put("ratio_max", rounded(r.ratio().high()));
        });
        limits.ifPresent(l -> share(l).ifPresent(share -> {
            fields.put("limit_ms", rounded(l.ms(of.work())));
            fields.put("limit", boundBy(l));
            fields.put("share", rounded(share));
        }));
        if (of.work().items() > 0) {
            fields.put("tokens_per_s", rounded(1000 * of.work().items() / soma.median()));
        }
        if (bytesPerStep >= 0) {
            fields.put("kb_per_step", rounded(bytesPerStep / 1024.0));
        }
        return fields;
    }

    private String boundBy(Limits limits) {
        return limits.operationsMs(of.work()) >= limits.bytesMs(of.work()) ? "operations" : "memory";
    }

    /** All rows in one number: the geometric mean of their ratios. */
    static Map<String, Object> summary(List<Row> rows) {
        var compared = compared(rows);
        double logs = compared.stream()
                .mapToDouble(row -> Math.log(row.ratio()))
                .average()
                .orElse(Double.NaN);
        var fields = new LinkedHashMap<String, Object>();
        fields.put("geomean", rounded(Math.exp(logs)));
        fields.put("cases", compared.size());
        fields.put(
                "below_one",
                compared.stream().filter(row -> row.ratio() < 1).map(Row::id).toList());
        return fields;
    }

    private static List<Row> compared(List<Row> rows) {
        return rows.stream()
                .filter(row -> row.of.counts() && row.rival.isPresent())
                .toList();
    }

    static String header() {
        return String.format(
                "%-25s %28s %28s  %-17s %6s %7s %6s %8s",
                "case", "soma ms", "peer ms", "setting", "ratio", "default", "limit", "KB/step");
    }

    /** For people. */
    String text(Optional<Limits> limits) {
        return String.format(
                "%-25s %28s %28s  %-17s %6s %7s %6s %8s",
                id(),
                text(soma),
                rival.map(r -> text(r.time())).orElse("-"),
                rival.map(Rival::setting).orElse("-"),
                rival.map(r -> digits(ratio())).orElse("-"),
                defaultText(),
                limits.flatMap(this::share).map(Row::percent).orElse("-"),
                kilobytes());
    }

    private String defaultText() {
        return threads > 1 && defaultTime.isPresent() ? digits(defaultTime.getAsDouble() / soma.median()) : "-";
    }

    private String kilobytes() {
        return bytesPerStep < 0 ? "-" : digits(bytesPerStep / 1024.0);
    }

    static List<String> markdownHeader() {
        return List.of(
                "| case | Soma, ms | PyTorch, ms | setting | ratio | to its default | of the limit | KB a step |",
                "|---|---|---|---|---|---|---|---|");
    }

    /** A line of the table in the documentation. */
    String markdown(Optional<Limits> limits) {
        var unit = of.unit().equals("ms") ? "" : " MB";
        return "| " + id() + " | " + text(soma) + unit + " | "
                + rival.map(r -> text(r.time()) + unit).orElse("-") + " | "
                + rival.map(Rival::setting).orElse("-") + " | "
                + rival.map(r -> "**" + digits(ratio()) + "** ("
                                + digits(r.ratio().low()) + " to "
                                + digits(r.ratio().high()) + ")")
                        .orElse("-")
                + " | " + defaultText() + " | "
                + limits.flatMap(l -> share(l).map(share -> percent(share) + " " + boundBy(l)))
                        .orElse("-")
                + " | " + kilobytes() + " |";
    }

    static String summaryText(List<Row> rows) {
        var compared = compared(rows);
        var slower =
                compared.stream().filter(row -> row.ratio() < 1).map(Row::id).collect(Collectors.joining(", "));
        return "geometric mean of " + compared.size() + " ratios: "
                + summary(rows).get("geomean") + (slower.isEmpty() ? ", none below 1" : ", below 1: " + slower);
    }

    private static String text(Spread s) {
        return digits(s.median()) + " (" + digits(s.low()) + " to " + digits(s.high()) + ")";
    }

    private static String percent(double share) {
        return Math.round(100 * share) + "%";
    }

    /** Three digits without an exponent. */
    static String digits(double x) {
        if (!Double.isFinite(x) || x == 0) {
            return Double.toString(x);
        }
        if (Math.abs(x) < 1e-4) {
            return String.format(Locale.ROOT, "%.1e", x);
        }
        var rounded = new BigDecimal(x).round(new MathContext(3));
        int exponent = rounded.precision() - rounded.scale() - 1;
        return rounded.setScale(Math.max(0, 2 - exponent), RoundingMode.UNNECESSARY)
                .toPlainString();
    }

    /** Four digits: more would be noise. */
    private static double rounded(double x) {
        return Double.isFinite(x) ? new BigDecimal(x).round(new MathContext(4)).doubleValue() : x;
    }
}
