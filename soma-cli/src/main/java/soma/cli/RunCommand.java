package soma.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a program that is one source file, with all of Soma imported. */
@Command(
        name = "run",
        description = "Runs a program that is one Java file; java.base and all of Soma are imported.",
        footer = {"  soma run Hello.java", "  soma run Train.java 10 0.001    (10 and 0.001 are the program's own)"})
final class RunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Main main;

    @Parameters(index = "0", paramLabel = "FILE.java", description = "The program.")
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Path file;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARG", description = "Passed on to the program.")
    private String[] arguments = {};

    @Override
    public Integer call() throws IOException, ReflectiveOperationException {
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(spec.commandLine(), file + " is not a file; expected a Java source file");
        }
        var err = spec.commandLine().getErr();
        SourceProgram program;
        try {
            program = SourceProgram.compile(file);
        } catch (SourceProgram.CompileException e) {
            err.println(e.getMessage());
            err.flush();
            return ExitCode.FAILURE;
        }
        try {
            program.main(arguments);
            return ExitCode.OK;
        } catch (InvocationTargetException e) {
            report(e.getTargetException(), program, err);
            return ExitCode.FAILURE;
        }
    }

    /** Of the stack only the program's own lines, unless all of it was asked for. */
    private void report(Throwable failure, SourceProgram program, PrintWriter err) {
        if (main.stacktrace()) {
            failure.printStackTrace(err);
        } else {
            err.println(failure);
            Arrays.stream(failure.getStackTrace())
                    .filter(program::owns)
                    .forEach(frame -> err.println("    at " + frame.getMethodName() + " (" + frame.getFileName() + ":"
                            + frame.getLineNumber() + ")"));
        }
        err.flush();
    }
}
