package soma.op;

import soma.IndexException;
import soma.Shape;

/** Adds to a kernel's complaint about an index what only the op knows: its name, and the axis the index points into. */
final class IndexGuard {

    private IndexGuard() {}

    static void run(String op, Shape shape, int axis, Runnable work) {
        try {
            work.run();
        } catch (IndexOutOfBoundsException e) {
            throw new IndexException(op + ": " + e.getMessage() + " of axis " + axis + " of shape " + shape);
        }
    }

    /** For kernels that name what they looked for themselves. */
    static void run(String op, Runnable work) {
        try {
            work.run();
        } catch (IndexOutOfBoundsException e) {
            throw new IndexException(op + ": " + e.getMessage());
        }
    }
}
