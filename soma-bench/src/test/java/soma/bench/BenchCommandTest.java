package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import soma.cli.ExitCode;
import soma.cli.Main;

class BenchCommandTest {

    private record Result(int exitCode, String out, String err) {}

    private static Map<String, Supplier<Runnable>> cases(long seed) {
        var cases = new LinkedHashMap<String, Supplier<Runnable>>();
        for (var id : new String[] {"lenet-train", "lenet-infer", "gemm-512"}) {
            cases.put(id, () -> () -> {});
        }
        return cases;
    }

    private static Result bench(String... args) {
        var line = Main.with(new BenchCommand(BenchCommandTest::cases, 1e-4));
        var out = new StringWriter();
        var err = new StringWriter();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var all = new String[args.length + 5];
        all[0] = "bench";
        System.arraycopy(new String[] {"--rounds", "1", "--seconds", "1e-4"}, 0, all, 1, 4);
        System.arraycopy(args, 0, all, 5, args.length);
        int exitCode = line.execute(all);
        return new Result(exitCode, out.toString(), err.toString());
    }

    @Test
    void aloneOneLineOfJsonACase() {
        var result = bench("--json", "--case", "lenet-*i", "--threads", "2");
        assertThat(result.exitCode).isEqualTo(ExitCode.OK);
        assertThat(result.out.lines())
                .hasSize(2)
                .allMatch(line ->
                        line.matches("\\{\"case\":\"lenet-(train|infer)\",\"soma_ms\":[0-9.E-]+,\"threads\":2}"));
        assertThat(result.err).contains("lenet-train");
    }

    @Test
    void forPeopleATable() {
        var result = bench();
        assertThat(result.out.lines()).hasSize(4).first().asString().contains("case", "soma ms", "ratio");
        assertThat(bench("--case", "gemm").out.lines()).hasSize(2);
    }

    @Test
    void theProfileOfACaseShowsItsKernels() {
        var line = Main.with(new BenchCommand(Cases::of, 1e-4));
        var out = new StringWriter();
        line.setOut(new PrintWriter(out));
        int exitCode = line.execute("bench", "--profile", "--case", "tiny-train", "--rounds", "1", "--seconds", "1e-3");
        assertThat(exitCode).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("tiny-train-b32").containsPattern("matmul +\\(32, 2\\).* us ");
    }

    @Test
    void wrongUsage() {
        var none = bench("--case", "resnet");
        assertThat(none.exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(none.err).contains("--case resnet fits none of the cases: lenet-train, lenet-infer, gemm-512");
        assertThat(bench("--rounds", "0").exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(bench("--profile", "--peers").err).contains("use it without --peers and --json");
        assertThat(bench("--profile", "--json").exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(bench("--threads", "0").err).contains("--threads is 0, expected at least 1");
    }

    @Test
    void withoutPyTorchTheCommandThatFetchesIt() {
        var before = System.setProperty("soma.peers", "nowhere");
        try {
            var result = bench("--peers");
            assertThat(result.exitCode).isEqualTo(ExitCode.FAILURE);
            assertThat(result.err).contains("mvn -Ppeers -DskipTests package");
        } finally {
            if (before == null) {
                System.clearProperty("soma.peers");
            } else {
                System.setProperty("soma.peers", before);
            }
        }
    }

    @Test
    void helpNamesTheOptions() {
        assertThat(bench("--help").out).contains("--peers", "--case", "--threads", "--json", "soma bench --case lenet");
    }
}
