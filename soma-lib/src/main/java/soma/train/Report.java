package soma.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a training went.
 *
 * @param epochs all epochs, those before a resume too
 * @param best the number of the best epoch by the watched number, 0 if there was no validation
 * @param ended why it ended
 * @param steps how many steps in all
 */
public record Report(List<Epoch> epochs, int best, End ended, int steps) {

    /** Why training ended. */
    public enum End {
        /** All epochs are done. */
        DONE,
        /** The watched number had not got better for long enough. */
        NO_PROGRESS,
        /** Someone asked for it. */
        STOPPED
    }

    public Report {
        epochs = List.copyOf(epochs);
    }

    /** The last epoch. */
    public Epoch last() {
        return epochs.getLast();
    }

    /** The validation after the last epoch. */
    public Optional<Evaluation> validation() {
        return epochs.isEmpty() ? Optional.empty() : last().validation();
    }

    /** How long all epochs took. */
    public double seconds() {
        return epochs.stream().mapToDouble(Epoch::seconds).sum();
    }

    /** A line for each epoch. */
    @Override
    public String toString() {
        var s = new StringBuilder();
        for (var e : epochs) {
            s.append(String.format(Locale.ROOT, "epoch %d: loss %.4f", e.number(), e.loss()));
            e.validation().ifPresent(v -> s.append("; validation ").append(v));
            s.append(String.format(Locale.ROOT, "; %.1f s%s%n", e.seconds(), e.number() == best ? "; best" : ""));
        }
        return s
                + switch (ended) {
                    case DONE -> "";
                    case NO_PROGRESS -> "ended early: no progress\n";
                    case STOPPED -> "stopped\n";
                };
    }
}
