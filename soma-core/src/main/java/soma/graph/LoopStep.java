package soma.graph;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A fused loop on its own. */
record LoopStep(Loop loop) implements Step {

    @Override
    public void run(Arena arena) {
        int chunk = loop.chunk();
        int size = loop.size;
        arena.workers.run(
                Math.ceilDiv(size, chunk),
                (i, scratch) -> loop.range(arena, i * chunk, Math.min(size, (i + 1) * chunk), scratch));
    }

    @Override
    public int[] reads() {
        return reads(loop);
    }

    static int[] reads(Loop loop) {
        return loop.loads.stream().mapToInt(l -> l.slot).toArray();
    }

    @Override
    public int[] writes() {
        return writes(loop);
    }

    static int[] writes(Loop loop) {
        return IntStream.concat(
                        Arrays.stream(loop.direct).filter(s -> s >= 0),
                        Arrays.stream(loop.stores).mapToInt(Loop.Store::slot))
                .toArray();
    }

    @Override
    public long flops() {
        return (long) loop.size * loop.code.length;
    }

    @Override
    public String describe() {
        return "loop      " + loop.size + " x [" + program(loop) + "]";
    }

    static String program(Loop loop) {
        return Arrays.stream(loop.code)
                .map(i -> switch (i.form()) {
                    case MUL_ADD -> "mul_add";
                    case MUL_SUB -> "mul_sub";
                    case MUL_ADD_MUL -> "mul_add_mul";
                    default -> i.lane().name().toLowerCase(java.util.Locale.ROOT);
                })
                .collect(Collectors.joining(" "));
    }
}
