package soma.cli;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import soma.kernel.Cpu;
import soma.kernel.VectorWidth;

/** What Soma finds on this machine, and what would make it faster. */
@Command(
        name = "doctor",
        description = "Shows what this machine offers: JDK, vectors, cores, memory.",
        footer = {"  soma doctor", "  soma doctor --json"})
final class DoctorCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var facts = facts();
        if (json) {
            out.println(facts.entrySet().stream()
                    .map(fact -> quote(fact.getKey()) + ":" + literal(fact.getValue()))
                    .collect(Collectors.joining(",", "{", "}")));
        } else {
            facts.forEach((name, value) -> out.printf("%-12s %s%n", name.replace('_', ' '), value));
            advice().ifPresent(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static Map<String, Object> facts() {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("soma", Main.Version.number());
        facts.put("jdk", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        facts.put("jit", ManagementFactory.getCompilationMXBean().getName());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("vectors", Cpu.VECTORS);
        facts.put("vector_bits", Cpu.vectorModulePresent() ? VectorWidth.bits() : 0);
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("heap_mib", Runtime.getRuntime().maxMemory() >> 20);
        return facts;
    }

    private static Optional<String> advice() {
        if (!Cpu.vectorModulePresent()) {
            return Optional.of(
                    "The vector module is missing: add --add-modules jdk.incubator.vector to the java command.");
        }
        return Cpu.VECTORS
                ? Optional.empty()
                : Optional.of("Vectors are switched off by -Dsoma.vector=off: everything runs, but slowly.");
    }

    private static String literal(Object value) {
        return value instanceof String text ? quote(text) : value.toString();
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
