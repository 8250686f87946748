package soma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void helpNamesEveryCommandAndExitCode() {
        var result = Cli.soma("--help");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("doctor", "run", "Exit codes:", "Examples:");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void wrongUsageSaysWhatIsMeant() {
        var result = Cli.soma("doctr");
        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("'doctr'", "soma doctor", "Try 'soma --help'.");
        assertThat(Cli.soma().exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void threadsMustBePositive() {
        var result = Cli.soma("doctor", "--threads", "0");
        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--threads is 0, expected at least 1");
    }

    @Test
    void doctorKnowsThisMachine() {
        var result = Cli.soma("doctor", "--json");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .startsWith("{\"soma\":")
                .contains("\"cores\":" + Runtime.getRuntime().availableProcessors())
                .containsPattern("\"fma_gflops\":[0-9.]+,\"memory_gb_s\":[0-9.]+}");
    }

    @Test
    void missingProgramIsWrongUsage() {
        var result = Cli.soma("run", "Nowhere.java");
        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("Nowhere.java is not a file");
    }

    @Test
    void theStackShowsTheProgramOnly() throws IOException {
        var result = run(
                "void main() {\n    fail();\n}\n\nvoid fail() {\n    throw new IllegalStateException(\"no\");\n}\n");
        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(result.err().lines())
                .containsExactly(
                        "java.lang.IllegalStateException: no",
                        "    at fail (Program.java:6)",
                        "    at main (Program.java:2)");
    }

    @Test
    void compileErrorsNameTheUsersLine() throws IOException {
        var result = run("void main() {\n    int x = \"one\";\n}\n");
        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(result.err()).contains("Program.java:2: ", "int x = \"one\";");
    }

    private Cli run(String program) throws IOException {
        var file = Files.writeString(folder.resolve("Program.java"), program);
        return Cli.soma("run", file.toString());
    }
}
