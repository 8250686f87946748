/** Public data sets, bundled with Soma or read from where they are. */
module soma.datasets {
    requires transitive soma;
    requires static org.jspecify;

    exports soma.datasets;
}
