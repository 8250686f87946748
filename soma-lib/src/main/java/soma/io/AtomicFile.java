package soma.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file beside its place and moves it there when it is whole: a reader, or a crash, never sees half a file. */
public final class AtomicFile {
    private AtomicFile() {}

    /** What is written. */
    @FunctionalInterface
    public interface Body {
        /** Writes everything. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Writes {@code file}, replacing it if it exists; its folder is made if need be. */
    public static void write(Path file, Body body) {
        try {
            var folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            var part = Files.createTempFile(folder, "." + file.getFileName(), ".part");
            try {
                try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                    body.writeTo(channel);
                    channel.force(true);
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
