package soma.kernel;

/**
 * A recurrent layer's pass over {@code steps} steps of {@code batch} sequences with {@code hidden} units, read from the
 * last step to the first if {@code backwards}.
 * <p>What a step keeps lies in blocks of {@link #UNITS} units, plane after plane, each plane {@code batch} rows of so
 * many numbers: then the gates' arithmetic runs over whole planes whatever the number of units.
 */
public record RecurrentShape(CellKind kind, int steps, int batch, int hidden, boolean backwards) {

    /** Units of a block: one panel of the widest vectors. */
    public static final int UNITS = 32;

    /** Blocks of units, the last one perhaps not full. */
    public int blocks() {
        return Math.ceilDiv(hidden, UNITS);
    }

    /** Numbers of a plane. */
    int plane() {
        return batch * UNITS;
    }

    /** Numbers that a block keeps in one step. */
    int kept() {
        return kind.planes() * plane();
    }

    /** Numbers that all blocks keep in one step. */
    int stepFloats() {
        return blocks() * kept();
    }

    /** Numbers in a row of gates. */
    int gateRow() {
        return kind.gates() * hidden;
    }

    /** Units of a block. */
    int width(int block) {
        return Math.min(UNITS, hidden - block * UNITS);
    }

    /** The step that is computed as number {@code i}. */
    int time(int i) {
        return backwards ? steps - 1 - i : i;
    }
}
