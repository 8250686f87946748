package soma.kernel;

import static soma.kernel.RecurrentShape.UNITS;

import java.util.Arrays;

/**
 * {@link RecurrentLoops#backward} with vectors, laid out as {@link VectorRecurrentForward}: a step's gradients of the
 * gates, and the product with the weights that carries them to the step before, are one hand-over to the threads. The
 * gradient of the weights is left to one large product over all steps.
 */
final class VectorRecurrentBackward implements Workers.Task {
    private static final int PRODUCT = 32;
    private static final int WORK = 34;
    private static final int SUMS = 35;
    private static final int GATES = 37;
    private static final int ASIDE = 38;

    private final Workers workers;
    private final RecurrentShape shape;
    private final CellKind kind;
    private final float[] w;
    private final int wo;
    private final float[] h0;
    private final float[] c0;
    private final int ho;
    private final int co;
    private final long[] lengths;
    private final int lo;
    private final float[] kept;
    private final int ko;
    private final float[] dhs;
    private final int dho;
    private final float[] dcell;
    private final int dco;
    private final float[] dp;
    private final float[] dq;
    private final float[] dh0;
    private final float[] dc0;

    private final int rows;
    private final int hidden;
    private final int plane;
    private final int chunks;
    private final boolean packed;
    private final BlockedProduct product;
    private final float[] sums;
    /** For each block the gradient of the cell, what of dh passes a step by, and the first state. */
    private final float[] work;

    private final boolean starts;
    private int i;

    VectorRecurrentBackward(
            Workers workers,
            Scratch scratch,
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
        this.workers = workers;
        this.shape = shape;
        this.kind = shape.kind();
        this.w = w;
        this.wo = wo;
        this.h0 = h0;
        this.ho = ho;
        this.c0 = c0;
        this.co = co;
        this.lengths = lengths;
        this.lo = lo;
        this.kept = kept;
        this.ko = ko;
        this.dhs = dhs;
        this.dho = dho;
        this.dcell = dcell;
        this.dco = dco;
        this.dp = dp;
        this.dq = dq;
        this.dh0 = dh0;
        this.dc0 = dc0;
        rows = shape.batch();
        hidden = shape.hidden();
        plane = shape.plane();
        chunks = Math.ceilDiv(rows, BlockedProduct.CHUNK);
        packed = rows > VectorRecurrentForward.FEW_ROWS;
        starts = h0.length > 0;
        product = new BlockedProduct(scratch, PRODUCT, packed ? rows : 0, kind.gates(), hidden, packed ? 1 : 0);
        sums = packed ? VectorRecurrentForward.NONE : scratch.floats(SUMS, rows * hidden);
        work = scratch.floats(WORK, shape.blocks() * 3 * plane);
    }

    void run() {
        int tasks = shape.blocks() * chunks;
        long size = (long) rows * hidden * shape.gateRow();
        i = shape.steps();
        share(shape.blocks(), size);
        for (i = shape.steps() - 1; i >= (starts ? -1 : 0); i--) {
            if (!packed && i < shape.steps() - 1) {
                Gemm.run(
                        workers,
                        false,
                        false,
                        rows,
                        hidden,
                        shape.gateRow(),
                        passed(),
                        shape.time(i + 1) * rows * shape.gateRow(),
                        shape.gateRow(),
                        w,
                        wo,
                        hidden,
                        sums,
                        0,
                        hidden,
                        false,
                        Epilogue.NONE);
            }
            share(tasks, size);
        }
    }

    private void share(int tasks, long size) {
        if (size < VectorRecurrentForward.SPLIT) {
            workers.run(1, (all, scratch) -> {
                for (int task = 0; task < tasks; task++) {
                    run(task, scratch);
                }
            });
        } else {
            workers.run(tasks, this);
        }
    }

    /** The gradients that go through the weights. */
    private float[] passed() {
        return kind == CellKind.GRU ? dq : dp;
    }

    @Override
    public void run(int number, Scratch scratch) {
        if (i == shape.steps()) {
            prepare(number);
            return;
        }
        int task = BlockedProduct.snake(number, shape.blocks() * chunks, workers.threads(), i);
        int block = task / chunks;
        int r0 = task % chunks * BlockedProduct.CHUNK;
        int r1 = Math.min(rows, r0 + BlockedProduct.CHUNK);
        int n = (r1 - r0) * UNITS;
        var planes = scratch.floats(GATES, 5 * n);
        state(block, r0, r1, planes, scratch);
        if (i < 0) {
            first(block, r0, r1, planes);
        } else {
            step(block, r0, r1, planes, n, scratch);
        }
    }

    private int cellAt(int block) {
        return block * 3 * plane;
    }

