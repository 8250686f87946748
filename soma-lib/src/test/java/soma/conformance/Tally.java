package soma.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What became of the cases of one suite. */
final class Tally {
    private final String suite;
    private int passed;
    private final List<String> failures = new ArrayList<>();
    private final TreeMap<String, List<String>> skipped = new TreeMap<>();

    Tally(String suite) {
        this.suite = suite;
    }

    /** Runs a case, which gives what is wrong with it: nothing where all is well. */
    void run(String id, Supplier<List<String>> work) {
        try {
            var problems = work.get();
            if (problems.isEmpty()) {
                passed++;
            } else {
                failures.add(id + ": " + String.join("; ", problems));
            }
        } catch (MissingOperator e) {
            skipped.computeIfAbsent(e.getMessage(), _ -> new ArrayList<>()).add(id);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
            var at = java.util.Arrays.stream(e.getStackTrace())
                    .findFirst()
                    .map(f -> " at " + f)
                    .orElse("");
            failures.add(id + ": " + e + at);
        }
    }

    int failed() {
        return failures.size();
    }

    int passed() {
        return passed;
    }

    List<String> failures() {
        return failures;
    }

    /** One line of numbers, then the failures and what was left out. */
    List<String> report() {
        var lines = new ArrayList<String>();
        int left = skipped.values().stream().mapToInt(List::size).sum();
        lines.add(suite + ": " + passed + " passed, " + failures.size() + " failed, " + left + " skipped");
        failures.forEach(f -> lines.add("  failed " + f));
        skipped.forEach((why, ids) -> lines.add("  skipped, no " + why + ": " + String.join(", ", ids)));
        return lines;
    }
}
