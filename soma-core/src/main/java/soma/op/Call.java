package soma.op;

import soma.kernel.Workers;

/** The arrays and threads a {@link KernelOp} works with: input i starts at {@code at(i)} of its array, outputs start at 0. */
public final class Call {
    private final Workers workers;
    private final Object[] in;
    private final int[] at;
    private final Object[] out;

    /** For the executor. */
    public Call(Workers workers, Object[] in, int[] at, Object[] out) {
        this.workers = workers;
        this.in = in;
        this.at = at;
        this.out = out;
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
