package soma;

/** An expression holds a parameter's value from before its last update. */
public final class StaleParamException extends SomaException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what was given, what was expected and what to do. */
    public StaleParamException(String message) {
        super(message);
    }
}
