package soma.cli;

import java.util.concurrent.Callable;

/**
 * A subcommand, annotated for picocli, that a module above this one adds by {@code provides soma.cli.Subcommand}.
 * Its {@code call} returns one of the {@link ExitCode exit codes}.
 */
public interface Subcommand extends Callable<Integer> {}
