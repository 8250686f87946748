package soma.train;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Shows training as one line that is written anew, for terminals: progress, loss, examples a second, time left; and a
 * line for each epoch. Elsewhere ({@code live} false) only the epochs' lines are written.
 */
public final class ProgressLine implements Consumer<TrainEvent> {
    private static final int WIDTH = 24;
    private static final long PAUSE = 100_000_000;

    private final PrintStream out;
    private final boolean live;
    private int stepsPerEpoch = 1;
    private int epochs = 1;
    private long epochStart;
    private long examples;
    private int firstStep;
    private long shown;
    private int written;

    /** Writes to {@code out}. */
    public ProgressLine(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    @Override
    public void accept(TrainEvent event) {
        switch (event) {
            case TrainEvent.Started s -> {
                stepsPerEpoch = Math.max(1, s.stepsPerEpoch());
                epochs = s.epochs();
                begin();
            }
            case TrainEvent.StepDone s -> step(s);
            case TrainEvent.EpochDone e -> {
                clear();
                var text = new StringBuilder(String.format(
                        Locale.ROOT,
                        "epoch %d/%d: loss %.4f",
                        e.epoch().number(),
                        epochs,
                        e.epoch().loss()));
                e.epoch()
                        .validation()
                        .ifPresent(v -> text.append("; validation ").append(v));
                text.append(
                        String.format(Locale.ROOT, "; %.1f s%s", e.epoch().seconds(), e.best() ? "; best so far" : ""));
                out.println(text);
                begin();
            }
            case TrainEvent.Finished f -> clear();
        }
    }

    private void begin() {
        epochStart = System.nanoTime();
        examples = 0;
        firstStep = 0;
    }

    private void step(TrainEvent.StepDone s) {
        examples += s.examples();
        if (firstStep == 0) {
            firstStep = s.step();
        }
        long now = System.nanoTime();
        if (!live || now - shown < PAUSE) {
            return;
        }
        shown = now;
        double seconds = Math.max(1e-9, (now - epochStart) / 1e9);
        double left = seconds / (s.step() - firstStep + 1) * (stepsPerEpoch - s.step());
        int full = (int) ((long) WIDTH * s.step() / stepsPerEpoch);
        var text = String.format(
                Locale.ROOT,
                "epoch %d/%d [%s%s] %d/%d  loss %.4f  %.0f/s  %.0f s left",
                s.epoch(),
                epochs,
                "#".repeat(full),
                ".".repeat(WIDTH - full),
                s.step(),
                stepsPerEpoch,
                s.meanLoss(),
                examples / seconds,
                left);
        out.print("\r" + text + " ".repeat(Math.max(0, written - text.length())));
        out.flush();
        written = text.length();
    }

    private void clear() {
        if (written > 0) {
            out.print("\r" + " ".repeat(written) + "\r");
            out.flush();
            written = 0;
        }
    }
}
