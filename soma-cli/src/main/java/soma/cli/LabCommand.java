package soma.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import soma.labs.Bar;
import soma.labs.Lab;
import soma.labs.LabResult;
import soma.labs.LabRun;

/** Runs the labs: one, or all as a test. */
@Command(
        name = "lab",
        synopsisSubcommandLabel = "[list | verify]",
        description = "Runs a lab: a system of the lectures, trained to its number.",
        footer = {
            "  soma lab list                      what there is",
            "  soma lab lenet                     one lab, with its figures",
            "  soma lab lenet --seed 2 --json     the same with another seed, for machines",
            "  soma lab verify --quick            all labs in their short form"
        })
final class LabCommand implements Callable<Integer> {

    /** How a lab is to be run. */
    static final class How {
        @Option(names = "--quick", description = "A short run that shows everything works.")
        private boolean quick;

        @Option(names = "--out", paramLabel = "DIR", description = "The folder for figures (default: soma-out/LAB).")
        private @Nullable Path out;
    }

    private final Supplier<List<Lab>> labs;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Main main;

    @Mixin
    private final How how = new How();

    @Parameters(arity = "0..1", paramLabel = "LAB", description = "The lab's name, see 'soma lab list'.")
    private @Nullable String id;

    LabCommand(Supplier<List<Lab>> labs) {
        this.labs = labs;
    }

    @Override
    public Integer call() {
        var lab = find(id);
        var out = Optional.ofNullable(how.out).orElse(Path.of("soma-out", lab.id()));
        var console = spec.commandLine();
        var lines = main.json() ? console.getErr() : console.getOut();
        var result = LabRun.of(lab, main.seed(), how.quick, folder(out, spec), line -> {
            lines.println(line);
            lines.flush();
        });
        if (main.json()) {
            console.getOut().println(LabJson.line(result));
        } else {
            console.getOut().println(verdict(result));
        }
        console.getOut().flush();
        return result.passed() ? ExitCode.OK : ExitCode.BAR_MISSED;
    }

    private Lab find(@Nullable String wanted) {
        if (wanted == null) {
            throw new ParameterException(spec.commandLine(), "which lab? 'soma lab list' names them");
        }
        return labs.get().stream()
                .filter(lab -> lab.id().equals(wanted))
                .findFirst()
                .orElseThrow(() -> {
                    var known = labs.get().stream().map(Lab::id).collect(Collectors.joining(", "));
                    return new ParameterException(
                            spec.commandLine(), "there is no lab '" + wanted + "'; the labs are: " + known);
                });
    }

    private static Path folder(Path out, CommandSpec spec) {
        if (Files.exists(out) && !Files.isDirectory(out)) {
            throw new ParameterException(
                    spec.commandLine(), "--out is " + out + ", which is a file; expected a folder");
        }
        return out;
    }

    private static String verdict(LabResult result) {
        var missed = result.bars().stream()
                .filter(bar -> !bar.passed())
                .map(Bar::metric)
                .toList();
        return String.format(
                Locale.ROOT,
                "%s %s in %.1f s, seed %d",
                result.lab(),
                missed.isEmpty() ? "passed" : "MISSED " + String.join(", ", missed),
                result.seconds(),
                result.seed());
    }

    @Command(
            name = "list",
            description = "Names the labs.",
            footer = {"  soma lab list", "  soma lab list --json"})
    Integer list() {
        var out = spec.commandLine().getOut();
        for (var lab : labs.get()) {
            out.println(
                    main.json()
                            ? LabJson.line(lab)
                            : String.format("%-22s %-14s %s", lab.id(), lab.group(), lab.about()));
        }
        out.flush();
        return ExitCode.OK;
    }

    @Command(
            name = "verify",
            description = "Runs all labs and tells which reach their bars.",
            footer = {"  soma lab verify --quick", "  soma lab verify --group vision --json"})
    Integer verify(
            @Mixin How each,
            @Option(names = "--group", paramLabel = "GROUP", description = "Only the labs of this group.") @Nullable
                    String group) {
        var chosen = labs.get().stream()
                .filter(lab -> group == null || lab.group().equals(group))
                .toList();
        if (chosen.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no group '" + group + "'; the groups are: "
                            + labs.get().stream().map(Lab::group).distinct().collect(Collectors.joining(", ")));
        }
        var root = folder(Optional.ofNullable(each.out).orElse(Path.of("soma-out")), spec);
        int exit = ExitCode.OK;
        try (var status = StatusLine.of(spec.commandLine().getErr(), chosen.size())) {
            for (var lab : chosen) {
                exit = Math.max(exit, verify(lab, each.quick, root.resolve(lab.id()), status));
                status.step();
            }
        }
        return exit;
    }

    /** One lab among many: a failure is told and the others still run. */
    private int verify(Lab lab, boolean quick, Path out, StatusLine status) {
        status.doing(lab.id());
        try {
            var result = LabRun.of(lab, main.seed(), quick, out, line -> told(lab.id() + ": " + line, status));
            tell(main.json() ? LabJson.line(result) : verdict(result), status);
            return result.passed() ? ExitCode.OK : ExitCode.BAR_MISSED;
        } catch (RuntimeException e) {
            tell(main.json() ? LabJson.line(lab, main.seed(), e) : lab.id() + " FAILED", status);
            return main.report(spec.commandLine().getErr(), e);
        }
    }

    /** What a lab says of itself is only glanced at: on a terminal it passes through the status line. */
    private static void told(String line, StatusLine status) {
        if (StatusLine.onTerminal()) {
            status.doing(line);
        } else {
            status.say(line);
        }
    }

    private void tell(String line, StatusLine status) {
        status.clear();
        var out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
