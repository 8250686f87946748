package soma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static soma.train.Quadrants.noisy;
import static soma.train.Quadrants.xor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import soma.io.Safetensors;
import soma.nn.Layer;
import soma.nn.Loss;
import soma.optim.Adam;
import soma.optim.Averaging;
import soma.optim.Schedule;

/** Training in processes that really die: between steps, in the middle of a save, between a save's files, and by a signal. */
class KilledTrainingTest {
    private static final int EPOCHS = 3;
    private static final int STEPS = 3 * 19;

    @TempDir
    Path folder;

    private static Report train(Layer model, Trainer trainer) {
        return trainer.fit(xor(300, 1).batches(16), xor(100, 2).batches(100), EPOCHS);
    }

    private static Trainer trainer(Layer model) {
        return new Trainer(model, Loss::crossEntropy, new Adam(Schedule.cosine(1e-2, STEPS)))
                .average(Averaging.exponential(0.9))
                .metric(Metric.accuracy())
                .seed(11);
    }

    /** What the children run. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            var folder = Path.of(args[0]);
            var death = args[1];
            if (death.equals("part") || death.equals("between")) {
                Thread.ofPlatform().daemon().start(() -> dieAt(folder, death));
            }
            var model = noisy();
            var trainer = trainer(model).resume(folder).checkpointEvery(1).listener(e -> {
                if (e instanceof TrainEvent.StepDone s) {
                    System.out.println("step " + s.total());
                    if (!death.equals("none")) {
                        pause(); // so that the one who watches or kills is in time
                    }
                }
            });
            var report = train(model, trainer);
            if (report.ended() == Report.End.DONE) { // a JVM that a signal ends may not live to write it whole
                new Safetensors(model.stateDict(), Map.of()).write(folder.resolve("final.safetensors"));
            }
            System.out.println("end " + report.ended());
        }

        private static void pause() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Ends this JVM at once while a file is half written, or the weights are new and the checkpoint still names the older ones. */
        private static void dieAt(Path folder, String death) {
            for (int seen = 0; ; ) {
                boolean now = death.equals("part") ? any(folder, n -> n.startsWith(".last-")) : isBetween(folder);
                if (now && ++seen > 2) {
                    Runtime.getRuntime().halt(137);
                }
            }
        }

        private static boolean isBetween(Path folder) {
            try {
                var json = Files.readString(folder.resolve("checkpoint.json"));
                return any(folder, n -> n.startsWith("last-") && !json.contains('"' + n + '"'));
            } catch (IOException e) {
                return false;
            }
        }

        private static boolean any(Path folder, Predicate<String> name) {
            var names = folder.toFile().list();
            return names != null && Arrays.stream(names).anyMatch(name);
        }
    }

    private Process start(String death) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                "-Dsoma.vector=" + System.getProperty("soma.vector", "on"),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString(),
                death));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Runs a child to its end, or kills it after it has said {@code last}; what it said. */
    private List<String> run(String death, String last, boolean gently) throws IOException, InterruptedException {
        var child = start(death);
        var said = new ArrayList<String>();
        try (var out = new BufferedReader(new InputStreamReader(child.getInputStream()))) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                if (line.equals(last)) {
                    if (gently) {
                        child.toHandle().destroy();
                    } else {
                        child.toHandle().destroyForcibly();
                    }
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        child.waitFor();
        return said;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // has no signal that asks a process to end
    void resumedAfterEveryKindOfDeathEqualsUninterrupted() throws IOException, InterruptedException {
        assertThat(run("kill", "step 7", false)).doesNotContain("end DONE");
        assertThat(run("part", "", false)).doesNotContain("end DONE");
        assertThat(run("between", "", false)).doesNotContain("end DONE");
        assertThat(run("signal", "step 30", true)).doesNotContain("end DONE");
        var last = run("none", "", false);
        assertThat(last).contains("end DONE").doesNotContain("step 1", "step 7");
        var model = noisy();
        train(model, trainer(model));
        var there = Safetensors.read(folder.resolve("final.safetensors")).tensors();
        model.stateDict()
                .forEach((name, t) ->
                        assertThat(there.get(name).toFloatArray()).as(name).isEqualTo(t.toFloatArray()));
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "best.safetensors",
                            "checkpoint.json",
                            "final.safetensors",
                            "last-" + STEPS + ".safetensors",
                            "last-" + STEPS + ".optimizer.safetensors");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aSignalEndsWithACheckpointOfTheStepItWasAt() throws IOException, InterruptedException {
        var said = run("signal", "step 5", true);
        int done = Checkpoint.load(folder).orElseThrow().steps();
        assertThat(said).contains("step " + done).doesNotContain("step " + (done + 1));
        assertThat(done).isBetween(5, STEPS - 1);
    }
}
