package soma.kernel;

import org.jspecify.annotations.Nullable;

/** The copies before a matrix product, on their way to hot; their twins stand beside them. */
final class WarmPack extends Warming {

    private enum Kind {
        TRANSPOSE,
        NARROW,
        TILE,
        PANELS,
        UNPACK
    }

    static final WarmPack TRANSPOSE = new WarmPack(Kind.TRANSPOSE);
    static final WarmPack NARROW = new WarmPack(Kind.NARROW);
    static final WarmPack TILE = new WarmPack(Kind.TILE);
    static final WarmPack PANELS = new WarmPack(Kind.PANELS);
    static final WarmPack UNPACK = new WarmPack(Kind.UNPACK);

    private static final int TURNS = 32;
    private static final int TARGET = 1 << 14;

    private final Kind kind;
    private float @Nullable [] numbers;
    private int calls;

    private WarmPack(Kind kind) {
        this.kind = kind;
    }

    @Override
    int instructions() {
        return switch (kind) {
            case TRANSPOSE -> 96;
            case NARROW, TILE -> 2;
            case PANELS -> 4;
            case UNPACK -> 5;
        };
    }

    @Override
    int turns() {
        return kind == Kind.TRANSPOSE ? 1 : TURNS;
    }

    @Override
    void sample(int turns) {
        if (numbers == null) {
            numbers = new float[2 * TARGET];
        }
        var x = numbers;
        int pair = 2 * VectorGemm.VL;
        calls++;
        switch (kind) {
            case TRANSPOSE -> VectorTranspose16.block(x, 0, 16, 16, x, TARGET, 16);
            case NARROW -> VectorPack.vectorNarrow(x, 0, VectorGemm.VL, turns, x, TARGET, pair);
            case TILE -> VectorPack.vectorTile(x, 0, VectorGemm.VL, turns, x, TARGET, VectorGemm.ROWS);
            case PANELS -> VectorPack.vectorPanels(x, 0, 0, 2 * pair, turns / 2 + 1, x, TARGET, pair);
            case UNPACK ->
                VectorPack.vectorUnpack(x, 0, pair, Math.min(turns, 16), pair - 3, x, TARGET, pair, calls % 2 == 0);
        }
    }
}
