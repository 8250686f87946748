package soma.kernel;

import static soma.kernel.RecurrentShape.UNITS;

import java.util.Arrays;

/**
 * {@link RecurrentLoops#forward} with vectors. The weights are packed once for all steps, the gates of 32 units in
 * neighbouring panels; a task takes those units through product and gates while their numbers are in cache, and copies
 * the new state for the next step. So a step is one hand-over to the threads, and each finds its part of the weights
 * in its own L2.
 */
final class VectorRecurrentForward implements Workers.Task {

    /** Up to so many sequences the weights are read where they are: the products are bound by reading them. */
    static final int FEW_ROWS = 4;

    /** Multiply-adds of a step that are worth a second thread. */
    static final long SPLIT = 100_000;

    private static final int PRODUCT = 32;
    private static final int WORK = 34;
    private static final int SUMS = 35;
    private static final int OUT = 36;
    static final float[] NONE = {};

    private final Workers workers;
    private final RecurrentShape shape;
    private final CellKind kind;
    private final float[] p;
    private final int po;
    private final float[] w;
    private final int wo;
    private final float[] bias;
    private final int bo;
    private final float[] h0;
    private final int ho;
    private final float[] c0;
    private final int co;
    private final long[] lengths;
    private final int lo;
    private final float[] hs;
    private final float[] cell;

    private final int rows;
    private final int hidden;
    private final int plane;
    private final int chunks;
    private final boolean packed;
    private final BlockedProduct product;
    private final float[] sums;
    private final float[] kept;
    private final boolean keeps;
    private final float[] start;
    private int i;

    VectorRecurrentForward(
            Workers workers,
            Scratch scratch,
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
        this.workers = workers;
        this.shape = shape;
        this.kind = shape.kind();
        this.p = p;
        this.po = po;
        this.w = w;
        this.wo = wo;
        this.bias = bias;
        this.bo = bo;
        this.h0 = h0;
        this.ho = ho;
        this.c0 = c0;
        this.co = co;
        this.lengths = lengths;
        this.lo = lo;
        this.hs = hs;
        this.cell = cell;
        rows = shape.batch();
        hidden = shape.hidden();
        plane = shape.plane();
        chunks = Math.ceilDiv(rows, BlockedProduct.CHUNK);
        packed = rows > FEW_ROWS;
        keeps = kept.length > 0;
        product = new BlockedProduct(scratch, PRODUCT, packed ? rows : 0, 1, hidden, packed ? kind.gates() : 0);
        sums = packed ? NONE : scratch.floats(SUMS, rows * shape.gateRow());
        // Without the backward pass two steps are kept, in turn; behind them the first state by blocks.
        int steps = keeps ? 0 : 2 * shape.stepFloats();
        var work = scratch.floats(WORK, steps + shape.blocks() * plane);
        this.kept = keeps ? kept : work;
        start = (kind == CellKind.LSTM ? c0 : h0).length > 0 ? work : NONE;
    }

    void run() {
        int tasks = shape.blocks() * chunks;
        long work = (long) rows * hidden * shape.gateRow();
        i = -1;
        share(packed || start.length > 0 ? shape.blocks() : 0, work);
        for (i = 0; i < shape.steps(); i++) {
            if (!packed && hasPast()) {
                Gemm.run(
                        workers,
                        false,
                        true,
                        rows,
                        shape.gateRow(),
                        hidden,
                        past(),
                        pastAt(),
                        hidden,
                        w,
                        wo,
                        hidden,
                        sums,
                        0,
                        shape.gateRow(),
                        false,
                        Epilogue.NONE);
            }
            share(tasks, work);
        }
    }

    private void share(int tasks, long work) {
        if (work < SPLIT) {
            workers.run(1, (all, scratch) -> {
                for (int task = 0; task < tasks; task++) {
                    run(task, scratch);
                }
            });
        } else {
            workers.run(tasks, this);
        }
    }

    private boolean hasPast() {
        return i > 0 || h0.length > 0;
    }

    /** The state before this step. */
    private float[] past() {
        return i > 0 ? hs : h0;
    }

    private int pastAt() {
        return i > 0 ? shape.time(i - 1) * rows * hidden : ho;
    }

    @Override
    public void run(int number, Scratch scratch) {
        if (i < 0) {
            prepare(number, scratch);
            return;
        }
        int task = BlockedProduct.snake(number, shape.blocks() * chunks, workers.threads(), i);
        int block = task / chunks;
        int r0 = task % chunks * BlockedProduct.CHUNK;
        step(block, r0, Math.min(rows, r0 + BlockedProduct.CHUNK), scratch);
    }

    private void prepare(int block, Scratch scratch) {
        if (packed) {
            product.packTransposed(block, w, wo);
            if (h0.length > 0) {
                product.packLeft(1, block, 0, rows, h0, ho, hidden, scratch);
            }
        }
        if (start.length > 0) {
            boolean lstm = kind == CellKind.LSTM;
            int from = (lstm ? co : ho) + block * UNITS;
            VectorCells.spread(lstm ? c0 : h0, from, hidden, rows, shape.width(block), start, startAt(block), false);
        }
    }

