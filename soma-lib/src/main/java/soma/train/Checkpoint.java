package soma.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import soma.Tensor;
import soma.io.AtomicFile;
import soma.io.FileFormatException;
import soma.io.Safetensors;
import soma.optim.Plateau;

/**
 * A folder from which training goes on as if it had never been interrupted: {@code checkpoint.json} says where training
 * stands and names the files of weights and optimizer state that belong to it. It is replaced last, so that at every
 * moment it and its files fit together. Beside them lies {@code best.safetensors}.
 */
final class Checkpoint {
    private static final String FORMAT = "soma-checkpoint/1";
    private static final String JSON = "checkpoint.json";
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .serializeSpecialFloatingPointValues()
            .disableJdkUnsafe()
            .create();

    private Checkpoint() {}

    /**
     * Where training stands.
     *
     * @param steps steps done
     * @param epoch epochs done
     * @param batch batches done of the next epoch
     * @param lossSum the sum of its losses so far, weighted by examples
     * @param seen its examples so far
     */
    record State(
            String format,
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
            @Nullable Double bestValue,
            Plateau.@Nullable Memory plateau,
            List<Line> epochs) {}

    /** An epoch as it is written; without validation {@code validationLoss} and {@code metrics} are missing. */
    record Line(
            int number,
            double loss,
            double lr,
            double seconds,
            @Nullable Double validationLoss,
            @Nullable Map<String, Double> metrics) {

        static Line of(Epoch e) {
            return new Line(
                    e.number(),
                    e.loss(),
                    e.lr(),
                    e.seconds(),
                    e.validation().map(Evaluation::loss).orElse(null),
                    e.validation().map(Evaluation::metrics).orElse(null));
        }

        Epoch epoch() {
            Optional<Evaluation> validation = validationLoss == null || metrics == null
                    ? Optional.empty()
                    : Optional.of(new Evaluation(validationLoss, new LinkedHashMap<>(metrics)));
            return new Epoch(number, loss, validation, lr, seconds);
        }
    }

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
        var json = StandardCharsets.UTF_8.encode(GSON.toJson(state) + "\n");
        AtomicFile.write(folder.resolve(JSON), channel -> writeAll(channel::write, json));
        removeOlder(folder, state);
    }

    private interface Sink {
        int write(ByteBuffer bytes) throws IOException;
    }

    private static void writeAll(Sink sink, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            sink.write(bytes);
        }
    }

    private static void removeOlder(Path folder, State state) {
        try (var files = Files.newDirectoryStream(folder, "last-*.safetensors")) {
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
            var state = GSON.fromJson(Files.readString(file), State.class);
            if (state == null || !FORMAT.equals(state.format) || state.epochs == null) {
                throw new FileFormatException(file, "not a checkpoint of format " + FORMAT);
            }
            return Optional.of(state);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException e) {
            throw new FileFormatException(file, "not readable as JSON: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    static String format() {
        return FORMAT;
    }
}
