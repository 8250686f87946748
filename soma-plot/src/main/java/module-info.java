/** Figures for people: curves, images, heat maps, boundaries, graphs. */
module soma.plot {
    requires transitive soma;
    requires transitive java.desktop;
    requires org.knowm.xchart;
    requires static org.jspecify;

    exports soma.plot;
}
