package soma;

/** Root of Soma's own exceptions: unchecked, and written for the person who will read them. */
public class SomaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what was given, what was expected and what to do. */
    public SomaException(String message) {
        super(message);
    }
}
