package soma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Result(int exitCode, String out, String err) {}

    @Test
    void helpNamesEveryCommandAndExitCode() {
        var result = soma("--help");
        assertThat(result.exitCode).isZero();
        assertThat(result.out).contains("doctor", "run", "Exit codes:", "Examples:");
        assertThat(result.err).isEmpty();
    }

    @Test
    void wrongUsageSaysWhatIsMeant() {
        var result = soma("doctr");
        assertThat(result.exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(result.err).contains("'doctr'", "soma doctor", "Try 'soma --help'.");
        assertThat(soma().exitCode).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void threadsMustBePositive() {
        var result = soma("doctor", "--threads", "0");
        assertThat(result.exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(result.err).contains("--threads is 0, expected at least 1");
    }

    @Test
    void doctorKnowsThisMachine() {
        var result = soma("doctor", "--json");
        assertThat(result.exitCode).isZero();
        assertThat(result.out)
                .startsWith("{\"soma\":")
                .contains("\"cores\":" + Runtime.getRuntime().availableProcessors());
    }

    @Test
    void missingProgramIsWrongUsage() {
        var result = soma("run", "Nowhere.java");
        assertThat(result.exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(result.err).contains("Nowhere.java is not a file");
    }

    @Test
    void theStackShowsTheProgramOnly() throws IOException {
        var result = run(
                "void main() {\n    fail();\n}\n\nvoid fail() {\n    throw new IllegalStateException(\"no\");\n}\n");
        assertThat(result.exitCode).isEqualTo(ExitCode.FAILURE);
        assertThat(result.err.lines())
                .containsExactly(
                        "java.lang.IllegalStateException: no",
                        "    at fail (Program.java:6)",
                        "    at main (Program.java:2)");
    }

    @Test
    void compileErrorsNameTheUsersLine() throws IOException {
        var result = run("void main() {\n    int x = \"one\";\n}\n");
        assertThat(result.exitCode).isEqualTo(ExitCode.FAILURE);
        assertThat(result.err).contains("Program.java:2: ", "int x = \"one\";");
    }

    private Result run(String program) throws IOException {
        var file = Files.writeString(folder.resolve("Program.java"), program);
        return soma("run", file.toString());
    }

    private static Result soma(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var oldOut = System.out;
        var oldErr = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            var exitCode = Main.execute(args);
            return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
        }
    }
}
