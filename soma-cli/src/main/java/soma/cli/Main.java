package soma.cli;

import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code soma} command. */
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
        footer = {"  soma doctor          what this machine offers", "  soma run Hello.java  run a program"},
        subcommands = DoctorCommand.class)
public final class Main implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show where in the code a failure arose.")
    private boolean stacktrace;

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
        System.setProperty("soma.threads", Integer.toString(count));
    }

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command line and returns its exit code. */
    static int execute(String... args) {
        var main = new Main();
        var line = new CommandLine(main);
        // What follows the program belongs to the program.
        line.addSubcommand(new CommandLine(new RunCommand()).setStopAtPositional(true));
        ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, _, _) -> main.report(line, failure));
        line.setParameterExceptionHandler((wrong, _) -> explain(wrong));
        return line.execute(args);
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

    private int report(CommandLine line, Exception failure) {
        var err = line.getErr();
        if (stacktrace) {
            failure.printStackTrace(err);
        } else {
            err.println("soma: " + describe(failure));
            err.println("(--stacktrace shows where)");
        }
        err.flush();
        return ExitCode.FAILURE;
    }

    private static String describe(Exception failure) {
        var message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getName() : message;
    }

    boolean stacktrace() {
        return stacktrace;
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
