package soma.kernel;

/**
 * Recurrent layers over whole sequences. What the inputs contribute to the gates comes in as {@code p} (T, N, gates
 * H), computed for all steps at once; each step adds h W^T, w: (gates H, H), and does the gates' arithmetic while its
 * numbers are in cache. Arrays of length 0 stand for what is not given: a first state of zeros, no bias, no lengths.
 * Sequence n keeps its state from step {@code lengths[n]} on.
 * <p>The bits of a result do not depend on the number of threads. Working memory: the slots from 32 to 41.
 */
public final class RecurrentLoops {

    private RecurrentLoops() {}

    /**
     * The states hs (T, N, H) of all steps; an LSTM's last cell (N, H); and what {@link #backward} needs, unless
     * {@code kept} has length 0. Only a GRU has a {@code bias} here, (3H), since r multiplies a part of it.
     */
    public static void forward(
            Workers workers,
            RecurrentShape shape,
            float[] p,
            int po,
            float[] w,
            int wo,
            float[] bias,
            int bo,
            float[] h0,
            int ho,
            float[] c0,
            int co,
            long[] lengths,
            int lo,
            float[] hs,
            float[] cell,
            float[] kept) {
        if (Cpu.VECTORS) {
            workers.run(
                    1,
                    (i, scratch) -> new VectorRecurrentForward(
                                    workers, scratch, shape, p, po, w, wo, bias, bo, h0, ho, c0, co, lengths, lo, hs,
                                    cell, kept)
                            .run());
            return;
        }
        var wideHs = new double[hs.length];
        var wideCell = new double[cell.length];
        var wideKept = new double[kept.length];
        ScalarRecurrent.forward(
                workers,
                shape,
                Convert.wide(p),
                po,
                Convert.wide(w),
                wo,
                Convert.wide(bias),
                bo,
                Convert.wide(h0),
                ho,
                Convert.wide(c0),
                co,
                lengths,
                lo,
                wideHs,
                wideCell,
                wideKept);
        Convert.narrow(wideHs, hs);
        Convert.narrow(wideCell, cell);
        Convert.narrow(wideKept, kept);
    }

    /**
     * From the gradients of the states {@code dhs} (T, N, H) and of an LSTM's last cell, those of what went into the
     * gates: {@code dp} (T, N, gates H) beside the inputs and, for a GRU, {@code dq} beside the products with w; and of
     * the first states, if there were any.
     */
    public static void backward(
            Workers workers,
            RecurrentShape shape,
            float[] w,
            int wo,
            float[] h0,
            int ho,
            float[] c0,
            int co,
            long[] lengths,
            int lo,
            float[] kept,
            int ko,
            float[] dhs,
            int dho,
            float[] dcell,
            int dco,
            float[] dp,
            float[] dq,
            float[] dh0,
            float[] dc0) {
        if (Cpu.VECTORS) {
            workers.run(
                    1,
                    (i, scratch) -> new VectorRecurrentBackward(
                                    workers, scratch, shape, w, wo, h0, ho, c0, co, lengths, lo, kept, ko, dhs, dho,
                                    dcell, dco, dp, dq, dh0, dc0)
                            .run());
            return;
        }
        var wideDp = new double[dp.length];
        var wideDq = new double[dq.length];
        var wideDh = new double[dh0.length];
        var wideDc = new double[dc0.length];
        ScalarRecurrent.backward(
                workers,
                shape,
                Convert.wide(w),
                wo,
                Convert.wide(h0),
                ho,
                Convert.wide(c0),
                co,
                lengths,
                lo,
                Convert.wide(kept),
                ko,
                Convert.wide(dhs),
                dho,
                Convert.wide(dcell),
                dco,
                wideDp,
                wideDq,
                wideDh,
                wideDc);
        Convert.narrow(wideDp, dp);
        Convert.narrow(wideDq, dq);
        Convert.narrow(wideDh, dh0);
        Convert.narrow(wideDc, dc0);
    }

    /** {@link #forward}, of doubles. */
    public static void forward(
            Workers workers,
            RecurrentShape shape,
            double[] p,
            int po,
            double[] w,
            int wo,
            double[] bias,
            int bo,
            double[] h0,
            int ho,
            double[] c0,
            int co,
            long[] lengths,
            int lo,
            double[] hs,
            double[] cell,
            double[] kept) {
        ScalarRecurrent.forward(workers, shape, p, po, w, wo, bias, bo, h0, ho, c0, co, lengths, lo, hs, cell, kept);
    }

    /** {@link #backward}, of doubles. */
    public static void backward(
            Workers workers,
            RecurrentShape shape,
            double[] w,
            int wo,
            double[] h0,
            int ho,
            double[] c0,
            int co,
            long[] lengths,
            int lo,
            double[] kept,
            int ko,
            double[] dhs,
            int dho,
            double[] dcell,
            int dco,
            double[] dp,
            double[] dq,
            double[] dh0,
            double[] dc0) {
        ScalarRecurrent.backward(
                workers, shape, w, wo, h0, ho, c0, co, lengths, lo, kept, ko, dhs, dho, dcell, dco, dp, dq, dh0, dc0);
    }
}
