package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ROWS;
import static soma.kernel.VectorGemm.VL;
import static soma.kernel.VectorGemm.ceil;

import java.util.ArrayList;
import java.util.List;

/**
 * A convolution, or what one residue of its positions has to do with it, cut into tiles of up to 5 x 5 results ({@link
 * WinogradTransform}), numbered row by row and image by image, in panels as wide as those of the matrix product.
 */
final class WinogradPlan {

    /** The most points and results that a tile has. */
    static final int MOST_POINTS = WinogradTransform.MOST * WinogradTransform.MOST;

    static final int MOST_TILE = WinogradTransform.MOST - 1;

    /** With less to do, the direct way, whose sums are rounded less, takes no time either. */
    private static final double LEAST_FLOPS = 2e7;

    /** Most floats that weights may become: half a gigabyte. */
    private static final int MOST_WEIGHTS = 1 << 27;

    /** The most cycles, over those of the direct way, with which it was not slower where both were measured. */
    private static final double WORTH = 0.9;

    /** The same for the weight gradient, whose sums over tiles are short and are transposed first. */
    private static final double WEIGHT_WORTH = 0.55;

    // Cycles a point of 16 tiles, or of pairs of channels, with vectors of 16 floats; without them all take longer
    // alike.
    private static final double PRODUCT = 0.5;
    private static final double INPUT = 18;
    private static final double INPUT_OF_ONE_AXIS = 30;
    private static final double OUTPUT = 10;
    private static final double OUTPUT_OF_ONE_AXIS = 16;
    private static final double OUTPUT_OF_THREE_AXES = 14; // short products, of few channels, take longer too
    private static final double WEIGHTS = 0.7;
    private static final double DIRECT = 0.5; // a tap of 16 pixels

    /** Threads for which the two ways are compared: what is chosen must not depend on how many there are. */
    private static final int THREADS = 4;

    private static final boolean OFF = "off".equals(System.getProperty("soma.winograd"));

    final ConvPlan conv;
    final WinogradAxis down;
    final WinogradAxis across;

    final Side source;
    final Side result;

    /** Taps along the first of three axes. */
    final int depthTaps;

    /** Floats from one row of a kernel to the next, and of the whole. */
    final int kernelWidth;

    final int kernelPlane;

    final int images;

    /** Results along the first of three axes. */
    final int steps;

    /**
     * Of the source, counted once for each tap along the first of three axes, and for each group of taps: all of the first
     * tap, all of the second, ...
     */
    final int channels;

    /** Where the first tap of each channel lies in the kernels of a row; behind them the last one's, to whole vectors. */
    final int[] firstTaps;

    final int rows;
    final int points;

    private WinogradPlan(ConvPlan conv, ConvShape shape, WinogradAxis down, WinogradAxis across) {
        this.conv = conv;
        this.down = down;
        this.across = across;
        boolean deep = shape.axes() == 3; // else the first two of three axes are the rows and one that is 1
        steps = deep ? conv.out[0] : 1;
        int axis = deep ? 1 : 0;
        int[] kernel = ConvAxes.three(shape.kernel(), 1);
        depthTaps = deep ? kernel[0] : 1;
        kernelWidth = kernel[2];
        kernelPlane = kernel[axis] * kernelWidth;
        images = conv.images;
        channels = conv.channels * depthTaps * groups();
        rows = conv.rows;
        points = down.points() * across.points();
        firstTaps = new int[ceil(channels, VL) * VL];
        for (int i = 0; i < firstTaps.length; i++) {
            int channel = Math.min(i, channels - 1);
            int tap = channel / planeChannels();
            int group = channel % groups();
            int row = down.first() + group / across.groups();
            int column = across.first() + group % across.groups();
            int kernels = channel / groups() % conv.channels * depthTaps + tap;
            firstTaps[i] = kernels * kernelPlane + row * kernelWidth + column;
        }
        source = new Side(
                conv.channels,
                deep ? conv.source[0] : 1,
                deep ? conv.low[0] : 0,
                Window.source(conv.source[axis], down),
                Window.source(conv.source[2], across));
        result = new Side(rows, steps, 0, Window.result(conv.out[axis], down), Window.result(conv.out[2], across));
    }

    /** A part for each residue of the result's positions; none where the direct way is better, or the only one. */
    static List<WinogradPlan> of(ConvPlan conv, ConvShape shape) {
        var parts =
                OFF || conv.images == 0 || shape.flops() < LEAST_FLOPS ? List.<WinogradPlan>of() : parts(conv, shape);
        double cycles = 0;
        double direct = 0;
        for (var part : parts) {
            if ((double) part.points * part.rows * part.channels > MOST_WEIGHTS) {
                return List.of();
            }
            cycles += part.cycles(WinogradMarch.best(part, THREADS));
            direct += part.direct();
        }
        return cycles < WORTH * direct ? parts : List.of();
    }

