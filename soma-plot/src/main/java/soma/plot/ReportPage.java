package soma.plot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import soma.train.Epoch;
import soma.train.Evaluation;
import soma.train.Report;

/**
 * A training's final report as one HTML file that needs no other: curves as SVG, a table of the epochs, and what one
 * adds, such as the model's summary and further figures.
 * {@snippet :
 * var report = new Trainer(model, Loss::crossEntropy, new Adam(1e-3)).fit(train.batches(64), 3);
 * new ReportPage("LeNet on MNIST", report).text(model.summary(Shape.of(64, 1, 28, 28))).save(Path.of("report.html"));
 * }
 */
public record ReportPage(String title, Report report, List<String> texts, List<Figure> figures) {
    private static final String STYLE =
            "body{font:15px/1.5 sans-serif;color:#222;max-width:64em;margin:2em auto;padding:0"
                    + " 1em}table{border-collapse:collapse}th,td{text-align:right;padding:.15em .8em;border-bottom:1px"
                    + " solid #ddd}"
                    + "tr.best{background:#eef3f8;font-weight:bold}pre{background:#f6f6f6;padding:1em;overflow-x:auto}"
                    + "svg{max-width:100%;height:auto}";

    public ReportPage {
        texts = List.copyOf(texts);
        figures = List.copyOf(figures);
    }

    /** With the training's own curves. */
    public ReportPage(String title, Report report) {
        this(title, report, List.of(), TrainingFigures.of(report));
    }

    /** With a text more, shown as it is. */
    public ReportPage text(String more) {
        var all = new ArrayList<>(texts);
        all.add(more);
        return new ReportPage(title, report, all, figures);
    }

    /** With a figure more. */
    public ReportPage figure(Figure more) {
        var all = new ArrayList<>(figures);
        all.add(more);
        return new ReportPage(title, report, texts, all);
    }

    /** The page. */
    public String html() {
        var out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(escaped(title))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(escaped(title))
                .append("</h1>\n<p>")
                .append(escaped(verdict()))
                .append("</p>\n");
        // Clips are named within one picture: each gets names of its own on a page with several.
        for (int i = 0; i < figures.size(); i++) {
            out.append(figures.get(i).svg().replaceAll("(id=\"|url\\(#)c(?=\\d)", "$1f" + i + "c"));
        }
        table(out);
        texts.forEach(t -> out.append("<pre>").append(escaped(t)).append("</pre>\n"));
        return out.append("</body></html>\n").toString();
    }

    private String verdict() {
        var text = String.format(
                Locale.ROOT, "%d epochs, %d steps, %.1f s.", report.epochs().size(), report.steps(), report.seconds());
        var ended = switch (report.ended()) {
            case DONE -> "";
            case NO_PROGRESS -> " Ended early: no progress.";
            case STOPPED -> " Stopped before its end.";
        };
        return text + ended + (report.best() > 0 ? " Best: epoch " + report.best() + "." : "");
    }

    private void table(StringBuilder out) {
        var metrics = report.epochs().stream()
                .flatMap(e -> e.validation().stream())
                .flatMap(v -> v.metrics().keySet().stream())
                .distinct()
                .toList();
        boolean tried = report.epochs().stream().anyMatch(e -> e.validation().isPresent());
        out.append("<table><tr><th>epoch</th><th>loss</th>").append(tried ? "<th>validation loss</th>" : "");
        metrics.forEach(m -> out.append("<th>").append(escaped(m)).append("</th>"));
        out.append("<th>learning rate</th><th>seconds</th></tr>\n");
        for (var e : report.epochs()) {
            out.append(e.number() == report.best() ? "<tr class=\"best\">" : "<tr>");
            cell(out, "%d", e.number());
            cell(out, "%.5f", e.loss());
            if (tried) {
                cell(out, "%.5f", validation(e).loss());
            }
            metrics.forEach(m -> cell(out, "%.4f", validation(e).metrics().getOrDefault(m, Double.NaN)));
            cell(out, "%.3g", e.lr());
            cell(out, "%.1f", e.seconds());
            out.append("</tr>\n");
        }
        out.append("</table>\n");
    }

    private static Evaluation validation(Epoch e) {
        return e.validation().orElse(new Evaluation(Double.NaN, java.util.Map.of()));
    }

    private static void cell(StringBuilder out, String format, Object value) {
        out.append("<td>").append(String.format(Locale.ROOT, format, value)).append("</td>");
    }

    /** Saves the page, making the folders on the way; returns the file. */
    public Path save(Path file) {
        try {
            var folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return Files.writeString(file, html());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
