package soma.kernel;

import org.jspecify.annotations.Nullable;

/** The transforms of {@link VectorWinograd} on their way to hot; {@link ScalarWinograd} is their twin. */
final class WarmWinograd extends Warming {

    /** Before the kernels, which need it as they are made. */
    private static final int VL = VectorWinograd.VL;

    private static final int TURNS = 32;

    static final WarmWinograd GATHER = new WarmWinograd(null, 12);
    static final WarmWinograd INTERLEAVE = new WarmWinograd(null, 24);
    private static final WarmWinograd INPUT = new WarmWinograd(WinogradAxis.INPUT, 26);
    private static final WarmWinograd OUTPUT = new WarmWinograd(WinogradAxis.OUTPUT, 22);
    private static final WarmWinograd GRADIENT = new WarmWinograd(WinogradAxis.GRADIENT, 20);
    private static final WarmWinograd WEIGHTS = new WarmWinograd(WinogradAxis.WEIGHTS, 19);
    private static final WarmWinograd WEIGHT_GRADIENT = new WarmWinograd(WinogradAxis.WEIGHT_GRADIENT, 20);

    private final @Nullable WinogradAxis axis;
    private final int instructions;
    private float @Nullable [] numbers;
    private final int[] origin = new int[VL];

    private WarmWinograd(@Nullable WinogradAxis axis, int instructions) {
        this.axis = axis;
        this.instructions = instructions;
    }

    static WarmWinograd of(WinogradAxis axis) {
        return switch (axis) {
            case INPUT -> INPUT;
            case OUTPUT -> OUTPUT;
            case GRADIENT -> GRADIENT;
            case WEIGHTS -> WEIGHTS;
            case WEIGHT_GRADIENT -> WEIGHT_GRADIENT;
        };
    }

    @Override
    int instructions() {
        return instructions;
    }

    @Override
    int turns() {
        return TURNS;
    }

    @Override
    void sample(int turns) {
        int half = 6 * TURNS * VL;
        if (numbers == null) {
            numbers = new float[2 * half];
        }
        if (this == INTERLEAVE) {
            for (int i = 0; i < turns; i++) {
                VectorWinograd.hotInterleave(numbers, 0, numbers, numbers, half);
            }
        } else if (axis == null) {
            VectorWinograd.hotGather(numbers, half, 6, origin, 0, turns, 6, numbers);
        } else {
            VectorWinograd.hot(axis, numbers, 0, VL, 6 * VL, numbers, half, VL, 6 * VL, turns);
        }
    }
}
