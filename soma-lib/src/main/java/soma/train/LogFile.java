package soma.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import soma.io.AtomicFile;

/** A text file that grows by lines. */
final class LogFile {
    private final Path file;

    LogFile(Path file) {
        this.file = file;
    }

    /** Begins with those of the lines already there that are kept: of epochs and steps that a resumed training had done. */
    void begin(Predicate<String> kept) {
        try {
            var lines = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
            var text = new StringBuilder();
            lines.stream().filter(kept).forEach(line -> text.append(line).append('\n'));
            var bytes = StandardCharsets.UTF_8.encode(text.toString());
            AtomicFile.write(file, channel -> {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    void line(String text) {
        try {
            Files.writeString(file, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
