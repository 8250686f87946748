package soma;

/** An index, class or label is outside what it points into. */
public final class IndexException extends SomaException {
    private static final long serialVersionUID = 1L;

    /** With a message that says which index, and what would fit. */
    public IndexException(String message) {
        super(message);
    }
}
