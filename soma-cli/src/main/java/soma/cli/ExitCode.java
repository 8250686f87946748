package soma.cli;

/** What the shell is told. */
public final class ExitCode {

    /** All went well. */
    public static final int OK = 0;

    /** It ran, but a result misses its bar. */
    public static final int BAR_MISSED = 1;

    /** The command line, or a file it names, is wrong. */
    public static final int USAGE = 2;

    /** It could not be done. */
    public static final int FAILURE = 3;

    private ExitCode() {}
}
