package soma.train;

import soma.SomaException;

/** Training cannot go on. */
public class TrainingException extends SomaException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened and what to do. */
    public TrainingException(String message) {
        super(message);
    }
}
