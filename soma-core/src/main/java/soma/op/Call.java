package soma.op;

import java.util.Arrays;
import soma.kernel.Workers;

/** The arrays and threads a {@link KernelOp} works with: input i starts at {@code at(i)} of its array, outputs start at 0. */
public final class Call {
    /** For an input or output that a kernel may do without. */
    static final float[] NO_FLOATS = {};

    static final double[] NO_DOUBLES = {};
    static final long[] NO_LONGS = {};

    private static final Object NOTHING = new Object();

    private Workers workers;
    private final Object[] in;
    private final int[] at;
    private final Object[] out;

    /** For the executor: with room for so many inputs and outputs. */
    public Call(Workers workers, int inputs, int outputs) {
        this.workers = workers;
        this.in = new Object[inputs];
        this.at = new int[inputs];
        this.out = new Object[outputs];
    }

    /** For the executor. */
    public void bindWorkers(Workers team) {
        workers = team;
    }

    /** For the executor: input i is {@code array} from {@code offset} on. */
    public void bindInput(int i, Object array, int offset) {
        in[i] = array;
        at[i] = offset;
    }

    /** For the executor. */
    public void bindOutput(int i, Object array) {
        out[i] = array;
    }

    /** For the executor: lets go of all arrays. */
    public void unbind() {
        Arrays.fill(in, NOTHING);
        Arrays.fill(out, NOTHING);
    }

    /** The threads to share the work with. */
    public Workers workers() {
        return workers;
    }

    /** The array of input i. */
    public Object in(int i) {
        return in[i];
    }

    /** Where input i starts in its array. */
    public int at(int i) {
        return at[i];
    }

    /** Whether input i is double precision; otherwise a floating input is float[]. */
    public boolean isDouble(int i) {
        return in[i] instanceof double[];
    }

    /** Input i, a float32. */
    public float[] floats(int i) {
        return (float[]) in[i];
    }

    /** Input i, a float64. */
    public double[] doubles(int i) {
        return (double[]) in[i];
    }

    /** Input i, an int64. */
    public long[] longs(int i) {
        return (long[]) in[i];
    }

    /** The array of output i. */
    public Object out(int i) {
        return out[i];
    }

    /** Output i, a float32. */
    public float[] outFloats(int i) {
        return (float[]) out[i];
    }

    /** Output i, a float64. */
    public double[] outDoubles(int i) {
        return (double[]) out[i];
    }

    /** Output i, an int64. */
    public long[] outLongs(int i) {
        return (long[]) out[i];
    }
}
