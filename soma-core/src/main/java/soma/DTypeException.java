package soma;

/** An operation was asked of a dtype that does not have it. */
public final class DTypeException extends SomaException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what was given, what was expected and what to do. */
    public DTypeException(String message) {
        super(message);
    }
}
