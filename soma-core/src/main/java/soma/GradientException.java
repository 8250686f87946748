package soma;

/** A gradient that cannot be taken. */
public final class GradientException extends SomaException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what was given, what was expected and what to do. */
    public GradientException(String message) {
        super(message);
    }
}
