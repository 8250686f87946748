/** The labs: what the lectures teach, run to its number. */
module soma.labs {
    requires transitive soma;
    requires transitive soma.plot;
    requires soma.datasets;
    requires static org.jspecify;

    exports soma.labs;
}
