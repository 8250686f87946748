/** Data sets, bundled or fetched. */
module soma.datasets {
    requires transitive soma;
    requires static org.jspecify;
}
