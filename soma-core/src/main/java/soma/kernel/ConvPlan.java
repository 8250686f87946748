package soma.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A convolution, or its transpose, as a stack of plain correlations: out[m, o] = sum over k of A[m, k] source[off[k] +
 * base(o)].
 * <p>The source is copied, with its padding, into planes whose columns are de-interleaved by the stride, so that the
 * pixels of an output row are contiguous for each tap; a tap is then just an offset. The forward pass is one
 * correlation. Backward data is one for each residue of the input position modulo the stride, over the taps that meet
 * that residue: no product with an inserted zero is ever computed.
 */
final class ConvPlan {

    /** Bound on the padded source of a unit of work, in elements, so that it stays in a level-2 cache of 1 MB. */
    static final int SOURCE_BUDGET = 96 * 1024;

    /** From so many rows on, packing patches may pay: a tap of a pixel is then read once and not once a tile of rows. */
    static final int PACKED_ROWS = 16;

    /** Floats of weights up to which packing costs more than it saves, where rows of pixels fill vectors. */
    private static final int FEW_WEIGHTS = 10_000;

    /** Pixels of the widest vectors. */
    private static final int LANES = 16;

    private static final int PAGE = 1024;

    /** Pages that the taps of a pixel may lie in where nothing is packed. */
    private static final int PAGES = 32;

    private static final int PIXELS = 1024;
    private static final int LEAST_PIXELS = 256;
    private static final int TASKS = 16;

    /** Output positions start + outStep * t for t < count, and the taps they meet: {@code off} ends with -1. */
    record Phase(int[] start, int[] count, int[] taps, int[] off) {
        int pixels() {
            return count[0] * count[1] * count[2];
        }
    }

    final int images;
    final int groups;
    /** Source channels of a group. */
    final int channels;
    /** Output channels of a group. */
    final int rows;
    /** True for backward data: the roles of the two channel axes of w are swapped. */
    final boolean transposed;
    /** Positions of the kernel. */
    final int kernelSize;
    /** Whether the patches of a panel of pixels are packed for all rows, or the source is read where it is. */
    final boolean packs;

    final int[] source;
    final int[] out;
    final int[] step;
    final int[] outStep;
    final int sourcePlane;
    final int outPlane;

    /**
     * Smallest shift of a tap along each axis, the residues of the source position that taps read, extents of a padded
     * plane.
     */
    final int[] low;

    final int[][] residues;
    final int[] extent;
    final int plane;
    final int channelPitch;

    /**
     * True if the source is read where it is: no padding, stride 1, and packed once, or not so many planes that are so
     * large that every tap is in another page.
     */
    final boolean inPlace;

    /** True if the result has no residues: one phase, which may be computed in pieces. */
    final boolean onePhase;

    final Phase[] phases;

    /** A unit of work: whole images, or some rows of axis 0, or some columns of axis 2 of one image. */
    final int unitImages;

    final int unitRows;
    final int unitColumns;

    /** The way with fewer products, a part for each residue of the result's positions; none where it does not pay. */
    final List<WinogradPlan> winograd;

    /** One axis: for each phase, where it starts and which taps (kernel position, residue index, shift) it meets. */
    private record Axis(
            int[] residues, int[] start, int[] count, int[][] tap, int[][] residue, int[][] shift, int low, int high) {}

    static ConvPlan forward(ConvShape s) {
        return new ConvPlan(s, false);
    }

    static ConvPlan backward(ConvShape s) {
        return new ConvPlan(s, true);
    }

