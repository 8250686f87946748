/** The soma command. */
module soma.cli {
    requires com.google.gson;
    requires info.picocli;
    requires java.compiler;
    requires java.management;
    requires soma.labs;
    requires static org.jspecify;

    exports soma.cli to
            soma.bench;

    opens soma.cli to
            info.picocli;

    uses soma.cli.Subcommand;
}
