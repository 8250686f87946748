/** Benchmarks, alone and beside peers. */
module soma.bench {
    requires info.picocli;
    requires java.management;
    requires jdk.management;
    requires soma;
    requires soma.cli;
    requires static org.jspecify;

    opens soma.bench to
            info.picocli,
            soma;

    uses soma.Executor;

    provides soma.cli.Subcommand with
            soma.bench.BenchCommand;
}
