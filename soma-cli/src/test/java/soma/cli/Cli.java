package soma.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntFunction;
import soma.labs.Lab;

/** Runs a command line and catches what it writes. */
record Cli(int exitCode, String out, String err) {

    static Cli soma(String... args) {
        return caught(args, Main::execute);
    }

    static Cli somaWith(List<Lab> labs, String... args) {
        return caught(args, line -> Main.execute(() -> labs, line));
    }

    private static Cli caught(String[] args, ToIntFunction<String[]> command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var oldOut = System.out;
        var oldErr = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            var exitCode = command.applyAsInt(args);
            return new Cli(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
        }
    }
}
