/** Benchmarks, alone and beside peers. */
module soma.bench {
    requires info.picocli;
    requires jdk.management;
    requires soma;
    requires soma.cli;
    requires static org.jspecify;

    opens soma.bench to
            info.picocli;

    provides soma.cli.Subcommand with
            soma.bench.BenchCommand;
}