    private void prepare(int block) {
        if (packed) {
            product.pack(block, w, wo);
        }
        int at = cellAt(block);
        Arrays.fill(work, at, at + 2 * plane, 0);
        int width = shape.width(block);
        if (dcell.length > 0) {
            VectorCells.spread(dcell, dco + block * UNITS, hidden, rows, width, work, at, false);
        }
        var start = kind == CellKind.LSTM ? c0 : h0;
        if (start.length > 0) {
            int from = (kind == CellKind.LSTM ? co : ho) + block * UNITS;
            VectorCells.spread(start, from, hidden, rows, width, work, at + 2 * plane, false);
        }
    }

    /** The gradient of the state after step number i, in the first plane. */
    private void state(int block, int r0, int r1, float[] planes, Scratch scratch) {
        int n = (r1 - r0) * UNITS;
        int width = shape.width(block);
        System.arraycopy(work, cellAt(block) + plane + r0 * UNITS, planes, 0, n);
        if (i >= 0) {
            int from = dho + (shape.time(i) * rows + r0) * hidden + block * UNITS;
            VectorCells.spread(dhs, from, hidden, r1 - r0, width, planes, 0, true);
        }
        if (i == shape.steps() - 1) {
            return;
        }
        if (packed) {
            var at = scratch.ints(GATES, 1);
            at[0] = -r0 * UNITS;
            product.run(i + 1 & 1, block, r0, r1, planes, at, true);
        } else {
            VectorCells.spread(sums, r0 * hidden + block * UNITS, hidden, r1 - r0, width, planes, 0, true);
        }
    }

    /** The gradients of the first states. */
    private void first(int block, int r0, int r1, float[] planes) {
        int to = r0 * hidden + block * UNITS;
        VectorCells.collect(planes, 0, r1 - r0, shape.width(block), dh0, to, hidden);
        if (kind == CellKind.LSTM) {
            int from = cellAt(block) + r0 * UNITS;
            VectorCells.collect(work, from, r1 - r0, shape.width(block), dc0, to, hidden);
        }
    }

    private void step(int block, int r0, int r1, float[] planes, int n, Scratch scratch) {
        int t = shape.time(i);
        int at = ko + i * shape.stepFloats() + block * shape.kept() + r0 * UNITS;
        int cell = cellAt(block) + r0 * UNITS;
        boolean given = (kind == CellKind.LSTM ? c0 : h0).length > 0;
        float[] before = i > 0 ? kept : given ? work : VectorRecurrentForward.NONE;
        int bo = i > 0 ? at - shape.stepFloats() + kind.state() * plane : cell + 2 * plane;
        boolean ends = lengths.length > 0;
        var aside = ends ? scratch.floats(ASIDE, n) : VectorRecurrentForward.NONE;
        if (ends) {
            System.arraycopy(work, cell, aside, 0, n);
        }
        switch (kind) {
            case LSTM -> VectorCells.lstmBack(kept, at, plane, before, bo, planes, 0, work, cell, planes, n, n, n);
            case GRU ->
                VectorCells.gruBack(kept, at, plane, before, bo, planes, 0, work, cell + plane, planes, n, n, n);
            case TANH -> VectorCells.tanhBack(kept, at, planes, 0, planes, n, n);
            case RELU -> VectorCells.reluBack(kept, at, planes, 0, planes, n, n);
        }
        if (ends) {
            pass(t, r0, r1, planes, n, aside, cell);
        }
        int width = shape.width(block);
        int gateRow = shape.gateRow();
        int to = (t * rows + r0) * gateRow + block * UNITS;
        for (int g = 0; g < kind.gates(); g++) {
            VectorCells.collect(planes, (1 + g) * n, r1 - r0, width, dp, to + g * hidden, gateRow);
            if (kind == CellKind.GRU) {
                int from = (g == 2 ? 4 : 1 + g) * n;
                VectorCells.collect(planes, from, r1 - r0, width, dq, to + g * hidden, gateRow);
            }
        }
        if (packed && (i > 0 || starts)) {
            product.packLeft(i & 1, block, r0, r1, passed(), t * rows * gateRow, gateRow, scratch);
        }
    }

    /** Where a sequence has ended its gradients pass the step by. */
    private void pass(int t, int r0, int r1, float[] planes, int n, float[] aside, int cell) {
        for (int r = r0; r < r1; r++) {
            int row = (r - r0) * UNITS;
            boolean ended = t >= lengths[lo + r];
            if (ended) {
                for (int g = 1; g <= 4 && g * n + n <= planes.length; g++) {
                    Arrays.fill(planes, g * n + row, g * n + row + UNITS, 0);
                }
                System.arraycopy(aside, row, work, cell + row, UNITS);
                System.arraycopy(planes, row, work, cell + plane + row, UNITS);
            } else if (kind != CellKind.GRU) {
                Arrays.fill(work, cell + plane + row, cell + plane + row + UNITS, 0);
            }
        }
    }
}
