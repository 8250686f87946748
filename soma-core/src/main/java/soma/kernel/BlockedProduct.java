package soma.kernel;

import static soma.kernel.RecurrentShape.UNITS;
import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;

import java.util.Arrays;

/**
 * The product of a recurrent step with weights that are packed once for all steps. k runs over {@code groups} times
 * {@code length} numbers of each row; a block of units takes {@code outputs} planes of the result. The rows of the left
 * side are packed to tiles by whoever computes them, a block at a time, into one of two buffers in turn.
 */
final class BlockedProduct {
    private static final int HALVES = Math.max(1, UNITS / PANEL);

    /** Rows of a task: few enough for their numbers to stay in L2. */
    static final int CHUNK = 4 * ROWS;

    /** Most of k at a time: a panel and a tile's rows stay in the caches nearby. */
    private static final int DEPTH = 512;

    /** Where a block is transposed, since a transpose writes beyond its end, where another thread's numbers may be. */
    private static final int STAGE = 39;

    private final int rows;
    private final int groups;
    private final int length;
    private final int outputs;
    private final int step;
    private final int steps;
    private final int tileFloats;
    private final int panelFloats;
    private final int blockFloats;
    private final float[] panels;
    private final float[] left;

    /** Working memory: {@code slot} and the one after it. */
    BlockedProduct(Scratch scratch, int slot, int rows, int groups, int length, int outputs) {
        this.rows = rows;
        this.groups = groups;
        this.length = length;
        this.outputs = outputs;
        int depths = Math.ceilDiv(length, DEPTH);
        step = depths <= 1 ? length : Math.ceilDiv(Math.ceilDiv(length, depths), UNITS) * UNITS;
        steps = Math.ceilDiv(length, step);
        tileFloats = groups * length * ROWS + 16; // powers of two apart, tiles would crowd a few sets of the cache
        panelFloats = step * PANEL + 16;
        blockFloats = outputs * groups * steps * HALVES * panelFloats;
        panels = outputs == 0 ? new float[0] : scratch.lines(slot, Math.ceilDiv(length, UNITS) * blockFloats);
        left = scratch.floats(slot + 1, 2 * Math.ceilDiv(rows, ROWS) * tileFloats);
    }

    /**
     * The task for a number: in every other step each thread goes through its own tasks the other way round, and begins
     * with the weights that it read last. In one order all the time, weights a little larger than L2 would each time be
     * gone by the time they are wanted.
     */
    static int snake(int number, int tasks, int threads, int step) {
        if ((step & 1) == 0) {
            return number;
        }
        int share = (int) (((number + 1L) * threads - 1) / tasks);
        int first = (int) ((long) tasks * share / threads);
        int next = (int) ((long) tasks * (share + 1) / threads);
        return first + next - 1 - number;
    }

    private int panel(int block, int output, int group, int depth, int half) {
        int number = ((output * groups + group) * steps + depth) * HALVES + half;
        return Scratch.LINE + block * blockFloats + number * panelFloats;
    }

    private int depth(int s) {
        return Math.min(step, length - s * step);
    }

    /** Packs a block's columns of w^T, w: (outputs length, length). */
    void packTransposed(int block, float[] w, int wo) {
        for (int o = 0; o < outputs; o++) {
            for (int s = 0; s < steps; s++) {
                for (int half = 0; half < HALVES; half++) {
                    int first = block * UNITS + half * PANEL;
                    int width = Math.clamp(length - first, 0, PANEL);
                    int at = panel(block, o, 0, s, half);
                    if (width < PANEL) {
                        Arrays.fill(panels, at, at + step * PANEL, 0);
                    }
                    if (width > 0) {
                        int from = wo + (o * length + first) * length + s * step;
                        VectorPack.transpose(w, from, length, width, depth(s), panels, at, PANEL);
                    }
                }
            }
        }
    }

    /** Packs a block's columns of w: (groups length, length). */
    void pack(int block, float[] w, int wo) {
        for (int g = 0; g < groups; g++) {
            for (int s = 0; s < steps; s++) {
                for (int half = 0; half < HALVES; half++) {
                    int first = block * UNITS + half * PANEL;
                    int width = Math.clamp(length - first, 0, PANEL);
                    int at = panel(block, 0, g, s, half);
                    int from = wo + (g * length + s * step) * length + first;
                    if (width == PANEL) {
                        VectorPack.panels(w, from, length, PANEL, depth(s), panels, at, panelFloats);
                    } else {
                        Arrays.fill(panels, at, at + step * PANEL, 0);
                        for (int k = 0; k < depth(s) && width > 0; k++) {
                            System.arraycopy(w, from + k * length, panels, at + k * PANEL, width);
                        }
                    }
                }
            }
        }
    }

    /**
     * Packs, of rows [r0, r1), a block's numbers of each group for the step of this {@code parity}. Row r begins at
     * {@code from + r stride}, group g {@code length} further each; r0 begins a chunk.
     */
    void packLeft(int parity, int block, int r0, int r1, float[] x, int from, int stride, Scratch scratch) {
        int width = Math.min(UNITS, length - block * UNITS);
        var stage = scratch.floats(STAGE, UNITS * ROWS + 16);
        for (int r = r0; r < r1; r += ROWS) {
            for (int g = 0; g < groups; g++) {
                int k = g * length + block * UNITS;
                VectorPack.transpose(x, from + r * stride + k, stride, Math.min(ROWS, r1 - r), width, stage, 0, ROWS);
                System.arraycopy(stage, 0, left, tile(parity, r) + k * ROWS, width * ROWS);
            }
        }
    }

    /** Where the tile is that begins with row r. */
    private int tile(int parity, int r) {
        return (parity * Math.ceilDiv(rows, ROWS) + r / ROWS) * tileFloats;
    }

    /**
     * The rows [r0, r1) of a block's planes, or what is there plus them; plane {@code o} at {@code at[o]}, its rows
     * UNITS apart.
     */
    void run(int parity, int block, int r0, int r1, float[] out, int[] at, boolean add) {
        for (int o = 0; o < outputs; o++) {
            for (int half = 0; half < HALVES; half++) {
                for (int g = 0; g < groups; g++) {
                    for (int s = 0; s < steps; s++) {
                        int panel = panel(block, o, g, s, half);
                        boolean more = add || g > 0 || s > 0;
                        for (int r = r0; r < r1; r += ROWS) {
                            VectorBlocks.packedTile(
                                    Math.min(ROWS, r1 - r),
                                    PANEL,
                                    left,
                                    tile(parity, r) + (g * length + s * step) * ROWS,
                                    panels,
                                    panel,
                                    out,
                                    at[o] + r * UNITS + half * PANEL,
                                    UNITS,
                                    depth(s),
                                    more);
                        }
                    }
                }
            }
        }
    }
}
