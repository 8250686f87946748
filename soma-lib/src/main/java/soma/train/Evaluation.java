package soma.train;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Mean loss and metrics over some examples. */
public record Evaluation(double loss, Map<String, Double> metrics) {

    /** One metric by its name. */
    public double metric(String name) {
        var value = metrics.get(name);
        if (value == null) {
            throw new TrainingException("metric " + name + " was not computed; there are " + metrics.keySet()
                    + ". Give it to the trainer with metric(..)");
        }
        return value;
    }

    @Override
    public String toString() {
        return metrics.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, ", %s %.4f", e.getKey(), e.getValue()))
                .collect(Collectors.joining("", String.format(Locale.ROOT, "loss %.4f", loss), ""));
    }
}
