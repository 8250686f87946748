package soma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents show is compiled, and run: programs in Markdown as {@code soma run} does, examples in Javadoc compiled only. */
class SnippetsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```");
    private static final Pattern MEMBER =
            Pattern.compile("(?s)\\s*(@\\w+\\s+)*(public |static |private |final )*(record|class|interface|enum) .*");

    /** What examples speak of without declaring it. */
    private static final String GIVEN = """
            Tensor x, y, q, k, v, xs, ids, next, tokens, memory, source, target, logits, targets;
            int[] frames, lengths;
            int T, length;
            Layer model;
            TransformerEncoder encoder;
            RecurrentCell cell;
            List<Tensor> state;
            Dataset train, test;
            Rng rng;
            """;

    @TempDir
    Path folder;

    // ---- Markdown

    private static List<Path> documents() throws IOException {
        try (var top = Files.list(ROOT);
                var docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(p -> p.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> blocks(Path document) throws IOException {
        return BLOCK.matcher(Files.readString(document))
                .results()
                .map(m -> m.group(1))
                .toList();
    }

    @Test
    void programsInDocumentsRun() throws IOException {
        int count = 0;
        for (var document : documents()) {
            for (var block : blocks(document)) {
                // Statements get a main. A program is taken as it stands, but for a tenth of the digits: enough to see it work.
                var whole = block.contains("void main(");
                var program = whole
                        ? block.replace("mnist.train().batches(", "mnist.train().take(6000).batches(")
                        : "void main() throws Exception {\n" + block + "}\n";
                var file = Files.writeString(folder.resolve("Program" + ++count + ".java"), program);
                var result = Cli.soma("run", file.toString());
                assertThat(result.exitCode())
                        .as("%s:%n%s%n%s", document, block, result.err())
                        .isZero();
                if (block.contains("Mnist.load()") && block.contains("Metric.accuracy()")) {
                    assertThat(result.out()).as(block).matches("(?s)epoch 1: loss .*epoch 3: loss .*accuracy 0\\.[89].*");
                }
            }
        }
        assertThat(count).as("programs in documents").isGreaterThanOrEqualTo(2);
    }

    @Test
    void figuresBringNoOtherListOrShape() throws IOException {
        var program = """
                import module soma.plot;
                void main() {
                    IO.println(List.of(Shape.of(2, 3), new Curves("a", "x", "y").width()));
                }
                """;
        var file = Files.writeString(folder.resolve("Lists.java"), program);
        var result = Cli.soma("run", file.toString());
        assertThat(result.err() + result.out()).isEqualToIgnoringNewLines("[(2, 3), 800]");
    }

    // ---- Javadoc

    private record Example(Path file, int line, String code) {}

    private static List<Example> examples() throws IOException {
        var out = new ArrayList<Example>();
        for (var module : List.of("soma-core", "soma-lib", "soma-datasets", "soma-plot", "soma-labs")) {
            try (var files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (var file :
                        files.filter(p -> p.toString().endsWith(".java")).sorted().toList()) {
                    out.addAll(examples(file));
                }
            }
        }
        return out;
    }

    private static List<Example> examples(Path file) throws IOException {
        var out = new ArrayList<Example>();
        var text = Files.readString(file);
        var tag = "{@snippet :";
        for (int at = text.indexOf(tag); at >= 0; at = text.indexOf(tag, at + 1)) {
            int from = at + tag.length();
            int depth = 1;
            int to = from;
            for (; depth > 0; to++) {
                depth += text.charAt(to) == '{' ? 1 : text.charAt(to) == '}' ? -1 : 0;
            }
            var code = text.substring(from, to - 1)
                    .lines()
                    .map(l -> l.replaceFirst("^\\s*\\* ?", ""))
                    .collect(Collectors.joining("\n"));
            out.add(new Example(file, (int) text.substring(0, at).lines().count(), code));
        }
        return out;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @Test
    void examplesInJavadocCompile() throws IOException {
        var examples = examples();
        assertThat(examples).as("examples in Javadoc").hasSizeGreaterThan(40);
        var sources = new ArrayList<JavaFileObject>();
        for (int i = 0; i < examples.size(); i++) {
            var code = examples.get(i).code();
            var body = MEMBER.matcher(code).matches() ? code : "void example() throws Exception {" + code + "\n}";
            sources.add(new Source("Example" + i, SourceProgram.IMPORTS + "class Example" + i + " {" + GIVEN + body + "\n}"));
        }
        var found = new DiagnosticCollector<JavaFileObject>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(found, null, null)) {
            var options = new ArrayList<>(SourceProgram.options(folder.resolve("Example.java")));
            options.addAll(List.of("-d", folder.toString()));
            compiler.getTask(null, files, found, options, null, sources).call();
        }
        var errors = found.getDiagnostics().stream()
                .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
                .map(d -> describe(examples, d))
                .toList();
        assertThat(errors).isEmpty();
    }

    private static String describe(List<Example> examples, Diagnostic<? extends JavaFileObject> problem) {
        var name = problem.getSource() == null ? "" : problem.getSource().getName();
        var number = name.replaceAll("\\D", "");
        if (number.isEmpty()) {
            return problem.toString();
        }
        var example = examples.get(Integer.parseInt(number));
        return example.file() + ":" + example.line() + ": " + problem.getMessage(null) + "\n" + example.code();
    }
}
