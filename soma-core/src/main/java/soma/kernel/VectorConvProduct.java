package soma.kernel;

import static soma.kernel.VectorConvTiles.ROWS;
import static soma.kernel.VectorConvTiles.VL;
import static soma.kernel.VectorGemm.PANEL;

/**
 * The weights of a phase times the pixels of a unit, for one thread. The pixels are laid out once for all groups, in one
 * of four ways.
 */
final class VectorConvProduct {

    /** The most taps of a panel: 64 KB. */
    private static final int STEP = 512;

    /** Taps of the panels that are packed at a time from a source that is read where it is: 256 KB. */
    private static final int BESIDE = 4 * STEP;

    /** How pixels are read. */
    enum Way {
        /** Along output rows, straight from the source, where rows are long. */
        ROWS(1),

        /** Through the padded image without regard to rows, where rows are short and there are few output channels. */
        THROUGH(VL),

        /** With images in the lanes, where planes are small. */
        IMAGES(1),

        /** From patches packed densely by blocks of taps, where packing is amortised over many output channels. */
        PACKED(PANEL);

        /** Pixels at a time, of which some may lie beyond the unit. */
        final int width;

        Way(int width) {
            this.width = width;
        }
    }

    private final ConvPlan plan;
    private final VectorConvFilters filters;
    private final Scratch scratch;
    private final VectorConvPixels pixels;
    private final VectorConvPanels panels;
    private final VectorConvImages images;

    /** Vectors of a tile: of the highest, if not all are as high. */
    private final int vectors;

    private int number;
    private ConvPlan.Phase phase;
    private ConvUnit unit = ConvUnit.NONE;
    private Way way = Way.ROWS;
    private int resultPitch;

    VectorConvProduct(ConvPlan plan, VectorConvFilters filters, Scratch scratch) {
        this.plan = plan;
        this.filters = filters;
        this.scratch = scratch;
        pixels = new VectorConvPixels(plan, scratch);
        panels = new VectorConvPanels(plan, scratch);
        images = new VectorConvImages(plan, filters, pixels, scratch);
        vectors = VectorConvTiles.vectors(VectorGemm.ceil(plan.rows, filters.tiles));
        phase = plan.phases[0];
    }

    /** What is not packed is read where it is, in whichever way wastes fewer lanes. */
    Way way(int number, int columns) {
        if (filters.byImages) {
            return Way.IMAGES;
        }
        if (filters.packed) {
            return Way.PACKED;
        }
        var p = plan.phases[number];
        int rows = Math.min(plan.unitRows, p.count()[0]);
        double alongRows = columns < VL ? Double.MAX_VALUE : filling(columns);
        double length = pixels.flatLength(p, rows, columns);
        double used = rows * p.count()[1] * columns;
        return alongRows <= Math.ceil(length / VL) * VL / used ? Way.ROWS : Way.THROUGH;
    }

    /** Lanes spent on a row over pixels in it. */
    static double filling(int columns) {
        return (double) ((columns + VL - 1) / VL * VL) / columns;
    }

    /**
     * Lays out the pixels of a unit of phase {@code number}, in source images {@code sourcePitch} apart and result
     * images {@code resultPitch} apart.
     */
    void lay(int number, ConvUnit unit, int sourcePitch, int resultPitch) {
        this.number = number;
        this.unit = unit;
        this.resultPitch = resultPitch;
        phase = plan.phases[number];
        way = way(number, unit.columns());
        switch (way) {
            case ROWS -> pixels.alongRows(phase, unit, sourcePitch, resultPitch, vectors);
            case THROUGH -> pixels.through(phase, unit, sourcePitch, vectors);
            case IMAGES -> images.lay(phase, unit, sourcePitch, resultPitch, vectors);
            case PACKED -> panels.lay(phase, unit, sourcePitch, resultPitch);
        }
    }

    /** Tiles [t0, t1) of a group's weights, to rows of c that are {@code ldc} apart. */
    void multiply(int group, int t0, int t1, float[] b, int bo, float[] c, int co, int ldc) {
        int ao = filters.at(number, group);
        switch (way) {
            case ROWS -> {
                for (int t = t0; t < t1; t++) {
                    sweep(t, ao, b, bo, c, co + filters.row(t) * ldc, ldc);
                }
            }
            case THROUGH -> through(ao, t0, t1, b, bo, c, co, ldc);
            case IMAGES -> images.multiply(ao, t0, t1, b, bo, c, co, ldc);
            case PACKED -> packed(ao, t0, t1, b, bo, c, co, ldc);
        }
    }

