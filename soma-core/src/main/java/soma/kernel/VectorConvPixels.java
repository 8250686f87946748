package soma.kernel;

import static soma.kernel.VectorConvTiles.VL;

/**
 * Which pixels of a block of output a vector holds, where it finds them in the source and where it leaves them in the
 * result. Made once for a block and used for all its channels, taps and groups.
 */
final class VectorConvPixels {

    /**
     * Vectors with a place of their own in the result, rounded up to whole tiles by repeating the last; then the
     * others.
     */
    int regular;

    int total;
    /** Source base and result position of each vector. */
    int[] source = {};

    int[] result = {};

    /**
     * For packing: copies (source, lane in the panel) in ascending order of lane; those of vector v start at first[v].
     */
    int[] from = {};

    int[] to = {};
    int[] first = {};

    /** Pieces of the irregular vectors: position in a row of irregular pixels, position in the result, length. */
    int pieces;

    int[] piece = {};

    private final ConvPlan plan;
    private final Scratch scratch;
    private int copies;

    VectorConvPixels(ConvPlan plan, Scratch scratch) {
        this.plan = plan;
        this.scratch = scratch;
    }

    /**
     * Vectors along output rows, read where the source lies: the last of a row overlaps the one before, so nothing is
     * masked and nothing beyond the row is touched. Source images are {@code sourcePitch} apart, result images {@code
     * resultPitch}.
     */
    void alongRows(
            ConvPlan.Phase p, int images, int h0, int h1, int w0, int w1, int sourcePitch, int resultPitch, int width) {
        int columns = w1 - w0;
        int perRow = (columns + VL - 1) / VL;
        int n = images * (h1 - h0) * p.count()[1] * perRow;
        arrays(n + width);
        int v = 0;
        for (int image = 0; image < images; image++) {
            for (int i = h0; i < h1; i++) {
                for (int j = 0; j < p.count()[1]; j++) {
                    int b = image * sourcePitch + ((i - h0) * plan.extent[1] + j) * plan.extent[2];
                    int c = image * resultPitch + (i * p.count()[1] + j) * p.count()[2] + w0;
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
    void through(ConvPlan.Phase p, int images, int rows, int columns, int sourcePitch, int width) {
        int length = flatLength(p, rows, columns);
        int perImage = (length + VL - 1) / VL;
        arrays(images * perImage + width);
        int v = 0;
        for (int image = 0; image < images; image++) {
            for (int k = 0; k < perImage; k++, v++) {
                source[v] = image * sourcePitch + k * VL;
                result[v] = v * VL;
            }
        }
        finish(v, width);
    }

    int flatLength(ConvPlan.Phase p, int rows, int columns) {
        return ((rows - 1) * plan.extent[1] + p.count()[1] - 1) * plan.extent[2] + columns;
    }

    /**
     * Dense vectors for packed patches of pixels q0 .. q1-1 (counted from h0, w0) of each image, {@code width} vectors
     * to a panel. What is left of each image is gathered into irregular vectors at the end.
     */
    void dense(
            ConvPlan.Phase p,
            int images,
            int q0,
            int q1,
            int h0,
            int w0,
            int columns,
            int sourcePitch,
            int resultPitch,
            int width) {
        int full = (q1 - q0) / VL;
        int rest = (q1 - q0) % VL;
        int most = images * full + (images * rest + VL - 1) / VL + 2 * width;
        arrays(most);
        first = scratch.ints(20, most + 1);
        int runs = images * ((q1 - q0) / columns + 2) + 2 * most;
        from = scratch.ints(18, runs);
        to = scratch.ints(19, runs);
        piece = scratch.ints(21, 3 * (images + most));
        copies = 0;
        pieces = 0;
        int origin = h0 * p.count()[1] * p.count()[2] + w0;
        int v = 0;
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < full; i++, v++) {
                first[v] = copies;
                source[v] = v % width * VL;
                result[v] = image * resultPitch + origin + q0 + i * VL;
                copy(p, image * sourcePitch, q0 + i * VL, VL, columns, v % width * VL);
            }
        }
        regular = panels(v, width);
        v = regular;
        int lane = 0;
        for (int image = 0; image < images && rest > 0; image++) {
            int q = q1 - rest;
            for (int done = 0; done < rest; ) {
                if (lane % VL == 0) {
                    first[v] = copies;
                    source[v] = v % width * VL;
                    result[v] = lane;
                    v++;
                }
                int length = Math.min(rest - done, VL - lane % VL);
                copy(p, image * sourcePitch, q + done, length, columns, (v - 1) % width * VL + lane % VL);
                piece[3 * pieces] = lane;
                piece[3 * pieces + 1] = image * resultPitch + origin + q + done;
                piece[3 * pieces + 2] = length;
                pieces++;
                lane += length;
                done += length;
            }
        }
        total = panels(v, width);
    }

    /** Completes the last panel, whose missing vectors repeat the result, and the source, of the last one there. */
    private int panels(int n, int width) {
        int end = (n + width - 1) / width * width;
        first[n] = copies;
        for (int v = n; v < end; v++) {
            first[v + 1] = copies;
            source[v] = source[n - 1];
            result[v] = result[n - 1];
        }
        return end;
    }

    /** Notes the copies for pixels q .. q+length-1, cut at the ends of rows and, above a vector, not at all. */
    private void copy(ConvPlan.Phase p, int base, int q, int length, int columns, int lane) {
        for (int done = 0; done < length; ) {
            int row = (q + done) / columns;
            int column = (q + done) % columns;
            int i = row / p.count()[1];
            int j = row % p.count()[1];
            from[copies] = base + (i * plan.extent[1] + j) * plan.extent[2] + column;
            to[copies] = lane + done;
            copies++;
            done += Math.min(length - done, columns - column);
        }
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
        regular = end;
        total = end;
    }
}
