package soma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may know which: read from the sources of all modules, so that a forbidden import fails the build. */
class ArrowsTest {

    /** A package, and the packages of ours that it may name besides itself. Packages not listed here may name any. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "soma.kernel", Set.of(),
            "soma", Set.of("soma.op", "soma.kernel"),
            "soma.op", Set.of("soma", "soma.kernel"),
            "soma.graph", Set.of("soma", "soma.op", "soma.kernel"),
            "soma.nn", Set.of("soma", "soma.op"),
            "soma.optim", Set.of("soma", "soma.op"),
            "soma.data", Set.of("soma", "soma.op"),
            "soma.io", Set.of("soma", "soma.op", "soma.nn", "soma.data"),
            "soma.train", Set.of("soma", "soma.op", "soma.nn", "soma.optim", "soma.data", "soma.io"),
            "soma.zoo", Set.of("soma", "soma.op", "soma.nn"));

    /** Folders of the modules that a user's program loads: they leave the standard streams alone. */
    private static final List<String> LIBRARIES = List.of("soma-core", "soma-lib", "soma-plot");

    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "(?s)/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.)*+'");
    private static final Pattern OWN_PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern NAMED_PACKAGE = Pattern.compile("(?<![\\w.])(soma(?:\\.[a-z]\\w*)*)\\.(?:[A-Z]|\\*)");
    private static final Pattern STREAMS =
            Pattern.compile("\\bSystem\\s*\\.\\s*(out|err)\\b|\\.printStackTrace\\s*\\(\\s*\\)|\\bIO\\s*\\.\\s*print");

    private record Source(String module, String file, String name, String code) {}

    @Test
    void packagesKnowOnlyWhatTheyMay() {
        assertThat(sources().flatMap(ArrowsTest::forbidden)).isEmpty();
    }

    @Test
    void vectorsLiveInVectorClassesOfTheKernel() {
        assertThat(sources()
                        .filter(source -> source.code.contains("jdk.incubator."))
                        .filter(source -> !(source.name.equals("soma.kernel")
                                && source.file.matches(".*/Vector[^/]*|.*\\\\Vector[^\\\\]*")))
                        .map(Source::file))
                .as("files that name jdk.incubator but are not soma.kernel's Vector classes")
                .isEmpty();
    }

    @Test
    void librariesDoNotPrint() {
        assertThat(sources()
                        .filter(source -> LIBRARIES.contains(source.module))
                        .flatMap(source -> STREAMS.matcher(source.code)
                                .results()
                                .map(match -> source.file + ": " + match.group())))
                .as("libraries report through exceptions, results and System.Logger")
                .isEmpty();
    }

    @Test
    void theReaderSeesNamesInCodeButNotInCommentsOrStrings() {
        var code = strip("""
            package soma.op; // soma.train.Trainer
            import soma.graph.Plan;
            /** {@link soma.nn.Linear} */ class A { String s = "soma.io.Files"; soma.nn.Layer l; }
            """);
        assertThat(forbidden(new Source("soma-core", "A.java", "soma.op", code)))
                .containsExactly("A.java: soma.op names soma.graph", "A.java: soma.op names soma.nn");
    }

    private static Stream<String> forbidden(Source source) {
        var allowed = ARROWS.get(source.name);
        if (allowed == null) {
            return Stream.of();
        }
        return NAMED_PACKAGE
                .matcher(source.code)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .filter(named -> !named.equals(source.name) && !allowed.contains(named))
                .map(named -> source.file + ": " + source.name + " names " + named);
    }

    private static Stream<Source> sources() {
        var root = Path.of("").toAbsolutePath().getParent();
        try (var modules = Files.list(root)) {
            return modules
                    .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
                    .flatMap(module -> sources(root, module))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Source> sources(Path root, Path module) {
        try (var files = Files.walk(module.resolve("src/main/java"))) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("module-info.java"))
                    .map(file -> read(root, module, file))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source read(Path root, Path module, Path file) {
        try {
            var code = strip(Files.readString(file));
            var name = OWN_PACKAGE
                    .matcher(code)
                    .results()
                    .map(match -> match.group(1))
                    .findFirst()
                    .orElse("");
            return new Source(
                    module.getFileName().toString(), root.relativize(file).toString(), name, code);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String strip(String source) {
        return COMMENT_OR_LITERAL.matcher(source).replaceAll(" ");
    }
}
