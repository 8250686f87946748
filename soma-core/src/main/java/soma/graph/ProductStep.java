package soma.graph;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import soma.kernel.Epilogue;
import soma.op.MatMul;
import soma.op.Product;

/** A matrix product or convolution, and the loop that finishes its output stretch by stretch. */
record ProductStep(Value value, Operands operands, @Nullable Loop after) implements Step {

    @Override
    public void run(Arena arena) {
        var loop = after;
        Epilogue epilogue = loop == null ? Epilogue.NONE : (lo, hi, scratch) -> loop.range(arena, lo, hi, scratch);
        var call = operands.open(arena);
        ((Product) value.op).compute(call, epilogue);
        operands.close(arena, call);
    }

    @Override
    public int[] reads() {
        var loop = after;
        return loop == null
                ? operands.reads()
                : IntStream.concat(
                                IntStream.of(operands.reads()),
                                loop.loads.stream().mapToInt(l -> l.slot).filter(s -> s != value.slot))
                        .toArray();
    }

    @Override
    public int[] writes() {
        var loop = after;
        return loop == null
                ? operands.writes()
                : IntStream.concat(IntStream.of(operands.writes()), IntStream.of(LoopStep.writes(loop)))
                        .distinct()
                        .toArray();
    }

    @Override
    public long flops() {
        if (value.op instanceof MatMul m) {
            return 2L * value.shape.size() * m.a().size(m.transA() ? -2 : -1);
        }
        var geometry = (soma.kernel.ConvShape) value.op.attributes();
        long taps = geometry.inChannels() / geometry.groups();
        for (int k : geometry.kernel()) {
            taps *= k;
        }
        long pixels = (long) geometry.batch() * geometry.outChannels();
        for (int o : geometry.out()) {
            pixels *= o;
        }
        return 2 * pixels * taps;
    }

    @Override
    public String describe() {
        var loop = after;
        return operands.describe(value.op.name().toLowerCase(java.util.Locale.ROOT))
                + (loop == null ? "" : " then [" + LoopStep.program(loop) + "]");
    }
}
