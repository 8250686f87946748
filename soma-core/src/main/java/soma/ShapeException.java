package soma;

/** Shapes that do not fit together, or an axis or index outside its range. */
public final class ShapeException extends SomaException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what was given, what was expected and what to do. */
    public ShapeException(String message) {
        super(message);
    }
}
