package soma.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import soma.Tensor;
import soma.io.AtomicFile;
import soma.io.Safetensors;
import soma.optim.Plateau;

/**
 * A folder from which training goes on as if it had never been interrupted: {@code checkpoint.json} says where training
 * stands and names the files of weights and optimizer state that belong to it. It is replaced last, so that at every
 * moment it and its files fit together. Beside them lies {@code best.safetensors}.
 */
final class Checkpoint {
    private static final String FORMAT = "soma-checkpoint/2";
    private static final String JSON = "checkpoint.json";

    private Checkpoint() {}

    /**
     * Where training stands.
     *
     * @param steps steps done
     * @param epoch epochs done
     * @param batch batches done of the next epoch
     * @param lossSum the sum of its losses so far, weighted by examples
     * @param seen its examples so far
     * @param seconds how long it took so far
     * @param bestEpoch 0 if there is none yet
     * @param plateaus what schedules with a memory remember
     */
    record State(
            String weights,
            String optimizer,
            long seed,
            int steps,
            int epoch,
            int batch,
            double lossSum,
            long seen,
            double seconds,
            int bestEpoch,
            double bestValue,
            List<Plateau.Memory> plateaus,
            List<Epoch> epochs) {}

    static String weightsName(int steps) {
        return "last-" + steps + ".safetensors";
    }

    static String optimizerName(int steps) {
        return "last-" + steps + ".optimizer.safetensors";
    }

    static void saveBest(Path folder, Map<String, Tensor> weights, Map<String, String> metadata) {
        new Safetensors(weights, metadata).write(folder.resolve("best.safetensors"));
    }

    static void save(Path folder, State state, Map<String, Tensor> weights, Map<String, Tensor> optimizer) {
        new Safetensors(weights, Map.of("format", "pt")).write(folder.resolve(state.weights));
        new Safetensors(optimizer, Map.of()).write(folder.resolve(state.optimizer));
        var json = StandardCharsets.UTF_8.encode(CheckpointJson.text(FORMAT, state) + "\n");
        AtomicFile.write(folder.resolve(JSON), channel -> {
            while (json.hasRemaining()) {
                channel.write(json);
            }
        });
        removeOlder(folder, state);
    }

    /** Removes files of older checkpoints, and what a process that was killed while it saved left behind. */
    private static void removeOlder(Path folder, State state) {
        try (var files =
                Files.newDirectoryStream(folder, "{last-*.safetensors,.last-*.part,.best*.part,.checkpoint*.part}")) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (!name.equals(state.weights) && !name.equals(state.optimizer)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tidy " + folder + ": " + e.getMessage(), e);
        }
    }

    static Optional<State> load(Path folder) {
        var file = folder.resolve(JSON);
        try {
            return Optional.of(CheckpointJson.parse(file, FORMAT, Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
