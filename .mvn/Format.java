import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.JavaFormatterOptions;

// Checks that every Java file of the project is formatted, or formats it ("apply"). The build runs this in the JDK 25,
// because a formatter that runs inside Maven sees only the syntax that Maven's own JDK can parse.
void main(String[] args) throws Exception {
    var apply = args.length > 0 && args[0].equals("apply");
    var options = JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build();
    var formatter = Formatter.createFormatter(options);
    List<Path> files;
    try (var tree = Files.find(Path.of(""), 20, (path, _) -> isOurs(path))) {
        files = tree.sorted().toList();
    }
    var problems = Collections.synchronizedList(new ArrayList<String>());
    files.parallelStream().forEach(file -> {
        try {
            var source = Files.readString(file);
            var formatted = formatter.formatSourceAndFixImports(source);
            if (formatted.equals(source)) return;
            if (apply) Files.writeString(file, formatted);
            else problems.add(file + " is not formatted");
        } catch (Exception e) {
            problems.add(file + " cannot be formatted: " + e.getMessage());
        }
    });
    problems.stream().sorted().forEach(IO::println);
    if (!problems.isEmpty() && !apply) IO.println("To format all files: mvn -q -N -Dformat=apply validate");
    System.exit(problems.isEmpty() ? 0 : 1);
}

boolean isOurs(Path file) {
    var path = file.toString().replace('\\', '/');
    return path.endsWith(".java") && path.contains("src/") && !path.contains("target/");
}
