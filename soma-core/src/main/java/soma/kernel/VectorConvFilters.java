package soma.kernel;

/**
 * The weights of a convolution as tiles read them, for all threads: made once a call. The tiles of {@link
 * VectorConvTiles} read them tap after tap. Those of the matrix product read them packed, or for few pixels, which
 * would not pay for that, row by row: for the forward pass that is how they lie, backward data needs a copy.
 */
final class VectorConvFilters {

    /** Taps at a time, so that the lines of a tile stay in cache from row to row. */
    private static final int DEPTH = 256;

    /** Source channels at a time: few enough streams of weights, and long enough stretches of the copy. */
    private static final int CHANNELS = 8;

    /** The same on the way to packed tiles, in rows of working memory. */
    private static final int PACKED_CHANNELS = 32;

    /** Between packed tiles: the last store of a transpose goes beyond its own. */
    private static final int GAP = 16;

    /** Pixels that pay for packing the weights. */
    private static final int MANY_PIXELS = 512;

    /** Floats worth a task. */
    private static final int GRAIN = 16384;

    /** Rows so many floats apart, or a multiple, would meet in a few sets of the cache. */
    private static final int CROWDED = 1024;

    private static final int ROW_SLOT = 32;

    private final ConvPlan plan;
    /** For the tiles of the matrix product; else tap after tap. */
    final boolean packed;

    /** Tile by tile, in each VectorGemm.ROWS weights a tap. */
    final boolean inTiles;

    final int tiles;
    private final int[] start;
    final float[] a;

    VectorConvFilters(ConvPlan plan, boolean packed, float[] w, int wo, Workers workers, Scratch caller) {
        this.plan = plan;
        this.packed = packed;
        inTiles = packed && plan.images * plan.outPlane >= MANY_PIXELS;
        int most = packed ? VectorGemm.ROWS : VectorConvTiles.ROWS;
        tiles = (plan.rows + most - 1) / most;
        start = new int[plan.phases.length + 1];
        int all = plan.rows * plan.channels * plan.kernelSize;
        if (packed && !inTiles && !plan.transposed && stride(plan.phases[0]) == depth(0)) {
            start[0] = wo;
            a = w;
            return;
        }
        for (int p = 0; p < plan.phases.length; p++) {
            start[p + 1] = start[p] + plan.groups * floats(plan.phases[p]);
        }
        a = caller.floats(22, start[plan.phases.length]);
        int cuts = packed && !inTiles && plan.transposed ? (plan.channels + CHANNELS - 1) / CHANNELS : tiles;
        int blocks = plan.groups * cuts;
        int each = Math.max(1, (int) ((long) GRAIN * cuts / all));
        workers.run((blocks + each - 1) / each, (task, scratch) -> {
            for (int b = task * each; b < Math.min(blocks, (task + 1) * each); b++) {
                for (int p = 0; p < plan.phases.length; p++) {
                    copy(p, w, wo + b / cuts * all, b % cuts, at(p, b / cuts), scratch);
                }
            }
        });
    }

    private int depth(int phase) {
        return plan.phases[phase].off().length - 1;
    }

    /** Floats from one row of weights to the next. */
    int stride(ConvPlan.Phase phase) {
        int depth = phase.off().length - 1;
        return packed && depth % CROWDED == 0 && depth > 0 ? depth + 16 : depth;
    }

    /** Where the weights of a group are for that phase. */
    int at(int phase, int group) {
        return start[phase] + group * floats(plan.phases[phase]);
    }

    private int floats(ConvPlan.Phase phase) {
        return inTiles ? tiles * pitch(phase) : plan.rows * stride(phase);
    }

    /** Floats from one packed tile to the next. */
    int pitch(ConvPlan.Phase phase) {
        return (phase.off().length - 1) * VectorGemm.ROWS + GAP;
    }

    int row(int tile) {
        return packed ? Math.min(plan.rows, tile * VectorGemm.ROWS) : plan.rows * tile / tiles;
    }

    private void copy(int phase, float[] w, int from, int cut, int at, Scratch scratch) {
        int[] taps = plan.phases[phase].taps();
        if (inTiles) {
            tile(plan.phases[phase], w, from, cut, at + cut * pitch(plan.phases[phase]), scratch);
            return;
        }
        if (packed && plan.transposed) {
            int c0 = cut * CHANNELS;
            int c1 = Math.min(plan.channels, c0 + CHANNELS);
            transpose(taps, w, from, 0, plan.rows, c0, c1, a, at, stride(plan.phases[phase]));
            return;
        }
        int r0 = row(cut);
        int high = row(cut + 1) - r0;
        int depth = depth(phase);
        if (packed) {
            int stride = stride(plan.phases[phase]);
            VectorConvPad.copyRows(w, from + r0 * depth, depth, a, at + r0 * stride, stride, high, depth);
        } else if (plan.transposed) {
            columns(taps, w, from, r0, high, at + r0 * depth);
        } else {
            rows(w, from + r0 * depth, high, depth, at + r0 * depth);
        }
    }

    private void tile(ConvPlan.Phase phase, float[] w, int from, int tile, int to, Scratch scratch) {
        int r0 = row(tile);
        int r1 = row(tile + 1);
        if (!plan.transposed) {
            int depth = phase.off().length - 1;
            VectorPack.transpose(w, from + r0 * depth, depth, r1 - r0, depth, a, to, VectorGemm.ROWS);
            return;
        }
        int taps = phase.taps().length;
        int stride = PACKED_CHANNELS * taps + GAP;
        var lines = scratch.floats(ROW_SLOT, VectorGemm.ROWS * stride);
        for (int c0 = 0; c0 < plan.channels; c0 += PACKED_CHANNELS) {
            int c1 = Math.min(plan.channels, c0 + PACKED_CHANNELS);
            transpose(phase.taps(), w, from, r0, r1, c0, c1, lines, -c0 * taps, stride);
            int at = to + c0 * taps * VectorGemm.ROWS;
            VectorPack.transpose(lines, 0, stride, r1 - r0, (c1 - c0) * taps, a, at, VectorGemm.ROWS);
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

    /** Source channels c0 .. c1-1 of rows r0 .. r1-1, to rows {@code stride} apart. */
    private void transpose(
            int[] taps, float[] w, int from, int r0, int r1, int c0, int c1, float[] target, int at, int stride) {
        int ks = plan.kernelSize;
        for (int r = r0; r < r1; r++) {
            int row = from + (c0 * plan.rows + r) * ks;
            int to = at + (r - r0) * stride + c0 * taps.length;
            if (taps.length == ks) {
                VectorConvPad.copyRows(w, row, plan.rows * ks, target, to, ks, c1 - c0, ks);
                continue;
            }
            for (int c = c0; c < c1; c++, row += plan.rows * ks) {
                for (int tap : taps) {
                    target[to++] = w[row + tap];
                }
            }
        }
    }
}
