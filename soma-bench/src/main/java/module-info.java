/** Benchmarks, alone and beside peers. */
module soma.bench {
    requires soma.cli;
    requires static org.jspecify;
}
