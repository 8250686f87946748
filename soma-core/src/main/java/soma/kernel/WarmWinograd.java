package soma.kernel;

import org.jspecify.annotations.Nullable;

/** The transforms of {@link VectorWinograd} on their way to hot; {@link ScalarWinograd} is their twin. */
final class WarmWinograd extends Warming {

    /** Before the kernels, which need it as they are made. */
    private static final int VL = VectorWinograd.VL;

    private static final int TURNS = 32;

    static final WarmWinograd GATHER = new WarmWinograd(null, 12);
    static final WarmWinograd INTERLEAVE = new WarmWinograd(null, 24);
    private static final WarmWinograd INPUT = new WarmWinograd(WinogradTransform.input(6), 26);
    private static final WarmWinograd EVALUATE = new WarmWinograd(WinogradTransform.gradient(6, 4), 20);
    private static final WarmWinograd COMBINE = new WarmWinograd(WinogradTransform.output(6, 4), 22);

    private final @Nullable WinogradTransform axis;
    private final int instructions;
    private float @Nullable [] numbers;
    private final int[] origin = new int[VL];

    private WarmWinograd(@Nullable WinogradTransform axis, int instructions) {
        this.axis = axis;
        this.instructions = instructions;
    }

    static WarmWinograd of(WinogradTransform.Kind kind) {
        return switch (kind) {
            case SAME -> throw new IllegalArgumentException("one tap needs no transform");
            case INPUT -> INPUT;
            case EVALUATE -> EVALUATE;
            case COMBINE -> COMBINE;
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
            VectorWinograd.hotGather(numbers, half, 6, 1, origin, 0, turns, 6, numbers);
        } else {
            VectorWinograd.hot(axis, numbers, 0, VL, 6 * VL, numbers, half, VL, 6 * VL, turns);
        }
    }
}
