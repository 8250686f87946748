package soma.datasets;

import org.jspecify.annotations.Nullable;
import soma.SomaException;

/** A file that is not what the idx format says; the message names the file and what is wrong with it. */
public final class IdxException extends SomaException {
    private static final long serialVersionUID = 1L;

    IdxException(String file, String wrong, @Nullable Throwable cause) {
        super(file + ": not a good idx file: it " + wrong);
        if (cause != null) {
            initCause(cause);
        }
    }
}
