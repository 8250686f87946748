package soma.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes a table with a line for each epoch: number, loss, learning rate, seconds, and validation loss and metrics
 * where there are. A resumed training goes on in the same file.
 * {@snippet :
 * new Trainer(model, Loss::crossEntropy, new Adam(1e-3)).listener(new CsvLog(Path.of("epochs.csv")));
 * }
 */
public final class CsvLog implements Consumer<TrainEvent> {
    private final LogFile file;
    private boolean hasHead;

    /** Writes to {@code file}. */
    public CsvLog(Path file) {
        this.file = new LogFile(file);
    }

    @Override
    public void accept(TrainEvent event) {
        switch (event) {
            case TrainEvent.Started s -> {
                hasHead = false;
                file.begin(line -> {
                    boolean head = line.startsWith("epoch,");
                    hasHead |= head && s.firstEpoch() > 1;
                    return s.firstEpoch() > 1 && (head || epoch(line) < s.firstEpoch());
                });
            }
            case TrainEvent.EpochDone done -> {
                var e = done.epoch();
                var head = new ArrayList<>(List.of("epoch", "loss", "lr", "seconds"));
                var cells = new ArrayList<>(List.of("" + e.number(), "" + e.loss(), "" + e.lr(), "" + e.seconds()));
                e.validation().ifPresent(v -> {
                    head.add("validation_loss");
                    cells.add("" + v.loss());
                    v.metrics().forEach((name, value) -> {
                        head.add(quoted(name));
                        cells.add("" + value);
                    });
                });
                if (!hasHead) {
                    file.line(String.join(",", head));
                    hasHead = true;
                }
                file.line(String.join(",", cells));
            }
            case TrainEvent.StepDone _, TrainEvent.Finished _ -> {}
        }
    }

    private static int epoch(String line) {
        try {
            return Integer.parseInt(line.substring(0, Math.max(0, line.indexOf(','))));
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE; // not a line of this log
        }
    }

    private static String quoted(String name) {
        return name.matches("[^,\"\\s]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
