package soma.io;

import java.nio.file.Path;
import soma.SomaException;

/** A file that does not hold what its format asks for; the message names the file and the reason. */
public class FileFormatException extends SomaException {
    private static final long serialVersionUID = 1L;

    /** {@code file: why}. */
    public FileFormatException(Path file, String why) {
        super(file + ": " + why);
    }
}
