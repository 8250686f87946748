package soma.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import soma.Soma;
import soma.cli.ExitCode;
import soma.cli.Json;
import soma.cli.Main;
import soma.cli.StatusLine;
import soma.cli.Subcommand;

/** Times whole steps, alone or in turns with PyTorch. */
@Command(
        name = "bench",
        description =
                "Times whole steps: matrix products, training, inference. With --peers in turns with PyTorch, whose"
                        + " best setting counts (and ONNX Runtime, for the encoder); ratios above 1 are Soma's. Numbers"
                        + " are medians of rounds, with the lowest and highest.",
        footer = {
            "  soma bench                            all cases, Soma alone",
            "  soma bench --list                     the cases and their groups",
            "  soma bench --group conv,nets          the cases of these groups",
            "  soma bench --profile --case mlp-train where its time goes",
            "  soma bench --case lenet --threads 1   the cases with lenet in their name",
            "  mvn -Ppeers -DskipTests package       fetches PyTorch, once",
            "  soma bench --peers --json             beside PyTorch, for machines",
            "  soma bench --peers --markdown --rounds 3 --seconds 0.3 --warm-up 0.4   a table in 25 minutes"
        })
public final class BenchCommand implements Subcommand {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Main main;

    @Option(names = "--peers", description = "Compare with PyTorch and ONNX Runtime.")
    private boolean peers;

    @Option(
            names = "--case",
            paramLabel = "PATTERN",
            description = "Only cases with this in their name; * stands for anything.")
    private @Nullable String pattern;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            split = ",",
            description = "Only cases of this group; --list tells the groups.")
    private List<String> groups = List.of();

    @Option(names = "--list", description = "Instead of measuring, the names of the cases.")
    private boolean list;

    @Option(names = "--markdown", description = "The table as Markdown.")
    private boolean markdown;

    @Option(names = "--rounds", paramLabel = "N", description = "Measurements of each (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "Length of a measurement (default: ${DEFAULT-VALUE}).")
    private double seconds = 0.5;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "Length of the first measurements, which do not count (default: ${DEFAULT-VALUE}).")
    private double warmUp = 1;

    @Option(names = "--profile", description = "Instead of a table of cases, what each kernel of a case took at best.")
    private boolean profile;

    private final LongFunction<List<Case>> cases;

    /** For {@link java.util.ServiceLoader}. */
    public BenchCommand() {
        this(Cases::of);
    }

    BenchCommand(LongFunction<List<Case>> cases) {
        this.cases = cases;
    }

    @Override
    public Integer call() {
        var chosen = chosen();
        if (rounds < 1 || !(seconds > 0) || !(warmUp > 0)) {
            throw wrong("--rounds is " + rounds + ", --seconds " + seconds + " and --warm-up " + warmUp
                    + ", expected at least 1 and more than 0");
        }
        if (profile && (peers || main.json() || markdown)) {
            throw wrong("--profile is text about Soma alone; use it without --peers, --json and --markdown");
        }
        if (list) {
            list(chosen);
        } else if (profile) {
            profile(chosen);
        } else if (peers) {
            try (var processes = Peers.open()) {
                run(chosen, List.of(new PyTorch(processes), new OnnxRuntime(processes)));
            }
        } else {
            run(chosen, List.of());
        }
        return ExitCode.OK;
    }

    private void list(List<Case> chosen) {
        var out = spec.commandLine().getOut();
        chosen.forEach(c -> out.println(
                main.json() ? Json.line(Map.of("case", c.id(), "group", c.group())) : c.group() + " " + c.id()));
        out.flush();
    }

    private void profile(List<Case> chosen) {
        var out = spec.commandLine().getOut();
        for (var c : chosen) {
            var step = c.model().get();
            Soma.withThreads(main.threads(), () -> {
                Bench.warmUp(() -> Stopwatch.medianMs(() -> step, warmUp), warmUp);
                return Stopwatch.medianMs(() -> step, rounds * seconds);
            });
            out.println(c.id());
            out.println(step instanceof Case.Step known ? known.plan().get() : "no plan is known of this case");
            out.flush();
        }
    }

    private List<Case> chosen() {
        var all = cases.apply(main.seed());
        var known = all.stream().map(Case::group).distinct().toList();
        for (var group : groups) {
            if (!known.contains(group)) {
                throw wrong("--group " + group + " is none of the groups: " + String.join(", ", known));
            }
        }
        var name = pattern == null ? "*" : pattern;
        var wanted = Pattern.compile(Pattern.quote(name).replace("*", "\\E.*\\Q"));
        var chosen = all.stream()
                .filter(c -> groups.isEmpty() || groups.contains(c.group()))
                .filter(c -> wanted.matcher(c.id()).find())
                .toList();
        if (chosen.isEmpty()) {
            throw wrong("--case " + name + " fits none of the cases: "
                    + all.stream().map(Case::id).collect(Collectors.joining(", ")));
        }
        return chosen;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void run(List<Case> chosen, List<Bench.Peer> others) {
        var limits = Optional.of(Limits.measured(main.threads()));
        header(limits.get());
        var out = spec.commandLine().getOut();
        var rows = new ArrayList<Row>();
        try (var status = StatusLine.of(spec.commandLine().getErr(), chosen.size())) {
            var bench = new Bench(main.threads(), new Bench.Effort(rounds, seconds, warmUp), others, status::doing);
            for (var c : chosen) {
                var row = bench.measure(c);
                rows.add(row);
                if (main.json()) {
                    status.say(row.text(limits));
                }
                status.clear();
                out.println(line(row, limits));
                out.flush();
                status.step();
            }
        }
        if (!others.isEmpty()) {
            if (markdown) {
                out.println();
            }
            out.println(main.json() ? Json.line(Row.summary(rows)) : Row.summaryText(rows));
            out.flush();
        }
    }

    private void header(Limits limits) {
        var out = spec.commandLine().getOut();
        if (markdown) {
            out.println(limits.text());
            out.println();
            Row.markdownHeader().forEach(out::println);
        } else if (!main.json()) {
            out.println(limits.text());
            out.println(Row.header());
        }
        out.flush();
    }

    private String line(Row row, Optional<Limits> limits) {
        if (main.json()) {
            return Json.line(row.fields(limits));
        }
        return markdown ? row.markdown(limits) : row.text(limits);
    }
}