    private int startAt(int block) {
        return (keeps ? 0 : 2 * shape.stepFloats()) + block * plane;
    }

    /** Where a block's numbers of step number {@code i} begin. */
    private int keptAt(int number, int block) {
        return (keeps ? number : number & 1) * shape.stepFloats() + block * shape.kept();
    }

    private void step(int block, int r0, int r1, Scratch scratch) {
        int t = shape.time(i);
        int at = keptAt(i, block) + r0 * UNITS;
        int n = (r1 - r0) * UNITS;
        int width = shape.width(block);
        gates(block, t, r0, r1, at, width, scratch);
        float[] before = i > 0 ? kept : start;
        int bo = (i > 0 ? keptAt(i - 1, block) + kind.state() * plane : startAt(block)) + r0 * UNITS;
        var out = kept;
        int from = at + kind.state() * plane;
        switch (kind) {
            case LSTM -> {
                VectorExp.sigmoid(kept, at, kept, at, n);
                VectorExp.sigmoid(kept, at + plane, kept, at + plane, n);
                VectorExp.sigmoid(kept, at + 2 * plane, kept, at + 2 * plane, n);
                VectorUnary.tanh(kept, at + 3 * plane, kept, at + 3 * plane, n);
                VectorCells.lstmCell(
                        kept, at, kept, at + plane, kept, at + 3 * plane, before, bo, kept, at + 4 * plane, n);
                VectorUnary.tanh(kept, at + 4 * plane, kept, at + 5 * plane, n);
                out = scratch.floats(OUT, n);
                from = 0;
                VectorCells.mul(kept, at + 2 * plane, kept, at + 5 * plane, out, 0, n);
            }
            case GRU -> {
                VectorExp.sigmoid(kept, at, kept, at, n);
                VectorExp.sigmoid(kept, at + plane, kept, at + plane, n);
                VectorCells.mulAdd(kept, at, kept, at + 2 * plane, kept, at + 3 * plane, kept, at + 3 * plane, n);
                VectorUnary.tanh(kept, at + 3 * plane, kept, at + 3 * plane, n);
                VectorCells.gruState(kept, at + plane, kept, at + 3 * plane, before, bo, kept, at + 4 * plane, n);
            }
            case TANH -> VectorUnary.tanh(kept, at, kept, at, n);
            case RELU -> VectorCells.relu(kept, at, kept, at, n);
        }
        int to = t * rows * hidden + r0 * hidden + block * UNITS;
        VectorCells.collect(out, from, r1 - r0, width, hs, to, hidden);
        if (lengths.length > 0) {
            hold(block, t, r0, r1, before, bo, at + kind.state() * plane, to, width);
        }
        boolean last = i == shape.steps() - 1;
        if (packed && !last) {
            product.packLeft(i & 1, block, r0, r1, hs, t * rows * hidden, hidden, scratch);
        }
        if (last && kind == CellKind.LSTM) {
            VectorCells.collect(kept, at + 4 * plane, r1 - r0, width, cell, r0 * hidden + block * UNITS, hidden);
        }
    }

    /** What goes into the gates, in their planes; the part of n that r multiplies in one of its own. */
    private void gates(int block, int t, int r0, int r1, int at, int width, Scratch scratch) {
        int gateRow = shape.gateRow();
        boolean gru = kind == CellKind.GRU;
        var planes = scratch.ints(OUT, 4);
        for (int g = 0; g < kind.gates(); g++) {
            int to = at + kind.plane(g) * plane;
            planes[g] = to - r0 * UNITS;
            int from = g * hidden + block * UNITS;
            boolean candidate = gru && g == 2;
            int row = po + (t * rows + r0) * gateRow + from;
            VectorCells.spread(p, row, gateRow, r1 - r0, width, kept, candidate ? to + plane : to, false);
            if (bias.length > 0) {
                VectorCells.spread(bias, bo + from, 0, r1 - r0, width, kept, to, !candidate);
            } else if (candidate) {
                Arrays.fill(kept, to, to + (r1 - r0) * UNITS, 0);
            }
            if (!packed && hasPast()) {
                VectorCells.spread(sums, r0 * gateRow + from, gateRow, r1 - r0, width, kept, to, true);
            }
        }
        if (packed && hasPast()) {
            product.run(i - 1 & 1, block, r0, r1, kept, planes, true);
        }
    }

    /** Sequences that have ended keep their state. */
    private void hold(int block, int t, int r0, int r1, float[] before, int bo, int state, int to, int width) {
        for (int r = r0; r < r1; r++) {
            if (t < lengths[lo + r]) {
                continue;
            }
            int row = (r - r0) * UNITS;
            if (before.length > 0) {
                System.arraycopy(before, bo + row, kept, state + row, UNITS);
            } else {
                Arrays.fill(kept, state + row, state + row + UNITS, 0);
            }
            int h = to + (r - r0) * hidden;
            if (hasPast()) {
                System.arraycopy(past(), pastAt() + r * hidden + block * UNITS, hs, h, width);
            } else {
                Arrays.fill(hs, h, h + width, 0);
            }
        }
    }
}
