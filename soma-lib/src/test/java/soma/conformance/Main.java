package soma.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the stored reference cases and prints one line for each suite, then the cases that failed. The folder is the
 * first argument, else the system property {@code soma.conformance}, else the environment's SOMA_CONFORMANCE, else
 * {@code shared/conformance} beside the project. Exits with 1 where a case failed, with 2 where there is nothing to
 * run.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        var folder = folder(args);
        var suites = suites(folder);
        suites.forEach(s -> s.report().forEach(System.out::println));
        if (suites.isEmpty()) {
            System.out.println("conformance: no cases in " + folder
                    + "; name a folder with torch-cases.json.gz or array-files by -Dsoma.conformance=DIR or"
                    + " SOMA_CONFORMANCE");
        }
        System.out.flush();
        System.exit(suites.isEmpty() ? 2 : suites.stream().anyMatch(s -> s.failed() > 0) ? 1 : 0);
    }

    static List<Tally> suites(Path folder) throws IOException {
        var suites = new ArrayList<Tally>();
        if (Files.isDirectory(folder)) {
            try (var list = Files.list(folder)) {
                for (var file : list.filter(TorchCases::isCaseFile).sorted().toList()) {
                    suites.add(TorchCases.run(file));
                }
            }
            if (Files.exists(folder.resolve("array-files/manifest.json"))) {
                suites.add(ArrayFiles.run(folder.resolve("array-files")));
            }
        }
        return suites;
    }

    /** Where the cases are. */
    static Path folder(String... args) {
        if (args.length > 0 && !args[0].isBlank()) {
            return Path.of(args[0]).toAbsolutePath();
        }
        var property = System.getProperty("soma.conformance", "");
        var variable = System.getenv().getOrDefault("SOMA_CONFORMANCE", "");
        if (!property.isBlank() || !variable.isBlank()) {
            return Path.of(property.isBlank() ? variable : property).toAbsolutePath();
        }
        for (var p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            var beside = p.resolve("shared/conformance");
            if (Files.isDirectory(beside)) {
                return beside;
            }
        }
        return Path.of("../shared/conformance").toAbsolutePath();
    }
}
