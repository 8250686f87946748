package soma.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import soma.labs.Lab;
import soma.labs.Labs;

/** The {@code soma} command, and the options that all its subcommands have. */
@Command(
        name = "soma",
        description = "Deep learning in plain Java.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all well", "1:a result misses its bar", "2:wrong usage", "3:failure"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  soma lab lenet       watch LeNet learn MNIST",
            "  soma lab list        what else can be run",
            "  soma doctor          what this machine offers",
            "  soma run Hello.java  run a program"
        },
        subcommands = DoctorCommand.class)
public final class Main implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show where in the code a failure arose.")
    private boolean stacktrace;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "JSON lines on standard output, all else on standard error.")
    private boolean json;

    @Option(
            names = "--seed",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Where random numbers start (default: 1). The same seed gives the same results.")
    private long seed = 1;

    private int threads =
            Integer.getInteger("soma.threads", Runtime.getRuntime().availableProcessors());

    private Main() {}

    @Option(
            names = "--threads",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Threads to compute with (default: one a core). Results do not depend on it.")
    private void threads(int count) {
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--threads is " + count + ", expected at least 1");
        }
        threads = count;
        System.setProperty("soma.threads", Integer.toString(count));
    }

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command line and returns its exit code. */
    static int execute(String... args) {
        return execute(Labs::all, args);
    }

    /** Like {@link #execute(String...)}, with labs that a test made. */
    static int execute(Supplier<List<Lab>> labs, String... args) {
        var line = with(labs, ServiceLoader.load(Subcommand.class));
        try {
            return line.execute(args);
        } catch (LinkageError | VirtualMachineError e) {
            // Uncaught it would end the JVM with the exit code of a missed bar.
            return ((Main) line.getCommand()).report(line.getErr(), e);
        }
    }

    /** The command with this subcommand more. */
    public static CommandLine with(Subcommand more) {
        return with(Labs::all, List.of(more));
    }

    private static CommandLine with(Supplier<List<Lab>> labs, Iterable<Subcommand> more) {
        var main = new Main();
        var line = new CommandLine(main);
        line.addSubcommand(new LabCommand(labs));
        // What follows the program belongs to the program.
        line.addSubcommand(new CommandLine(new RunCommand()).setStopAtPositional(true));
        more.forEach(line::addSubcommand);
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, _, _) -> main.report(line.getErr(), failure));
        line.setParameterExceptionHandler((wrong, _) -> explain(wrong));
        return line;
    }

    /** What is wrong and where help is, not the whole help. */
    private static int explain(ParameterException wrong) {
        var line = wrong.getCommandLine();
        var err = line.getErr();
        err.println("soma: " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    /** Tells of a failure, in one line unless more was asked for. */
    int report(PrintWriter err, Throwable failure) {
        if (stacktrace) {
            failure.printStackTrace(err);
        } else {
            err.println("soma: " + describe(failure));
            err.println("(--stacktrace shows where)");
        }
        err.flush();
        return ExitCode.FAILURE;
    }

    static String describe(Throwable failure) {
        var message = failure.getMessage();
        if (failure instanceof Error || message == null || message.isBlank()) {
            return failure.toString();
        }
        return message;
    }

    boolean stacktrace() {
        return stacktrace;
    }

    /** Whether machines read the output: {@code --json}. */
    public boolean json() {
        return json;
    }

    /** Where random numbers start: {@code --seed}. */
    public long seed() {
        return seed;
    }

    /** Threads to compute with: {@code --threads}. */
    public int threads() {
        return threads;
    }

    /** Without a subcommand. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version that the build wrote into the module. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"soma " + number()};
        }

        static String number() {
            var descriptor = Main.class.getModule().getDescriptor();
            return descriptor == null ? "unversioned" : descriptor.rawVersion().orElse("unversioned");
        }
    }
}
