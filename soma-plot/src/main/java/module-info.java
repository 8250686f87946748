/** Figures for people: curves, images, heat maps, boundaries, graphs. */
module soma.plot {
    requires transitive soma;
    // Not transitive: with it, import module soma.plot would bring java.awt's List and Shape into every program.
    requires java.desktop;
    requires org.knowm.xchart;
    requires static org.jspecify;

    exports soma.plot;
}