    /** The same, whether or not they pay; none where there is no such way. */
    static List<WinogradPlan> parts(ConvPlan conv, ConvShape shape) {
        int axes = shape.axes();
        int[] kernel = ConvAxes.three(shape.kernel(), 1);
        int[] stride = ConvAxes.three(shape.stride(), 1);
        int[] pad = ConvAxes.three(shape.padLow(), 0);
        if (conv.groups > 1
                || conv.kernelSize == 1
                || axes == 3 && stride[0] > 1
                || ConvAxes.product(shape.dilation()) > 1) {
            return List.of();
        }
        var parts = new ArrayList<WinogradPlan>();
        for (var down : axes(conv, kernel, stride, pad, axes == 3 ? 1 : 0)) {
            for (var across : axes(conv, kernel, stride, pad, 2)) {
                parts.add(new WinogradPlan(conv, shape, down, across));
            }
        }
        return List.copyOf(parts);
    }

    private static List<WinogradAxis> axes(ConvPlan conv, int[] kernel, int[] stride, int[] pad, int axis) {
        return conv.transposed
                ? WinogradAxis.backward(kernel[axis], stride[axis], pad[axis], conv.out[axis])
                : WinogradAxis.forward(kernel[axis], stride[axis], pad[axis], conv.out[axis]);
    }

    /** Whether the weight gradient goes this way too. */
    boolean paysForWeights() {
        return cycles(WinogradMarch.of(this, 1)) < WEIGHT_WORTH * direct();
    }

    /** Its cycles, by a model that is kind to both ways. */
    private double cycles(WinogradMarch march) {
        double some = (double) march.panels() * PANEL / 16;
        double all = march.planes() * planeCycles() + march.steps() * stepCycles();
        return points * (some * all + WEIGHTS * rows * channels);
    }

    /** A plane's part of them, a point of 16 tiles. */
    double planeCycles() {
        return (oneAxis() ? INPUT_OF_ONE_AXIS : INPUT) * planeChannels();
    }

    /** The part of a step's products and results. */
    double stepCycles() {
        int spread = conv.onePhase ? 1 : 2; // results with steps between them go one by one
        double output = oneAxis() ? OUTPUT_OF_ONE_AXIS : depthTaps > 1 ? OUTPUT_OF_THREE_AXES : OUTPUT;
        return PRODUCT * rows * channels + spread * output * rows;
    }

    private boolean oneAxis() {
        return down.taps() == 1 || across.taps() == 1;
    }

    /** Those of the direct way. */
    private double direct() {
        double pixels = (double) images * steps * down.results() * across.results();
        return pixels / 16 * DIRECT * down.taps() * across.taps() * rows * channels;
    }

    /** Those of one plane, which are met by one tap along the first of three axes. */
    int planeChannels() {
        return channels / depthTaps;
    }

    /** Tiles of rows of weights. */
    int weightTiles() {
        return ceil(rows, ROWS);
    }

    /** Groups of taps, which count as channels. */
    int groups() {
        return down.groups() * across.groups();
    }

    /**
     * A tile along an axis of a plane of {@code size} pixels: {@code pixels} of them, each {@code step} after the one before,
     * and, with groups of taps, as many more in between; the first tile begins at {@code low}, the next {@code each} later.
     */
    record Window(int size, int low, int pixels, int step, int each) {
        static Window source(int size, WinogradAxis axis) {
            int step = axis.sourceStep();
            return new Window(size, axis.low(), axis.points(), step, axis.tile() * step);
        }

        static Window result(int size, WinogradAxis axis) {
            return new Window(size, 0, axis.tile(), 1, axis.tile());
        }

        /** From the first pixel of a tile to behind its last. */
        int reach() {
            return pixels * step;
        }
    }

    /** One side's planes, of which {@code depth} lie along the first of three axes; results begin at {@code lowDepth}. */
    record Side(int channels, int depth, int lowDepth, Window down, Window across) {

        /** Where a plane begins, or -1 if it lies beyond the first axis and is all zeros. */
        int plane(int image, int channel, int step) {
            int at = step + lowDepth;
            int plane = (image * channels + channel) * depth + at;
            return at < 0 || at >= depth ? -1 : plane * down.size() * across.size();
        }
    }
}
