package soma.bench.sizes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process of its own shows that does nothing else than some steps of a case: the time from its start to the end
 * of the last step, or the most memory it had.
 */
public record FreshRun(String id, String step, int steps, boolean isMemory) {

    /** How soon the first and the hundredth training step are done, and what training takes. */
    public static final List<FreshRun> ALL = List.of(
            new FreshRun("start-mlp-first", "mlp-train-b128", 1, false),
            new FreshRun("start-mlp-100", "mlp-train-b128", 100, false),
            new FreshRun("start-gpt-small-first", "gpt-small-train", 1, false),
            new FreshRun("memory-resnet18-cifar", "resnet18-cifar-train-b32", 10, true),
            new FreshRun("memory-gpt-small", "gpt-small-train", 20, true),
            new FreshRun("memory-gpt-d384", "gpt-d384-train", 10, true));

    /** What such a process prints once its steps are done, before the most memory it had, in kilobytes. */
    public static final String DONE = "done ";

    /** The most memory that this process has had resident so far, in kilobytes; -1 where the system does not tell. */
    public static long peakKilobytes() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Runs a process that prints {@link #DONE} as {@code builder} says: milliseconds, or megabytes. */
    public double measure(ProcessBuilder builder) {
        long start = System.nanoTime();
        try {
            var process = builder.start();
            process.getOutputStream().close();
            try (var lines = process.inputReader()) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(DONE)) {
                        double ms = (System.nanoTime() - start) / 1e6;
                        double mb = Long.parseLong(line.substring(DONE.length())) / 1024.0;
                        process.waitFor();
                        return isMemory ? mb : ms;
                    }
                }
            }
            throw new IllegalStateException("bench: the process for " + id + " ended with exit code "
                    + process.waitFor() + " before its steps were done: " + String.join(" ", builder.command()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("bench: interrupted while " + id + " ran", e);
        }
    }
}
