package soma.kernel;

/** The cells that {@link RecurrentLoops} knows: how many gates each has, and what a step leaves for the backward pass. */
public enum CellKind {
    /** Gates i, f, g, o. Kept: i, f, o, g, the cell and its tanh. */
    LSTM(4, 6, 4),
    /** Gates r, z, n. Kept: r, z, the part of n that r multiplies, n and the state. */
    GRU(3, 5, 4),
    /** One gate; the state is kept. */
    TANH(1, 1, 0),
    /** One gate; the state is kept. */
    RELU(1, 1, 0);

    private static final int[] LSTM_PLANES = {0, 1, 3, 2};

    private final int gates;
    private final int planes;
    private final int state;

    CellKind(int gates, int planes, int state) {
        this.gates = gates;
        this.planes = planes;
        this.state = state;
    }

    /** Rows of the weights for each unit. */
    public int gates() {
        return gates;
    }

    /** Numbers that a step keeps for each unit. */
    public int planes() {
        return planes;
    }

    /** Which of them the next step reads: the cell of an LSTM, else the state itself. */
    int state() {
        return state;
    }

    /** Where a gate's number is kept: those that pass through the sigmoid come first. */
    int plane(int gate) {
        return this == LSTM ? LSTM_PLANES[gate] : gate;
    }
}
