package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import soma.cli.ExitCode;
import soma.cli.Main;

class BenchCommandTest {

    private record Result(int exitCode, String out, String err) {}

    private static List<Case> cases(long seed) {
        return Stream.of("lenet-train", "lenet-infer", "gemm-512")
                .map(id -> new Case(
                        id,
                        id.startsWith("gemm") ? "products" : "nets",
                        Case.Work.of(1e3, 0).items(3),
                        () -> () -> {}))
                .toList();
    }

    private static Result bench(String... args) {
        var line = Main.with(new BenchCommand(BenchCommandTest::cases));
        var out = new StringWriter();
        var err = new StringWriter();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var all = Stream.concat(
                        Stream.of("bench", "--rounds", "1", "--seconds", "1e-4", "--warm-up", "1e-4"), Stream.of(args))
                .toArray(String[]::new);
        int exitCode = line.execute(all);
        return new Result(exitCode, out.toString(), err.toString());
    }

    @Test
    void aloneOneLineOfJsonACase() {
        var result = bench("--json", "--case", "lenet-*i", "--threads", "2");
        assertThat(result.exitCode).isEqualTo(ExitCode.OK);
        assertThat(result.out.lines())
                .hasSize(2)
                .allMatch(
                        line -> line.matches("\\{\"case\":\"lenet-(train|infer)\",\"soma_ms\":[0-9.E-]+,\"threads\":2,"
                                + "\"soma_min\":[0-9.E-]+,\"soma_max\":[0-9.E-]+,\"limit_ms\":[0-9.E-]+,"
                                + "\"limit\":\"operations\",\"share\":[0-9.E-]+,\"tokens_per_s\":[0-9.E]+,"
                                + "\"kb_per_step\":[0-9.E-]+}"));
        assertThat(result.err).contains("lenet-train");
    }

    @Test
    void forPeopleATable() {
        var result = bench();
        assertThat(result.out.lines()).hasSize(5).first().asString().contains("GFLOP/s", "GB/s");
        assertThat(result.out.lines().skip(1).findFirst().orElseThrow()).contains("case", "soma ms", "ratio", "limit");
        assertThat(bench("--case", "gemm").out.lines()).hasSize(3);
    }

    @Test
    void groupsAndNames() {
        assertThat(bench("--list").out.lines())
                .containsExactly("nets lenet-train", "nets lenet-infer", "products gemm-512");
        assertThat(bench("--list", "--group", "products").out.lines()).containsExactly("products gemm-512");
        assertThat(bench("--list", "--json", "--case", "gemm").out)
                .contains("\"case\":\"gemm-512\"", "\"group\":\"products\"");
        assertThat(bench("--group", "conv").err).contains("--group conv is none of the groups: nets, products");
    }

    @Test
    void asMarkdown() {
        assertThat(bench("--markdown", "--case", "gemm").out.lines())
                .hasSize(5)
                .last()
                .asString()
                .startsWith("| gemm-512 | ")
                .endsWith(" |");
    }

    @Test
    void theProfileOfACaseShowsItsKernels() {
        var line = Main.with(new BenchCommand(Cases::of));
        var out = new StringWriter();
        line.setOut(new PrintWriter(out));
        int exitCode = line.execute(
                "bench",
                "--profile",
                "--case",
                "tiny-train",
                "--rounds",
                "1",
                "--seconds",
                "1e-3",
                "--warm-up",
                "1e-3");
        assertThat(exitCode).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("tiny-train-b32").containsPattern("matmul +\\(32, 2\\).* us ");
    }

    @Test
    void wrongUsage() {
        var none = bench("--case", "resnet");
        assertThat(none.exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(none.err).contains("--case resnet fits none of the cases: lenet-train, lenet-infer, gemm-512");
        assertThat(bench("--rounds", "0").exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(bench("--profile", "--peers").err).contains("use it without --peers, --json and --markdown");
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