    private ConvPlan(ConvShape s, boolean transposed) {
        this.transposed = transposed;
        images = s.batch();
        groups = s.groups();
        int inner = s.inChannels() / groups;
        int outer = s.outChannels() / groups;
        channels = transposed ? outer : inner;
        rows = transposed ? inner : outer;
        int[] in = ConvAxes.three(s.in(), 1);
        int[] result = ConvAxes.three(s.out(), 1);
        int[] kernel = ConvAxes.three(s.kernel(), 1);
        int[] stride = ConvAxes.three(s.stride(), 1);
        int[] pad = ConvAxes.three(s.padLow(), 0);
        int[] dilation = ConvAxes.three(s.dilation(), 1);
        kernelSize = ConvAxes.product(kernel);
        if (kernelSize == 1
                && Arrays.equals(in, result)
                && ConvAxes.product(stride) == 1
                && ConvAxes.product(in) > in[2]) {
            in = new int[] {1, 1, ConvAxes.product(in)}; // pointwise: the whole plane is one row
            result = in.clone();
            pad = new int[3];
        }
        source = transposed ? result : in;
        out = transposed ? in : result;
        sourcePlane = ConvAxes.product(source);
        outPlane = ConvAxes.product(out);
        int[] ones = {1, 1, 1};
        step = transposed ? ones : stride;
        outStep = transposed ? stride : ones;
        packs = rows >= PACKED_ROWS && !(fillsVectors(out[2] / outStep[2]) && weightsOfPhase() <= FEW_WEIGHTS);
        var axes = new Axis[3];
        for (int a = 0; a < 3; a++) {
            axes[a] = transposed
                    ? transposedAxis(out[a], kernel[a], stride[a], pad[a], dilation[a])
                    : forwardAxis(out[a], kernel[a], stride[a], pad[a], dilation[a]);
        }
        low = new int[] {axes[0].low, axes[1].low, axes[2].low};
        residues = new int[][] {axes[0].residues, axes[1].residues, axes[2].residues};
        int[] whole = new int[3];
        for (int a = 0; a < 3; a++) {
            whole[a] = axes[a].high - low[a];
        }
        inPlace = ConvAxes.product(step) == 1
                && ConvAxes.product(outStep) == 1
                && Arrays.equals(low, new int[3])
                && Arrays.equals(whole, source)
                && (packs || sourcePlane < PAGE || channels <= PAGES);
        int subPlanes = residues[0].length * residues[1].length * residues[2].length;
        int spanRows = whole[0] - out[0];
        int spanColumns = whole[2] - out[2];
        onePhase = ConvAxes.product(outStep) == 1;
        unitRows = onePhase ? rowsOfUnit(channels * subPlanes * whole[1] * whole[2], spanRows) : out[0];
        unitColumns =
                onePhase && out[0] == 1 && out[1] == 1 ? columnsOfUnit(channels * subPlanes, spanColumns) : out[2];
        extent = whole.clone();
        if (!inPlace && onePhase) {
            extent[0] = unitRows + spanRows;
            extent[2] = unitColumns + spanColumns;
        }
        int elements = ConvAxes.product(extent);
        // Channels should not all meet in a few cache sets.
        plane = !inPlace && elements % 64 == 0 ? elements + 16 : elements;
        channelPitch = subPlanes * plane;
        unitImages = unitRows == out[0] && unitColumns == out[2] ? imagesOfUnit() : 1;
        int[] n = {axes[0].start.length, axes[1].start.length, axes[2].start.length};
        phases = new Phase[n[0] * n[1] * n[2]];
        for (int i = 0; i < phases.length; i++) {
            phases[i] = phase(axes, new int[] {i / (n[1] * n[2]), i / n[2] % n[1], i % n[2]}, kernel);
        }
        winograd = WinogradPlan.of(this, s);
    }

    /** Whether rows of so many pixels, the last vector of which overlaps the one before, waste less than a tenth of the lanes. */
    private static boolean fillsVectors(int columns) {
        return columns >= LANES && 10 * (Math.ceilDiv(columns, LANES) * LANES - columns) < columns;
    }

    /** Floats of weights that a residue of the result's positions meets, on average. */
    private long weightsOfPhase() {
        return (long) rows * channels * kernelSize / ConvAxes.product(outStep);
    }

    /** Output o of tap r reads position o * stride + r * dilation - pad: residue and shift of that tap. */
    private static Axis forwardAxis(int out, int kernel, int stride, int pad, int dilation) {
        int[] residueOf = new int[kernel];
        int[] shift = new int[kernel];
        int[] tap = new int[kernel];
        for (int r = 0; r < kernel; r++) {
            tap[r] = r;
            residueOf[r] = Math.floorMod(r * dilation - pad, stride);
            shift[r] = Math.floorDiv(r * dilation - pad, stride);
        }
        int[] residues = Arrays.stream(residueOf).distinct().sorted().toArray();
        for (int r = 0; r < kernel; r++) {
            residueOf[r] = Arrays.binarySearch(residues, residueOf[r]);
        }
        int low = Arrays.stream(shift).min().orElseThrow();
        int high = out + Arrays.stream(shift).max().orElseThrow();
        return new Axis(
                residues,
                new int[1],
                new int[] {out},
                new int[][] {tap},
                new int[][] {residueOf},
                new int[][] {shift},
                low,
                high);
    }

    /**
     * Position start + t * stride of the result meets source t + (start + pad - r * dilation) / stride where that
     * divides.
     */
    private static Axis transposedAxis(int out, int kernel, int stride, int pad, int dilation) {
        int phases = Math.min(stride, out);
        int[] start = new int[phases];
        int[] count = new int[phases];
        int[][] tap = new int[phases][];
        int[][] shift = new int[phases][];
        int low = Integer.MAX_VALUE;
        int high = Integer.MIN_VALUE;
        for (int p = 0; p < phases; p++) {
            int first = p + pad;
            start[p] = p;
            count[p] = (out - p + stride - 1) / stride;
            tap[p] = java.util.stream.IntStream.range(0, kernel)
                    .filter(r -> Math.floorMod(first - r * dilation, stride) == 0)
                    .toArray();
            shift[p] = Arrays.stream(tap[p])
                    .map(r -> Math.floorDiv(first - r * dilation, stride))
                    .toArray();
            for (int d : shift[p]) {
                low = Math.min(low, d);
                high = Math.max(high, d + count[p]);
            }
        }
        int[][] none = new int[phases][];
        for (int p = 0; p < phases; p++) {
            none[p] = new int[tap[p].length];
        }
        boolean empty = low == Integer.MAX_VALUE;
        return new Axis(new int[1], start, count, tap, none, shift, empty ? 0 : low, empty ? 1 : high);
    }

