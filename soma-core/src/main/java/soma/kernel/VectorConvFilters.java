package soma.kernel;

/**
 * The weights of a convolution in the order in which tiles read them, for all threads: they are packed once a call.
 * Rows are cut into tiles; the last of the tiles of the matrix product is low, those of {@link VectorConvTiles} are
 * balanced.
 */
final class VectorConvFilters {

    /** Taps at a time, so that the lines of a tile stay in cache from row to row. */
    private static final int DEPTH = 256;

    /** Source channels at a time. */
    private static final int CHANNELS = 8;

    /** Floats worth a task. */
    private static final int GRAIN = 16384;

    private final ConvPlan plan;
    /** For the tiles of the matrix product, in steps of taps, rows by fours; else tap after tap. */
    final boolean packed;

    final int tiles;
    private final int[] start;
    final float[] a;

    VectorConvFilters(ConvPlan plan, boolean packed, float[] w, int wo, Workers workers, Scratch caller) {
        this.plan = plan;
        this.packed = packed;
        int most = packed ? VectorGemm.ROWS : VectorConvTiles.ROWS;
        tiles = (plan.rows + most - 1) / most;
        start = new int[plan.phases.length + 1];
        for (int p = 0; p < plan.phases.length; p++) {
            start[p + 1] = start[p] + plan.groups * groupSize(p);
        }
        a = caller.floats(22, start[plan.phases.length]);
        int all = plan.rows * plan.channels * plan.kernelSize;
        if (packed && plan.transposed) {
            int blocks = (plan.channels + CHANNELS - 1) / CHANNELS;
            workers.run(plan.groups * blocks, (task, scratch) -> {
                int c0 = task % blocks * CHANNELS;
                int c1 = Math.min(plan.channels, c0 + CHANNELS);
                for (int p = 0; p < plan.phases.length; p++) {
                    columnsByFours(plan.phases[p].taps(), w, wo + task / blocks * all, c0, c1, at(p, task / blocks));
                }
            });
            return;
        }
        int blocks = plan.groups * tiles;
        int each = Math.max(1, (int) ((long) GRAIN * tiles / all));
        workers.run((blocks + each - 1) / each, (task, scratch) -> {
            for (int b = task * each; b < Math.min(blocks, (task + 1) * each); b++) {
                int from = wo + b / tiles * all;
                for (int p = 0; p < plan.phases.length; p++) {
                    tile(plan.phases[p].taps(), w, from, b % tiles, at(p, b / tiles));
                }
            }
        });
    }

    private int depth(int phase) {
        return plan.channels * plan.phases[phase].taps().length;
    }

    private int groupSize(int phase) {
        int depth = depth(phase);
        return packed && depth > 0
                ? VectorGemm.ceil(depth, VectorGemm.step(depth)) * tiles * VectorGemm.TILE
                : plan.rows * depth;
    }

    /** Where the weights of a group are for that phase. */
    int at(int phase, int group) {
        return start[phase] + group * groupSize(phase);
    }

    int row(int tile) {
        return packed ? Math.min(plan.rows, tile * VectorGemm.ROWS) : plan.rows * tile / tiles;
    }

    private void tile(int[] taps, float[] w, int from, int tile, int at) {
        int r0 = row(tile);
        int high = row(tile + 1) - r0;
        int depth = plan.channels * taps.length;
        if (!packed) {
            if (plan.transposed) {
                columns(taps, w, from, r0, high, at + r0 * depth);
            } else {
                rows(w, from + r0 * depth, high, depth, at + r0 * depth);
            }
            return;
        }
        int step = VectorGemm.step(depth);
        for (int k = 0, to = at + tile * VectorGemm.TILE; k < depth; k += step, to += tiles * VectorGemm.TILE) {
            VectorPack.rowsByFours(w, from + r0 * depth + k, depth, high, Math.min(step, depth - k), a, to);
        }
    }

    private void rows(float[] w, int from, int high, int depth, int to) {
        for (int k0 = 0; k0 < depth; k0 += DEPTH) {
            int k1 = Math.min(depth, k0 + DEPTH);
            for (int r = 0; r < high; r++) {
                int row = from + r * depth;
                for (int k = k0, at = to + k0 * high + r; k < k1; k++, at += high) {
                    a[at] = w[row + k];
                }
            }
        }
    }

    private void columns(int[] taps, float[] w, int from, int r0, int high, int to) {
        for (int c = 0, at = to; c < plan.channels; c++) {
            for (int tap : taps) {
                int source = from + (c * plan.rows + r0) * plan.kernelSize + tap;
                for (int end = at + high; at < end; at++, source += plan.kernelSize) {
                    a[at] = w[source];
                }
            }
        }
    }

    /**
     * Some source channels at a time, so that w is read in few streams: with a tile at a time for all channels this
     * took a quarter of the whole pass for 512 of them.
     */
    private void columnsByFours(int[] taps, float[] w, int from, int c0, int c1, int at) {
        int ks = plan.kernelSize;
        int step = Math.max(1, VectorGemm.step(plan.channels * taps.length));
        for (int tile = 0; tile < tiles; tile++) {
            int end = row(tile + 1);
            for (int r = row(tile), fours = at + tile * VectorGemm.TILE; r < end; r += 4, fours += VectorPack.FOURS) {
                int high = Math.min(4, end - r);
                int p = c0 * taps.length % step;
                int to = fours + c0 * taps.length / step * tiles * VectorGemm.TILE + 4 * p;
                for (int c = c0; c < c1; c++) {
                    int row = from + (c * plan.rows + r) * ks;
                    for (int tap : taps) {
                        four(w, row + tap, ks, high, to);
                        to += 4;
                        if (++p == step) {
                            p = 0;
                            to += tiles * VectorGemm.TILE - 4 * step;
                        }
                    }
                }
            }
        }
    }

    private void four(float[] w, int from, int ks, int high, int to) {
        if (high == 4) {
            a[to] = w[from];
            a[to + 1] = w[from + ks];
            a[to + 2] = w[from + 2 * ks];
            a[to + 3] = w[from + 3 * ks];
        } else {
            for (int i = 0; i < high; i++) {
                a[to + i] = w[from + i * ks];
            }
        }
    }
}
