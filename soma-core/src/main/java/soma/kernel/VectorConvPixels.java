package soma.kernel;

import static soma.kernel.VectorConvTiles.VL;

/**
 * Which pixels of a block of output a vector holds, where it finds them in the source and where it leaves them in the
 * result. Made once for a block and used for all its channels, taps and groups.
 */
final class VectorConvPixels {

    /** Vectors, rounded up to whole tiles by repeating the last. */
    int count;

    /** Source base and result position of each vector. */
    int[] source;

    int[] result;

    private final ConvPlan plan;
    private final Scratch scratch;

    VectorConvPixels(ConvPlan plan, Scratch scratch) {
        this.plan = plan;
        this.scratch = scratch;
        source = scratch.ints(16, 0);
        result = scratch.ints(17, 0);
    }

    /**
     * Vectors along output rows, read where the source lies: the last of a row overlaps the one before, so nothing is
     * masked and nothing beyond the row is touched. Source images are {@code sourcePitch} apart, result images {@code
     * resultPitch}.
     */
    void alongRows(ConvPlan.Phase p, ConvUnit unit, int sourcePitch, int resultPitch, int width) {
        int columns = unit.columns();
        int middle = p.count()[1];
        int perRow = (columns + VL - 1) / VL;
        arrays(unit.images() * unit.rows() * middle * perRow + width);
        int v = 0;
        for (int image = 0; image < unit.images(); image++) {
            for (int i = 0; i < unit.rows(); i++) {
                for (int j = 0; j < middle; j++) {
                    int b = image * sourcePitch + (i * plan.extent[1] + j) * plan.extent[2];
                    int c = image * resultPitch + unit.origin(p) + (i * middle + j) * p.count()[2];
                    for (int k = 0; k < columns; k += VL, v++) {
                        int at = Math.min(k, columns - VL);
                        source[v] = b + at;
                        result[v] = c + at;
                    }
                }
            }
        }
        finish(v, width);
    }

    /**
     * Vectors through the padded rows without regard to their ends: position v of the result is v * VL, to be cut into
     * rows later.
     */
    void through(ConvPlan.Phase p, ConvUnit unit, int sourcePitch, int width) {
        int perImage = (flatLength(p, unit.rows(), unit.columns()) + VL - 1) / VL;
        arrays(unit.images() * perImage + width);
        int v = 0;
        for (int image = 0; image < unit.images(); image++) {
            for (int k = 0; k < perImage; k++, v++) {
                source[v] = image * sourcePitch + k * VL;
                result[v] = v * VL;
            }
        }
        finish(v, width);
    }

    /** Each pixel of a plane for itself, where its vector holds that pixel of as many images; results one after the other. */
    void oneByOne(ConvPlan.Phase p, ConvUnit unit, int width) {
        int columns = unit.columns();
        arrays(unit.pixels(p) + width);
        int v = 0;
        for (int i = 0; i < unit.rows(); i++) {
            for (int j = 0; j < p.count()[1]; j++) {
                for (int k = 0; k < columns; k++, v++) {
                    source[v] = ((i * plan.extent[1] + j) * plan.extent[2] + k) * VL;
                    result[v] = v * VL;
                }
            }
        }
        finish(v, width);
    }

    int flatLength(ConvPlan.Phase p, int rows, int columns) {
        return ((rows - 1) * plan.extent[1] + p.count()[1] - 1) * plan.extent[2] + columns;
    }

    private void arrays(int n) {
        source = scratch.ints(16, n);
        result = scratch.ints(17, n);
    }

    private void finish(int n, int width) {
        int end = (n + width - 1) / width * width;
        for (int v = n; v < end; v++) {
            source[v] = source[n - 1];
            result[v] = result[n - 1];
        }
        count = end;
    }
}
