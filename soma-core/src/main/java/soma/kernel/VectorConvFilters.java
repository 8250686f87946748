package soma.kernel;

/**
 * The weights of a convolution as tiles read them, for all threads: made once a call. The tiles of the matrix product
 * read rows of weights, which for the forward pass is how they lie; backward data needs a copy. The tiles of {@link
 * VectorConvTiles} read them tap after tap.
 */
final class VectorConvFilters {

    /** Taps at a time, so that the lines of a tile stay in cache from row to row. */
    private static final int DEPTH = 256;

    /** Source channels at a time: few enough streams of weights, and long enough stretches of the copy. */
    private static final int CHANNELS = 8;

    /** Floats worth a task. */
    private static final int GRAIN = 16384;

    /** Rows so many floats apart, or a multiple, would meet in a few sets of the cache. */
    private static final int CROWDED = 1024;

    private final ConvPlan plan;
    /** Whether they meet vectors of images. */
    final boolean byImages;

    /** Row by row, for the tiles of the matrix product; else tap after tap. */
    final boolean packed;

    final int tiles;
    private final int[] start;
    final float[] a;

    VectorConvFilters(ConvPlan plan, float[] w, int wo, Workers workers, Scratch caller) {
        this.plan = plan;
        byImages = VectorConvImages.fits(plan);
        packed = plan.packs && !byImages;
        int most = packed ? VectorGemm.ROWS : VectorConvTiles.ROWS;
        tiles = (plan.rows + most - 1) / most;
        start = new int[plan.phases.length + 1];
        int all = plan.rows * plan.channels * plan.kernelSize;
        if (packed && !plan.transposed && stride(plan.phases[0]) == depth(0)) {
            start[0] = wo;
            a = w;
            return;
        }
        for (int p = 0; p < plan.phases.length; p++) {
            start[p + 1] = start[p] + plan.groups * plan.rows * stride(plan.phases[p]);
        }
        a = caller.floats(22, start[plan.phases.length]);
        int cuts = packed && plan.transposed ? (plan.channels + CHANNELS - 1) / CHANNELS : tiles;
        int blocks = plan.groups * cuts;
        int each = Math.max(1, (int) ((long) GRAIN * cuts / all));
        workers.run((blocks + each - 1) / each, (task, scratch) -> {
            for (int b = task * each; b < Math.min(blocks, (task + 1) * each); b++) {
                for (int p = 0; p < plan.phases.length; p++) {
                    copy(p, w, wo + b / cuts * all, b % cuts, at(p, b / cuts));
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
        return start[phase] + group * plan.rows * stride(plan.phases[phase]);
    }

    int row(int tile) {
        return packed ? Math.min(plan.rows, tile * VectorGemm.ROWS) : plan.rows * tile / tiles;
    }

    private void copy(int phase, float[] w, int from, int cut, int at) {
        int[] taps = plan.phases[phase].taps();
        if (packed && plan.transposed) {
            int c0 = cut * CHANNELS;
            transpose(taps, w, from, c0, Math.min(plan.channels, c0 + CHANNELS), at, stride(plan.phases[phase]));
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

    /** Source channels c0 .. c1-1 of all rows. */
    private void transpose(int[] taps, float[] w, int from, int c0, int c1, int at, int stride) {
        int ks = plan.kernelSize;
        for (int r = 0; r < plan.rows; r++) {
            int row = from + (c0 * plan.rows + r) * ks;
            int to = at + r * stride + c0 * taps.length;
            if (taps.length == ks) {
                VectorConvPad.copyRows(w, row, plan.rows * ks, a, to, ks, c1 - c0, ks);
                continue;
            }
            for (int c = c0; c < c1; c++, row += plan.rows * ks) {
                for (int tap : taps) {
                    a[to++] = w[row + tap];
                }
            }
        }
    }
}
