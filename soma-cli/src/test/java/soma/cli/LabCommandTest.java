package soma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import soma.labs.Lab;
import soma.labs.LabRun;
import soma.plot.Curves;

class LabCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Fake(String id, String group, Consumer<LabRun> body) implements Lab {
        @Override
        public String about() {
            return "what " + id + " shows";
        }

        @Override
        public void run(LabRun run) {
            body.accept(run);
        }
    }

    private static final Lab GOOD = new Fake("good", "foundations", run -> {
        run.say("epoch 1");
        run.metric("loss", 0.25);
        run.metric("seed_seen", run.seed());
        run.metric("quick_seen", run.quick() ? 1 : 0);
        run.atLeast("accuracy", 0.99, 0.98);
    });
    private static final Lab BAD = new Fake("bad", "vision", run -> run.atMost("error", 0.5, 0.1));
    private static final Lab BROKEN = new Fake("broken", "vision", run -> {
        throw new IllegalStateException("the data are missing");
    });
    private static final Lab NAN = new Fake("nan", "odd", run -> run.atMost("loss", Double.NaN, 1));

    @Test
    void listNamesThem() {
        var text = soma("list");
        assertThat(text.exitCode()).isZero();
        assertThat(text.out().lines()).hasSize(4).first().asString().contains("good", "foundations", "what good shows");

        var json = soma("list", "--json");
        assertThat(json.out().lines())
                .contains("{\"lab\":\"good\",\"group\":\"foundations\",\"about\":\"what good shows\"}");
    }

    @Test
    void oneLineOfJsonAndNothingElseOnStandardOutput() {
        var result = soma("good", "--json", "--seed", "7", "--quick");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out().lines()).hasSize(1);
        assertThat(result.out())
                .matches("(?s)\\{\"lab\":\"good\",\"seed\":7,\"passed\":true,"
                        + "\"metrics\":\\{\"loss\":0.25,\"seed_seen\":7.0,\"quick_seen\":1.0,\"accuracy\":0.99},"
                        + "\"bars\":\\[\\{\"metric\":\"accuracy\",\"op\":\">=\",\"value\":0.98,\"passed\":true}],"
                        + "\"seconds\":[0-9.E-]+,\"model_sha256\":\"\",\"figures\":\\[]}\\R");
        assertThat(result.err()).contains("epoch 1");
    }

    @Test
    void forPeopleTheLinesAndTheVerdict() {
        var result = soma("good");
        assertThat(result.out()).contains("epoch 1", "good passed in ", ", seed 1");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void aMissedBarIsOne() {
        var result = soma("bad", "--json");
        assertThat(result.exitCode()).isEqualTo(ExitCode.BAR_MISSED);
        assertThat(json(result.out()).get("passed").getAsBoolean()).isFalse();
        assertThat(soma("bad").out()).contains("bad MISSED error in ");
    }

    @Test
    void notANumberIsNullInJsonAndMissesItsBar() {
        var result = soma("nan", "--json");
        assertThat(result.exitCode()).isEqualTo(ExitCode.BAR_MISSED);
        assertThat(json(result.out()).getAsJsonObject("metrics").get("loss").isJsonNull())
                .isTrue();
    }

    @Test
    void aFailureIsThreeAndShowsNoStackUnlessAsked() {
        var result = soma("broken", "--json");
        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("soma: the data are missing", "--stacktrace")
                .doesNotContain("\tat ");
        assertThat(soma("broken", "--stacktrace").err()).contains("\tat soma.cli.LabCommandTest");
    }

    @Test
    void anErrorOfTheJvmIsNotAMissedBar() {
        var greedy = new Fake("greedy", "odd", run -> {
            throw new OutOfMemoryError("Java heap space");
        });
        var result = Cli.somaWith(List.of(greedy), "lab", "greedy");
        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(result.err()).contains("OutOfMemoryError: Java heap space");
    }

    @Test
    void wrongNamesAreExplained() throws IOException {
        var unknown = soma("goood");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unknown.err())
                .contains("there is no lab 'goood'", "good, bad, broken, nan", "Try 'soma lab --help'.");

        assertThat(soma().err()).contains("which lab?");
        assertThat(soma("verify", "--group", "art").err())
                .contains("there is no group 'art'", "foundations, vision, odd");
        assertThat(soma("good", "--seed", "one").exitCode()).isEqualTo(ExitCode.USAGE);

        var file = Files.createFile(folder.resolve("file"));
        assertThat(soma("good", "--out", file.toString()).err()).contains("is a file; expected a folder");
    }

    @Test
    void verifyRunsOnAfterAFailureAndKeepsTheWorstCode() {
        var all = soma("verify", "--json", "--quick");
        assertThat(all.exitCode()).isEqualTo(ExitCode.FAILURE);
        var lines = all.out().lines().map(LabCommandTest::json).toList();
        assertThat(lines)
                .extracting(line -> line.get("lab").getAsString())
                .containsExactly("good", "bad", "broken", "nan");
        assertThat(lines)
                .extracting(line -> line.get("passed").getAsBoolean())
                .containsExactly(true, false, false, false);
        assertThat(lines.get(2).get("error").getAsString()).isEqualTo("the data are missing");

        assertThat(soma("verify", "--group", "foundations").exitCode()).isZero();
        assertThat(Cli.somaWith(List.of(GOOD, BAD), "lab", "verify").exitCode()).isEqualTo(ExitCode.BAR_MISSED);
        assertThat(soma("verify").out()).contains("good passed", "bad MISSED error", "broken FAILED");
    }

    @Test
    void figuresGoWhereAsked() {
        var curve = new Fake("curve", "odd", run -> {
            var points = new double[] {1, 2, 3};
            run.figure("line", new Curves("t", "x", "y").line("y", points, points));
        });
        var out = folder.resolve("pictures");
        var result = Cli.somaWith(List.of(curve), "lab", "curve", "--json", "--out", out.toString());
        assertThat(result.exitCode()).isZero();
        var figure = out.resolve("line.png");
        assertThat(figure).isNotEmptyFile();
        assertThat(json(result.out()).getAsJsonArray("figures").get(0).getAsString())
                .isEqualTo(figure.toString());

        assertThat(Cli.somaWith(List.of(curve), "lab", "verify", "--json", "--out", out.toString())
                        .exitCode())
                .isZero();
        assertThat(out.resolve("curve").resolve("line.png")).isNotEmptyFile();
    }

    @Test
    void helpHasExamples() {
        assertThat(soma("--help").out())
                .contains("soma lab lenet", "--quick", "--out", "--seed", "--threads", "--json");
        assertThat(soma("verify", "--help").out()).contains("--group", "Examples:");
    }

    private static Cli soma(String... args) {
        var line = new String[args.length + 1];
        line[0] = "lab";
        System.arraycopy(args, 0, line, 1, args.length);
        return Cli.somaWith(List.of(GOOD, BAD, BROKEN, NAN), line);
    }

    private static JsonObject json(String line) {
        return new Gson().fromJson(line, JsonObject.class);
    }
}
