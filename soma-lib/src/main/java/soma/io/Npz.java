package soma.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import soma.Tensor;

/** Named arrays in NumPy's npz format: a zip of npy files. */
public final class Npz {
    private Npz() {}

    /** Reads all arrays. */
    public static Map<String, Tensor> read(Path file) {
        try (var zip = new ZipFile(file.toFile())) {
            var out = new LinkedHashMap<String, Tensor>();
            for (var entry : Collections.list(zip.entries())) {
                if (entry.isDirectory()) {
                    continue;
                }
                var name = entry.getName();
                try (var in = zip.getInputStream(entry)) {
                    var bytes = in.readAllBytes();
                    out.put(
                            name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name,
                            Npy.parse(
                                    file.resolveSibling(file.getFileName() + "!" + name),
                                    MemorySegment.ofArray(bytes)));
                }
            }
            return Collections.unmodifiableMap(out);
        } catch (ZipException e) {
            throw new FileFormatException(file, "not a zip archive that can be read: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
