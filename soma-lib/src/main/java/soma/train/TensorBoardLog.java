package soma.train;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import soma.io.EventFile;

/**
 * Writes what TensorBoard shows: {@code loss/training} at each step, and after each epoch {@code loss/validation}, the
 * metrics and the learning rate. Look at it with {@code tensorboard --logdir FOLDER}.
 * {@snippet :
 * new Trainer(model, Loss::crossEntropy, new Adam(1e-3)).listener(new TensorBoardLog(Path.of("runs/first")));
 * }
 */
public final class TensorBoardLog implements Consumer<TrainEvent> {
    private final Path folder;
    private final int every;
    private @Nullable EventFile file;
    private int steps;

    /** Writes to files in {@code folder}, every step. */
    public TensorBoardLog(Path folder) {
        this(folder, 1);
    }

    /** Writes only each {@code every}-th step, and each epoch. */
    public TensorBoardLog(Path folder, int every) {
        this.folder = folder;
        this.every = every;
    }

    @Override
    public void accept(TrainEvent event) {
        switch (event) {
            case TrainEvent.Started s -> {
                steps = s.steps();
                file = EventFile.create(folder);
                if (steps > 0) {
                    file.restart(steps + 1L);
                }
            }
            case TrainEvent.StepDone s -> {
                steps = s.total();
                if (steps % every == 0) {
                    scalar("loss/training", s.loss());
                }
            }
            case TrainEvent.EpochDone done -> {
                var e = done.epoch();
                scalar("learning rate", e.lr());
                e.validation().ifPresent(v -> {
                    scalar("loss/validation", v.loss());
                    v.metrics().forEach((name, value) -> scalar("validation/" + name, value));
                });
            }
            case TrainEvent.Finished _ -> Objects.requireNonNull(file).close();
        }
    }

    private void scalar(String tag, double value) {
        Objects.requireNonNull(file).scalar(tag, value, steps);
    }
}
