package soma.cli;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import soma.kernel.Cpu;
import soma.kernel.Peak;
import soma.kernel.VectorWidth;
import soma.kernel.Workers;

/** What Soma finds on this machine, and what would make it faster. */
@Command(
        name = "doctor",
        description =
                "Shows what this machine offers: JDK, vectors, cores, memory, and how fast they are (some seconds).",
        footer = {"  soma doctor", "  soma doctor --json"})
final class DoctorCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Main main;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var facts = facts();
        if (main.json()) {
            out.println(Json.line(facts));
        } else {
            facts.forEach((name, value) -> out.printf("%-18s %s%n", name.replace('_', ' '), value));
            advice().ifPresent(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    private Map<String, Object> facts() {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("soma", Main.Version.number());
        facts.put("jdk", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        facts.put(
                "jit",
                Optional.ofNullable(ManagementFactory.getCompilationMXBean())
                        .map(CompilationMXBean::getName)
                        .orElse("none: everything runs, but very slowly"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("vectors", Cpu.VECTORS);
        facts.put("vector_bits", Cpu.vectorModulePresent() ? VectorWidth.bits() : 0);
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("heap_mib", Runtime.getRuntime().maxMemory() >> 20);
        measure(facts);
        return facts;
    }

    private void measure(Map<String, Object> facts) {
        var one = new Workers(1);
        var all = new Workers(main.threads());
        facts.put("threads", all.threads());
        facts.put("fma_gflops_1t", rounded(Peak.gflops(one)));
        facts.put("fma_gflops", rounded(Peak.gflops(all)));
        facts.put("memory_gb_s", rounded(Peak.gigabytesPerSecond(all)));
    }

    private static double rounded(double x) {
        return Math.round(10 * x) / 10.0;
    }

    private static Optional<String> advice() {
        if (!Cpu.vectorModulePresent()) {
            return Optional.of(
                    "The vector module is missing: add --add-modules jdk.incubator.vector to the java command.");
        }
        return Cpu.VECTORS
                ? Optional.empty()
                : Optional.of(
                        "Vectors are off, by -Dsoma.vector=off or for want of a fused multiply-add (a CPU without it,"
                                + " or -XX:UseAVX=0, -XX:-UseFMA): everything runs, but slowly.");
    }
}
