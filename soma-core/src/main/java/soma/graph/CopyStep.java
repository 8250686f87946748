package soma.graph;

import soma.kernel.Strided;

/** Elements from one arrangement to another: transposed, sliced, or simply copied to an array of its own. */
record CopyStep(String name, int from, int offset, int[] strides, int to, int[] shape, int[] outStrides)
        implements Step {
    private static final int GRAIN = 32_768;

    /** The content of v, as it lies. */
    static CopyStep flat(String name, Value v, int to) {
        return flat(name, v.storage.slot, v.offset, v.shape.size(), to);
    }

    static CopyStep flat(String name, int from, int offset, int size, int to) {
        var one = new int[] {1};
        return new CopyStep(name, from, offset, one, to, new int[] {size}, one);
    }

    @Override
    public void run(Arena arena) {
        int size = 1;
        for (int d : shape) {
            size *= d;
        }
        int first = shape.length == 0 ? 1 : shape[0];
        if (size <= GRAIN || first < 2) {
            Strided.copy(arena.arrays[from], offset, strides, arena.arrays[to], 0, outStrides, shape);
            return;
        }
        int each = Math.max(1, (int) ((long) first * GRAIN / size));
        arena.workers.run(
                Math.ceilDiv(first, each),
                (i, scratch) -> Strided.copyRange(
                        arena.arrays[from],
                        offset,
                        strides,
                        arena.arrays[to],
                        0,
                        outStrides,
                        shape,
                        i * each,
                        Math.min(first, (i + 1) * each)));
    }

    @Override
    public int[] reads() {
        return new int[] {from};
    }

    @Override
    public int[] writes() {
        return new int[] {to};
    }

    @Override
    public String describe() {
        return String.format("%-10s", name) + soma.Shape.of(shape);
    }
}