    private void sweep(int tile, int ao, float[] b, int bo, float[] c, int co, int ldc) {
        int[] off = phase.off();
        int r0 = filters.row(tile);
        VectorConvTiles.sweep(
                filters.row(tile + 1) - r0,
                filters.a,
                ao + r0 * (off.length - 1),
                b,
                bo,
                off,
                0,
                pixels.source,
                pixels.result,
                0,
                pixels.count,
                c,
                co,
                ldc,
                false);
    }

    private void through(int ao, int t0, int t1, float[] b, int bo, float[] c, int co, int ldc) {
        int length = pixels.count * VL;
        int perImage = (pixels.flatLength(phase, unit.rows(), unit.columns()) + VL - 1) / VL * VL;
        var d = scratch.floats(25, ROWS * length);
        for (int t = t0; t < t1; t++) {
            sweep(t, ao, b, bo, d, 0, length);
            int r0 = filters.row(t);
            for (int i = 0; i < unit.images(); i++) {
                for (int r = r0; r < filters.row(t + 1); r++) {
                    cut(d, (r - r0) * length + i * perImage, c, co + i * resultPitch + r * ldc);
                }
            }
        }
    }

    /** A plane with gaps between its rows to one without. */
    private void cut(float[] d, int from, float[] c, int to) {
        int middle = phase.count()[1];
        int row = phase.count()[2];
        int origin = to + unit.origin(phase);
        if (middle == 1) {
            int apart = plan.extent[1] * plan.extent[2];
            VectorConvPad.copyRows(d, from, apart, c, origin, row, unit.rows(), unit.columns());
            return;
        }
        for (int i = 0; i < unit.rows(); i++) {
            VectorConvPad.copyRows(
                    d,
                    from + i * plan.extent[1] * plan.extent[2],
                    plan.extent[2],
                    c,
                    origin + i * middle * row,
                    row,
                    middle,
                    unit.columns());
        }
    }

    /**
     * A panel of patches at a time, for all tiles of weights: the panel stays in level-1 cache, a step's weights in
     * level 2.
     */
    private void packed(int ao, int t0, int t1, float[] b, int bo, float[] c, int co, int ldc) {
        int[] off = phase.off();
        int depth = off.length - 1;
        int step = step(depth);
        int lda = filters.stride(phase);
        int some =
                Math.max(1, (plan.inPlace ? BESIDE : STEP) / step); // of short ones more, for longer rows of the result
        int pitch = step * PANEL + 16;
        var patches = scratch.lines(26, some * pitch);
        int first = filters.row(t0);
        int rows = filters.row(t1) - first;
        var strip = scratch.floats(25, (panels.panels - panels.regular) * rows * PANEL);
        for (int k = 0; k < depth; k += step) {
            int n = Math.min(step, depth - k);
            for (int v0 = 0; v0 < panels.panels; v0 += some) {
                int v1 = Math.min(panels.panels, v0 + some);
                for (int v = v0, beside; v < v1; v += beside) {
                    beside = panels.adjacent(v, v1 - v);
                    panels.pack(v, beside, b, bo, off, k, k + n, patches, Scratch.LINE + (v - v0) * pitch, pitch);
                }
                for (int t = t0; t < t1; t++) {
                    int r0 = filters.row(t);
                    int high = filters.row(t + 1) - r0;
                    for (int v = v0; v < v1; v++) {
                        boolean regular = v < panels.regular;
                        int to = regular
                                ? co + panels.result[v] + r0 * ldc
                                : ((v - panels.regular) * rows + r0 - first) * PANEL;
                        VectorBlocks.tile(
                                high,
                                PANEL,
                                filters.a,
                                ao + r0 * lda + k,
                                lda,
                                patches,
                                Scratch.LINE + (v - v0) * pitch,
                                regular ? c : strip,
                                to,
                                regular ? ldc : PANEL,
                                n,
                                k > 0);
                    }
                }
            }
        }
        for (int r = 0; r < rows; r++) {
            int row = co + (first + r) * ldc;
            for (int i = 0; i < panels.pieces; i++) {
                int at = panels.piece[3 * i];
                int from = (at / PANEL * rows + r) * PANEL + at % PANEL;
                System.arraycopy(strip, from, c, row + panels.piece[3 * i + 1], panels.piece[3 * i + 2]);
            }
        }
    }

    /** Taps at a time: even shares, none longer than {@link #STEP}. */
    private static int step(int depth) {
        int steps = VectorGemm.ceil(depth, STEP);
        return VectorGemm.ceil(VectorGemm.ceil(depth, steps), 16) * 16;
    }
}
