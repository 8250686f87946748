package soma.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import soma.bench.Case.Work;
import soma.bench.sizes.FreshRun;

/** What only a process of its own can show: how soon it has trained, and the most memory it took. */
final class FreshCases {
    private FreshCases() {}

    static void add(List<Case> cases) {
        for (var run : FreshRun.ALL) {
            var group = run.isMemory() ? "memory" : "start";
            cases.add(new Case(
                    run.id(),
                    group,
                    Case.PYTORCH,
                    Work.unknown(),
                    () -> () -> {},
                    Optional.of(threads -> run.measure(process(run, threads)))));
        }
    }

    /** A JVM with the options of this one. */
    private static ProcessBuilder process(FreshRun run, int threads) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X") || option.startsWith("-Dsoma."))
                .forEach(command::add);
        command.add("-Dsoma.threads=" + threads);
        var modules = System.getProperty("jdk.module.path");
        if (modules == null) {
            command.addAll(
                    List.of("--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path")));
            command.add(FreshStep.class.getName());
        } else {
            command.addAll(List.of("-p", modules, "-m", "soma.bench/" + FreshStep.class.getName()));
        }
        command.addAll(List.of(run.step(), Integer.toString(run.steps())));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    }
}
