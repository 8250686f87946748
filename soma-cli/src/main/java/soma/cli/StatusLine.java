package soma.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * How far a long command is: one line that rewrites itself on a terminal, nothing elsewhere. Lines of text pass above
 * it.
 *
 * <p>Written by hand because the progress-bar libraries bring a native terminal library, and Soma brings none.
 */
public final class StatusLine implements AutoCloseable {
    private static final int BAR = 20;
    private static final int WIDTH = 78;
    private static final String ERASE = "\r\033[K";

    private final PrintWriter err;
    private final boolean shown;
    private final int steps;
    private int done;
    private String doing = "";

    StatusLine(PrintWriter err, boolean shown, int steps) {
        this.err = err;
        this.shown = shown;
        this.steps = steps;
    }

    /** For a command that takes so many steps. */
    public static StatusLine of(PrintWriter err, int steps) {
        return new StatusLine(err, onTerminal(), steps);
    }

    /** Whether a person watches. */
    public static boolean onTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /** What is being done now: its first line. */
    public synchronized void doing(String what) {
        doing = what.lines().findFirst().orElse("");
        draw();
    }

    /** One step more is done. */
    public synchronized void step() {
        done++;
        draw();
    }

    /** A line that stays. */
    public synchronized void say(String line) {
        err.println(shown ? ERASE + line : line);
        draw();
    }

    /** Makes room for what is written elsewhere on the same terminal. */
    public synchronized void clear() {
        if (shown) {
            err.print(ERASE);
        }
        err.flush();
    }

    /** Takes the line away. */
    @Override
    public void close() {
        clear();
    }

    private void draw() {
        if (shown) {
            int full = steps == 0 ? 0 : Math.min(BAR, BAR * done / steps);
            var line = "[" + "#".repeat(full) + " ".repeat(BAR - full) + "] " + done + "/" + steps + " " + doing;
            err.print(ERASE + line.substring(0, Math.min(line.length(), WIDTH)));
        }
        err.flush();
    }
}
