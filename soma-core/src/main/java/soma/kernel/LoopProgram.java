package soma.kernel;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a fused loop computes in float, whatever it is run on: its instructions, and which of the operands somebody reads
 * afterwards. All parameters that an optimizer updates share one.
 *
 * @param loads operands below this number are read, the others are registers
 * @param kept registers whose blocks are wanted; the rest need not leave the processor
 */
public record LoopProgram(int loads, List<Instr> code, BitSet kept) {

    /** With fewer, there is little to be saved. */
    private static final int LEAST = 3;

    /** With more, values would not stay in the vector registers. */
    private static final int MOST = 32;

    public LoopProgram {
        code = List.copyOf(code);
        kept = (BitSet) kept.clone();
    }

    /** Loads and registers. */
    int operands() {
        return Math.max(loads, 1 + code.stream().mapToInt(Instr::target).max().orElse(0));
    }

    /** Loads that are read as blocks, not as numbers. */
    int[] blocksRead() {
        return code.stream()
                .flatMapToInt(i -> IntStream.range(0, i.form().operands())
                        .filter(k -> !i.form().isNumber(k))
                        .map(i::operand))
                .filter(operand -> operand < loads)
                .distinct()
                .toArray();
    }

    /** Whether code of its own is worth while, and there is an expression for each of its lanes. */
    boolean isWorthCode() {
        return code.size() >= LEAST && code.size() <= MOST && code.stream().allMatch(LoopProgram::hasTerm);
    }

    private static boolean hasTerm(Instr i) {
        return switch (i.form()) {
            case FILL -> i.lane() == Lane.COPY;
            case MUL_ADD, MUL_SUB, MUL_ADD_MUL -> true;
            case UNARY, BINARY, RIGHT_SCALAR, LEFT_SCALAR, TERNARY -> hasTerm(i.lane());
        };
    }

    /** Lanes that {@link VectorTerms} has: a few instructions each, and the bits of the loops of {@link Lanes}. */
    static boolean hasTerm(Lane lane) {
        return switch (lane) {
            case NEG, ABS, SQUARE, RECIPROCAL, SQRT, RELU, STEP, NOT -> true;
            case ADD, SUB, MUL, DIV, MAX, MIN, EQ, NE, LT, LE, GT, GE -> true;
            case WHERE, FMA, CLAMP, LERP -> true;
            default -> false;
        };
    }
}
