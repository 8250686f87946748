package soma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static soma.train.Quadrants.mlp;
import static soma.train.Quadrants.xor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import soma.io.EventFile;
import soma.nn.Loss;
import soma.optim.Sgd;

class LogsTest {
    @TempDir
    Path folder;

    private static Trainer trainer(Consumer<TrainEvent> log) {
        return new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1))
                .metric(Metric.accuracy())
                .listener(log);
    }

    private static void fit(Trainer trainer, int epochs) {
        trainer.fit(xor(50, 1).batches(32), xor(50, 2).batches(50), epochs);
    }

    @Test
    void csv() throws IOException {
        var file = folder.resolve("epochs.csv");
        fit(trainer(new CsvLog(file)).checkpoints(folder), 2);
        var lines = Files.readAllLines(file);
        assertThat(lines.get(0)).isEqualTo("epoch,loss,lr,seconds,validation_loss,accuracy");
        assertThat(lines.get(1)).matches("1,0\\.\\d+,0\\.1,\\d+\\.\\d+(E-\\d)?,0\\.\\d+,0\\.\\d+");
        assertThat(lines).hasSize(3);
        // A line of an epoch that a killed process did not get into a checkpoint is written again.
        Files.writeString(file, "3,9,9,9,9,9\n4,9,", StandardOpenOption.APPEND);
        fit(trainer(new CsvLog(file)).resume(folder), 4);
        var all = Files.readAllLines(file);
        assertThat(all).startsWith(lines.toArray(String[]::new)).hasSize(5);
        assertThat(all.get(3)).startsWith("3,0.");
        assertThat(all.get(4)).startsWith("4,0.");
        fit(trainer(new CsvLog(file)), 1);
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void json() throws IOException {
        var file = folder.resolve("steps.jsonl");
        fit(trainer(new JsonLog(file, 1)).checkpoints(folder), 1);
        var lines = Files.readAllLines(file);
        assertThat(lines.get(0)).matches("\\{\"event\":\"step\",\"step\":1,\"epoch\":1,\"loss\":0\\.\\d+}");
        assertThat(lines.get(2))
                .matches("\\{\"event\":\"epoch\",\"step\":2,\"epoch\":1,\"loss\":0\\.\\d+,\"lr\":0\\.1,"
                        + "\"seconds\":[0-9.E-]+,\"validation_loss\":0\\.\\d+,\"accuracy\":0\\.\\d+}");
        Files.writeString(
                file, "{\"event\":\"step\",\"step\":3,\"epoch\":2,\"loss\":7}\n{\"ev", StandardOpenOption.APPEND);
        fit(trainer(new JsonLog(file, 1)).resume(folder), 2);
        var all = Files.readAllLines(file);
        assertThat(all).startsWith(lines.toArray(String[]::new)).hasSize(6);
        assertThat(all.get(3)).contains("\"step\":3,").doesNotContain("7}");
    }

    @Test
    void tensorBoard() throws IOException {
        fit(trainer(new TensorBoardLog(folder)), 2);
        var scalars = new ArrayList<EventFile.Scalar>();
        try (var files = Files.newDirectoryStream(folder)) {
            files.forEach(f -> scalars.addAll(EventFile.read(f)));
        }
        assertThat(scalars.stream().map(s -> s.tag() + "@" + s.step()))
                .isEqualTo(List.of(
                        "loss/training@1",
                        "loss/training@2",
                        "learning rate@2",
                        "loss/validation@2",
                        "validation/accuracy@2",
                        "loss/training@3",
                        "loss/training@4",
                        "learning rate@4",
                        "loss/validation@4",
                        "validation/accuracy@4"));
    }
}
