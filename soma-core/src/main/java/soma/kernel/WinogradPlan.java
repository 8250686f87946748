package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.ceil;

import java.util.Arrays;
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

    /** How much less work it must be: its products are smaller, and more memory is touched. */
    private static final double WORTH = 0.8;

    // Cycles for 16 tiles, or pairs of channels, with vectors of 16 floats; without them all take longer alike.
    private static final double PRODUCT = 18;
    private static final double INPUT = 650;
    private static final double OUTPUT = 350;
    private static final double WEIGHTS = 25;
    private static final double DIRECT = 4.5;

    private static final boolean OFF = "off".equals(System.getProperty("soma.winograd"));

    final ConvPlan conv;
    final int height;
    final int width;
    final int down;
    final int across;
    final int tiles;

    private WinogradPlan(ConvPlan conv) {
        this.conv = conv;
        height = conv.out[0];
        width = conv.out[2];
        down = ceil(height, TILE);
        across = ceil(width, TILE);
        tiles = conv.images * down * across;
    }

    /** Null where the direct way is better, or the only one. */
    static @Nullable WinogradPlan of(ConvPlan conv, ConvShape shape) {
        boolean fits = !OFF
                && conv.groups == 1
                && conv.images > 0
                && Arrays.equals(shape.kernel(), new int[] {3, 3})
                && Arrays.equals(shape.stride(), new int[] {1, 1})
                && Arrays.equals(shape.dilation(), new int[] {1, 1})
                && shape.flops() >= LEAST_FLOPS;
        var plan = fits ? new WinogradPlan(conv) : null;
        return plan != null && plan.pays() ? plan : null;
    }

    private boolean pays() {
        double pairs = (double) conv.rows * conv.channels;
        double some = (double) panels() * PANEL / 16;
        double cycles = some * (PRODUCT * pairs + INPUT * conv.channels + OUTPUT * conv.rows) + WEIGHTS * pairs;
        double direct = (double) conv.images * height * width / 16 * DIRECT * pairs;
        return cycles < WORTH * direct;
    }

    int panels() {
        return ceil(tiles, PANEL);
    }

    /** Tiles of a panel. */
    int tiles(int panel) {
        return Math.min(PANEL, tiles - panel * PANEL);
    }

    /** Tiles of rows of weights. */
    int weightTiles() {
        return ceil(conv.rows, ROWS);
    }

    WinogradPanel inputs(Scratch scratch) {
        return new WinogradPanel(this, conv.source[0], conv.source[2], conv.low[0], conv.low[2], REACH, scratch);
    }

    WinogradPanel results(Scratch scratch) {
        return new WinogradPanel(this, height, width, 0, 0, TILE, scratch);
    }
}
