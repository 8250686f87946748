package soma.labs;

/**
 * One system of the lectures: it prepares real data, builds the model from Soma's public API, trains it, draws the figures that the
 * lecture shows, and measures the number that says whether it works.
 */
public interface Lab {

    /** What one types to run it. */
    String id();

    /** Which part of the lectures it belongs to: foundations, vision, ... */
    String group();

    /** One line for the list. */
    String about();

    /** Does it all, telling {@code run} of metrics, bars and figures. */
    void run(LabRun run);
}