    private int rowsOfUnit(int perRow, int span) {
        int fit = Math.max(1, SOURCE_BUDGET / Math.max(1, perRow) - span);
        int enough = (LEAST_PIXELS + out[1] * out[2] - 1) / (out[1] * out[2]);
        int wanted = (TASKS + images - 1) / Math.max(1, images); // units an image should give
        int fair = Math.max(enough, (out[0] + wanted - 1) / wanted);
        int rows = Math.min(out[0], Math.min(fair, Math.max(fit, enough)));
        int units = (out[0] + rows - 1) / rows;
        return (out[0] + units - 1) / units;
    }

    private int columnsOfUnit(int perColumn, int span) {
        int fit = Math.max(LEAST_PIXELS, SOURCE_BUDGET / Math.max(1, perColumn) - span);
        int wanted = (TASKS + images - 1) / Math.max(1, images);
        int fair = Math.max(LEAST_PIXELS, (out[2] + wanted - 1) / wanted);
        int columns = Math.min(out[2], Math.min(fair, fit));
        int units = (out[2] + columns - 1) / columns;
        return units == 1 ? out[2] : Math.min(out[2], ((out[2] + units - 1) / units + 63) / 64 * 64);
    }

    private int imagesOfUnit() {
        int pixels = Math.max(1, outPlane / ConvAxes.product(outStep));
        int least = (LEAST_PIXELS + pixels - 1) / pixels;
        int fair = Math.min((PIXELS + pixels - 1) / pixels, images / TASKS);
        int fit = Math.max(1, SOURCE_BUDGET / Math.max(1, channels * channelPitch));
        return Math.clamp(Math.max(least, Math.min(fair, fit)), 1, Math.max(1, images));
    }

    private Phase phase(Axis[] axes, int[] p, int[] kernel) {
        int[] count = new int[3];
        int[] start = new int[3];
        int taps = 1;
        for (int a = 0; a < 3; a++) {
            count[a] = axes[a].count[p[a]];
            start[a] = axes[a].start[p[a]];
            taps *= axes[a].tap[p[a]].length;
        }
        int[] tap = new int[taps];
        int[] off = new int[channels * taps + 1];
        int t = 0;
        for (int i = 0; i < axes[0].tap[p[0]].length; i++) {
            for (int j = 0; j < axes[1].tap[p[1]].length; j++) {
                for (int k = 0; k < axes[2].tap[p[2]].length; k++) {
                    tap[t] = (axes[0].tap[p[0]][i] * kernel[1] + axes[1].tap[p[1]][j]) * kernel[2]
                            + axes[2].tap[p[2]][k];
                    int sub = (axes[0].residue[p[0]][i] * residues[1].length + axes[1].residue[p[1]][j])
                                    * residues[2].length
                            + axes[2].residue[p[2]][k];
                    int at = ((axes[0].shift[p[0]][i] - low[0]) * extent[1] + axes[1].shift[p[1]][j] - low[1])
                                    * extent[2]
                            + axes[2].shift[p[2]][k]
                            - low[2];
                    for (int c = 0; c < channels; c++) {
                        off[c * taps + t] = c * channelPitch + sub * plane + at;
                    }
                    t++;
                }
            }
        }
        off[channels * taps] = -1;
        return new Phase(start, count, tap, off);
    }

    /** First position of a padded axis that holds the source, when outputs from {@code from} on are wanted. */
    int first(int axis, int from) {
        return Math.clamp(-from - low[axis], 0, extent[axis]);
    }

    /** End of the positions of a padded axis that hold the source at that residue; not below {@link #first}. */
    int end(int axis, int from, int residue) {
        int count = (source[axis] - residue + step[axis] - 1) / step[axis];
        return Math.clamp(count - from - low[axis], first(axis, from), extent[axis]);
    }

    int rowUnits() {
        return (out[0] + unitRows - 1) / unitRows;
    }

    int columnUnits() {
        return (out[2] + unitColumns - 1) / unitColumns;
    }

    int firstRow(int unit) {
        return unit / columnUnits() % rowUnits() * unitRows;
    }

    int firstColumn(int unit) {
        return unit % columnUnits() * unitColumns;
    }

    /** First element of a group's channels of an image in the source. */
    int sourceBase(int image, int group) {
        return (image * groups + group) * channels * sourcePlane;
    }

    /**
     * Whether vectors through the source, in place, would read beyond {@code length}: of the group and image that begin
     * at {@code base}, columns w0 to w1, {@code width} pixels at a time.
     */
    boolean beyond(int base, int w0, int w1, int width, int length) {
        boolean oneRow = out[0] == 1 && out[1] == 1;
        int end = base + (channels - 1) * sourcePlane + (oneRow ? w1 + sourcePlane - out[2] : sourcePlane);
        return (!oneRow || (w1 - w0) % width > 0) && end + width > length;
    }

    /** First element of a group's channels of an image in the result. */
    int outBase(int image, int group) {
        return (image * groups + group) * rows * outPlane;
    }
}
