package soma.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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
                    + " best setting counts; ratios above 1 are Soma's. Numbers are medians of rounds, with the lowest"
                    + " and highest.",
        footer = {
            "  soma bench                            all cases, Soma alone",
            "  soma bench --profile --case mlp-train where its time goes",
            "  soma bench --case lenet --threads 1   the cases with lenet in their name",
            "  mvn -Ppeers -DskipTests package       fetches PyTorch, once",
            "  soma bench --peers --json             beside PyTorch, for machines"
        })
public final class BenchCommand implements Subcommand {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Main main;

    @Option(names = "--peers", description = "Compare with PyTorch.")
    private boolean peers;

    @Option(
            names = "--case",
            paramLabel = "PATTERN",
            description = "Only cases with this in their name; * stands for anything.")
    private @Nullable String pattern;

    @Option(names = "--rounds", paramLabel = "N", description = "Measurements of each (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of a measurement, after a warm-up of 2 s a case (default: ${DEFAULT-VALUE}).")
    private double seconds = 0.5;

    @Option(names = "--profile", description = "Instead of a table of cases, what each kernel of a case took at best.")
    private boolean profile;

    private static final double WARM_UP = 2;

    private final Function<Long, Map<String, Supplier<Runnable>>> cases;
    private final double warmUp;

    /** For {@link java.util.ServiceLoader}. */
    public BenchCommand() {
        this(Cases::of, WARM_UP);
    }

    BenchCommand(Function<Long, Map<String, Supplier<Runnable>>> cases, double warmUp) {
        this.cases = cases;
        this.warmUp = warmUp;
    }

    @Override
    public Integer call() {
        var chosen = chosen();
        if (rounds < 1 || !(seconds > 0)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rounds is " + rounds + " and --seconds " + seconds + ", expected at least 1 and more than 0");
        }
        if (profile && (peers || main.json())) {
            throw new ParameterException(
                    spec.commandLine(), "--profile is text about Soma alone; use it without --peers and --json");
        }
        if (profile) {
            profile(chosen);
        } else if (peers) {
            try (var processes = Peers.open()) {
                run(chosen, Optional.of(new PyTorch(processes)));
            }
        } else {
            run(chosen, Optional.empty());
        }
        return ExitCode.OK;
    }

    private void profile(Map<String, Supplier<Runnable>> chosen) {
        var out = spec.commandLine().getOut();
        chosen.forEach((id, model) -> {
            var step = model.get();
            Soma.withThreads(main.threads(), () -> Stopwatch.medianMs(() -> step, warmUp + rounds * seconds));
            out.println(id);
            out.println(step instanceof Cases.Step known ? known.compiled().explain() : "");
            out.flush();
        });
    }

    private Map<String, Supplier<Runnable>> chosen() {
        var all = cases.apply(main.seed());
        if (pattern == null) {
            return all;
        }
        var wanted = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
        var chosen = new LinkedHashMap<>(all);
        chosen.keySet().removeIf(id -> !wanted.matcher(id).find());
        if (chosen.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--case " + pattern + " fits none of the cases: " + String.join(", ", all.keySet()));
        }
        return chosen;
    }

    private void run(Map<String, Supplier<Runnable>> chosen, Optional<Bench.Peer> peer) {
        var out = spec.commandLine().getOut();
        var rows = new ArrayList<Row>();
        if (!main.json()) {
            out.println(Row.header());
            out.flush();
        }
        try (var status = StatusLine.of(spec.commandLine().getErr(), chosen.size())) {
            var bench = new Bench(main.threads(), new Bench.Effort(rounds, seconds, warmUp), peer, status::doing);
            chosen.forEach((id, model) -> {
                var row = bench.measure(id, model);
                rows.add(row);
                if (main.json()) {
                    status.say(row.text());
                }
                status.clear();
                out.println(main.json() ? Json.line(row.fields()) : row.text());
                out.flush();
                status.step();
            });
        }
        if (peer.isPresent()) {
            out.println(main.json() ? Json.line(Row.summary(rows)) : Row.summaryText(rows));
            out.flush();
        }
    }
}
