package soma.plot;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.ToDoubleFunction;
import soma.train.Epoch;
import soma.train.Evaluation;
import soma.train.Report;

/** How a training went, as curves over epochs. A point stands at the end of its epoch, so the first is at 1. */
public final class TrainingFigures {
    private TrainingFigures() {}

    /** Training loss, the mean over each epoch's steps, and validation loss where there is one. */
    public static Curves loss(String title, Report report) {
        var figure = line(new Curves(title, "epoch", "loss"), "training", report.epochs(), Epoch::loss);
        return line(
                figure,
                "validation",
                tried(report),
                e -> e.validation().map(Evaluation::loss).orElse(Double.NaN));
    }

    /** The metrics of each validation. */
    public static Curves metrics(String title, Report report) {
        var names = new LinkedHashSet<String>();
        tried(report)
                .forEach(
                        e -> names.addAll(e.validation().orElseThrow().metrics().keySet()));
        var figure = new Curves(title, "epoch", String.join(", ", names));
        for (var name : names) {
            figure = line(
                    figure,
                    name,
                    tried(report),
                    e -> e.validation().map(v -> v.metric(name)).orElse(Double.NaN));
        }
        return figure;
    }

    /** The learning rate at each epoch's end. */
    public static Curves learningRate(String title, Report report) {
        return line(new Curves(title, "epoch", "learning rate"), "learning rate", report.epochs(), Epoch::lr);
    }

    /** All that a report holds. */
    public static List<Figure> of(Report report) {
        var all = new ArrayList<Figure>();
        all.add(loss("Loss", report));
        if (tried(report).stream()
                .anyMatch(e -> !e.validation().orElseThrow().metrics().isEmpty())) {
            all.add(metrics("Validation", report));
        }
        all.add(learningRate("Learning rate", report));
        return List.copyOf(all);
    }

    private static List<Epoch> tried(Report report) {
        return report.epochs().stream().filter(e -> e.validation().isPresent()).toList();
    }

    private static Curves line(Curves figure, String name, List<Epoch> epochs, ToDoubleFunction<Epoch> value) {
        return epochs.isEmpty()
                ? figure
                : figure.line(
                        name,
                        epochs.stream().mapToDouble(Epoch::number).toArray(),
                        epochs.stream().mapToDouble(value).toArray());
    }
}
