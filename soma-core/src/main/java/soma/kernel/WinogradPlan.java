package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.ceil;

import org.jspecify.annotations.Nullable;

/**
 * A convolution of 3 x 3 taps cut into tiles of 4 x 4 results ({@link WinogradAxis}), numbered row by row and image by
 * image, in panels as wide as those of the matrix product.
 */
final class WinogradPlan {

    /** Results of a tile along an axis, the pixels that they come from, and the points of a tile. */
    static final int TILE = 4;

    static final int REACH = 6;
    static final int POINTS = 36;

    /** With less to do, the direct way, whose sums are rounded less, takes no time either. */
    private static final double LEAST_FLOPS = 2e7;

    /** Most floats that weights may become: half a gigabyte. */
    private static final int MOST_WEIGHTS = 1 << 27;

    /** The most cycles, over those of the direct way, with which it was not slower where both were measured. */
    private static final double WORTH = 0.9;

    /** The same for the weight gradient, whose sums over tiles are short and are transposed first. */
    private static final double WEIGHT_WORTH = 0.7;

    // Cycles for 16 tiles, or pairs of channels, with vectors of 16 floats; without them all take longer alike.
    private static final double PRODUCT = 18;
    private static final double INPUT = 650;
    private static final double OUTPUT = 350;
    private static final double WEIGHTS = 25;
    private static final double DIRECT = 4.5;

    private static final boolean OFF = "off".equals(System.getProperty("soma.winograd"));

    final ConvPlan conv;

    final Side source;
    final Side result;

    /** Taps along the first of three axes. */
    final int depthTaps;

    final int images;

    /** Of the source, counted once for each tap along the first of three axes. */
    final int channels;

    final int rows;
    final int height;
    final int width;
    final int down;
    final int across;
    final int tiles;

    private WinogradPlan(ConvPlan conv, ConvShape shape) {
        this.conv = conv;
        boolean deep = shape.axes() == 3; // else the first two of three axes are the rows and one that is 1
        int steps = deep ? conv.out[0] : 1;
        int axis = deep ? 1 : 0;
        depthTaps = deep ? shape.kernel()[0] : 1;
        images = conv.images * steps;
        channels = conv.channels * depthTaps;
        rows = conv.rows;
        height = conv.out[axis];
        width = conv.out[2];
        source = new Side(
                conv.channels,
                depthTaps,
                deep ? conv.source[0] : 1,
                deep ? conv.low[0] : 0,
                conv.source[axis],
                conv.source[2],
                conv.low[axis],
                conv.low[2],
                steps);
        result = new Side(rows, 1, steps, 0, height, width, 0, 0, steps);
        down = ceil(height, TILE);
        across = ceil(width, TILE);
        tiles = images * down * across;
    }

    /** Null where the direct way is better, or the only one. */
    static @Nullable WinogradPlan of(ConvPlan conv, ConvShape shape) {
        int axes = shape.axes();
        boolean fits = !OFF
                && axes >= 2
                && conv.groups == 1
                && conv.images > 0
                && shape.kernel()[axes - 2] == 3
                && shape.kernel()[axes - 1] == 3
                && ConvAxes.product(shape.stride()) == 1
                && ConvAxes.product(shape.dilation()) == 1
                && shape.flops() >= LEAST_FLOPS
                && 4.0 * shape.weightSize() <= MOST_WEIGHTS;
        var plan = fits ? new WinogradPlan(conv, shape) : null;
        return plan != null && plan.share() < WORTH ? plan : null;
    }

    /** Whether the weight gradient goes this way too. */
    boolean paysForWeights() {
        return share() < WEIGHT_WORTH;
    }

    /** Its cycles over those of the direct way, by a model that is kind to both. */
    private double share() {
        double pairs = (double) rows * channels;
        double some = (double) panels() * PANEL / 16;
        double cycles = some * (PRODUCT * pairs + INPUT * channels + OUTPUT * rows) + WEIGHTS * pairs;
        double direct = (double) images * height * width / 16 * DIRECT * pairs;
        return cycles / direct;
    }

    int panels() {
        return ceil(tiles, PANEL);
    }

    /**
     * Whether what is transformed for all rows would be used once: then it is made for a tile of rows at a time, and never
     * passes memory. For 512 channels on both sides it is 38 MB.
     */
    boolean onePanel() {
        return panels() == 1;
    }

    /** Tiles of a panel. */
    int tiles(int panel) {
        return Math.min(PANEL, tiles - panel * PANEL);
    }

    /** Tiles of rows of weights. */
    int weightTiles() {
        return ceil(rows, ROWS);
    }

    /** The tiles of pixels that results come from. */
    WinogradPanel inputs(Scratch scratch) {
        return new WinogradPanel(this, source, REACH, scratch);
    }

    /** The tiles of results. */
    WinogradPanel results(Scratch scratch) {
        return new WinogradPanel(this, result, TILE, scratch);
    }

    /**
     * One side's planes. A channel of three axes is a channel for each tap along the first, and each step along it an image.
     */
    record Side(
            int channels,
            int taps,
            int depth,
            int lowDepth,
            int height,
            int width,
            int lowDown,
            int lowAcross,
            int steps) {

        /** Where a plane begins, or -1 if it lies beyond the first axis and is all zeros. */
        int plane(int image, int channel) {
            int at = image % steps + channel % taps + lowDepth;
            int plane = (image / steps * channels + channel / taps) * depth + at;
            return at < 0 || at >= depth ? -1 : plane * height * width;
        }
    }
}
