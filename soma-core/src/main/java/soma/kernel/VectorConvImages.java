package soma.kernel;

import static soma.kernel.VectorConvTiles.VL;

/**
 * The weights times pixels whose lanes are images: where planes are small, rows of pixels would leave lanes empty, and a
 * vector of patches would be put together from several runs. The source of as many images as a vector has lanes is
 * transposed once; every tap of every pixel is then a whole vector, and the results are transposed back.
 */
final class VectorConvImages {

    /** Fewer terms of a sum than these are sooner computed than transposed. */
    private static final int LEAST_DEPTH = 100;

    /** With so many rows of weights, packed patches are as good. */
    private static final int MOST_ROWS = 48;

    private final ConvPlan plan;
    private final VectorConvFilters filters;
    private final VectorConvPixels pixels;
    private final Scratch scratch;
    private int[] taps = {};
    private int images;
    private int sourcePitch;
    private int resultPitch;

    VectorConvImages(ConvPlan plan, VectorConvFilters filters, VectorConvPixels pixels, Scratch scratch) {
        this.plan = plan;
        this.filters = filters;
        this.pixels = pixels;
        this.scratch = scratch;
    }

    /** Whether few lanes stay empty, fewer than in any other way, and there is enough to compute. */
    static boolean fits(ConvPlan plan) {
        int columns = plan.out[2];
        boolean whole = plan.unitRows == plan.out[0] && plan.unitColumns == columns;
        return VectorGemm.WIDE
                && plan.onePhase
                && whole
                && plan.rows < MOST_ROWS
                && plan.channels * plan.kernelSize >= LEAST_DEPTH
                && plan.outPlane >= VL
                && (columns < VL || 5 * columns < 4 * VectorGemm.ceil(columns, VL) * VL)
                && 8 * plan.images >= 7 * VectorGemm.ceil(plan.images, VL) * VL
                && VL * plan.channels * plan.channelPitch <= ConvPlan.SOURCE_BUDGET;
    }

    /** Notes where the pixels of a unit are, in source images {@code sourcePitch} apart and results {@code resultPitch}. */
    void lay(ConvPlan.Phase phase, ConvUnit unit, int sourcePitch, int resultPitch, int vectors) {
        images = unit.images();
        this.sourcePitch = sourcePitch;
        this.resultPitch = resultPitch;
        pixels.oneByOne(phase, unit, vectors);
        int[] off = phase.off();
        taps = scratch.ints(22, off.length);
        for (int k = 0; k < off.length - 1; k++) {
            taps[k] = off[k] * VL;
        }
        taps[off.length - 1] = -1;
    }

    /** Tiles [t0, t1) of a group's weights, which are at {@code ao}, to rows of c that are {@code ldc} apart. */
    void multiply(int ao, int t0, int t1, float[] b, int bo, float[] c, int co, int ldc) {
        int floats = plan.channels * plan.channelPitch;
        int depth = plan.channels * plan.kernelSize;
        int row = pixels.count * VL;
        var source = scratch.lines(26, floats * VL);
        VectorPack.transpose(b, bo, sourcePitch, images, floats, source, Scratch.LINE, VL);
        var results = scratch.floats(25, VectorConvTiles.ROWS * row);
        for (int t = t0; t < t1; t++) {
            int r0 = filters.row(t);
            int high = filters.row(t + 1) - r0;
            VectorConvTiles.sweep(
                    high,
                    filters.a,
                    ao + r0 * depth,
                    source,
                    Scratch.LINE,
                    taps,
                    0,
                    pixels.source,
                    pixels.result,
                    0,
                    pixels.count,
                    results,
                    0,
                    row,
                    false);
            for (int r = 0; r < high; r++) {
                give(results, r * row, c, co + (r0 + r) * ldc);
            }
        }
    }

    /** A row of all images; the last vector of pixels overlaps the one before. */
    private void give(float[] results, int from, float[] c, int to) {
        for (int q = 0; q < plan.outPlane; q += VL) {
            int at = Math.min(q, plan.outPlane - VL);
            VectorPack.transpose(results, from + at * VL, VL, VL, images, c, to + at, resultPitch);
        }
    }
}
