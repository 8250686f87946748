package soma.kernel;

import java.util.Arrays;

/**
 * Runs a fused loop's instructions one after the other over a block: kernels that all programs share, which therefore are
 * compiled once.
 */
public final class Interpreter {

    private Interpreter() {}

    /** Runs {@code code} in the arithmetic of {@code kind}, which is F32, F64 or I64, over n elements. */
    public static void run(DKind kind, Instr[] code, Blocks blocks, int n) {
        for (var instr : code) {
            switch (kind) {
                case F32 -> floats(blocks, instr, n);
                case F64 -> doubles(blocks, instr, n);
                case I64 -> longs(blocks, instr, n);
                default -> throw new IllegalArgumentException("no loop computes in " + kind);
            }
        }
    }

    private static void floats(Blocks k, Instr i, int n) {
        var t = (float[]) k.arrays[i.target()];
        int to = k.offsets[i.target()];
        switch (i.form()) {
            case UNARY -> Lanes.apply(i.lane(), (float[]) k.arrays[i.a()], k.offsets[i.a()], t, to, n);
            case FILL -> Arrays.fill(t, to, to + n, (float) i.lane().apply((float) k.numbers[i.a()]));
            case BINARY ->
                Lanes.apply(
                        i.lane(),
                        (float[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (float[]) k.arrays[i.b()],
                        k.offsets[i.b()],
                        t,
                        to,
                        n);
            case RIGHT_SCALAR ->
                Lanes.apply(i.lane(), (float[]) k.arrays[i.a()], k.offsets[i.a()], (float) k.numbers[i.b()], t, to, n);
            case LEFT_SCALAR ->
                Lanes.apply(i.lane(), (float) k.numbers[i.a()], (float[]) k.arrays[i.b()], k.offsets[i.b()], t, to, n);
            case TERNARY ->
                Lanes.apply(
                        i.lane(),
                        (float[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (float[]) k.arrays[i.b()],
                        k.offsets[i.b()],
                        (float[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        t,
                        to,
                        n);
            case MUL_ADD, MUL_SUB ->
                Lanes.mulAdd(
                        (float[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (float) (i.form() == Instr.Form.MUL_SUB ? -k.numbers[i.b()] : k.numbers[i.b()]),
                        (float[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        t,
                        to,
                        n);
            case MUL_ADD_MUL ->
                Lanes.mulAddMul(
                        (float[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (float) k.numbers[i.b()],
                        (float[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        (float) k.numbers[i.d()],
                        t,
                        to,
                        n);
        }
    }

    private static void doubles(Blocks k, Instr i, int n) {
        var t = (double[]) k.arrays[i.target()];
        int to = k.offsets[i.target()];
        switch (i.form()) {
            case UNARY -> Lanes.apply(i.lane(), (double[]) k.arrays[i.a()], k.offsets[i.a()], t, to, n);
            case FILL -> Arrays.fill(t, to, to + n, i.lane().apply(k.numbers[i.a()]));
            case BINARY ->
                Lanes.apply(
                        i.lane(),
                        (double[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (double[]) k.arrays[i.b()],
                        k.offsets[i.b()],
                        t,
                        to,
                        n);
            case RIGHT_SCALAR ->
                Lanes.apply(i.lane(), (double[]) k.arrays[i.a()], k.offsets[i.a()], k.numbers[i.b()], t, to, n);
            case LEFT_SCALAR ->
                Lanes.apply(i.lane(), k.numbers[i.a()], (double[]) k.arrays[i.b()], k.offsets[i.b()], t, to, n);
            case TERNARY ->
                Lanes.apply(
                        i.lane(),
                        (double[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (double[]) k.arrays[i.b()],
                        k.offsets[i.b()],
                        (double[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        t,
                        to,
                        n);
            case MUL_ADD, MUL_SUB ->
                Lanes.mulAdd(
                        (double[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (i.form() == Instr.Form.MUL_SUB ? -k.numbers[i.b()] : k.numbers[i.b()]),
                        (double[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        t,
                        to,
                        n);
            case MUL_ADD_MUL ->
                Lanes.mulAddMul(
                        (double[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        k.numbers[i.b()],
                        (double[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        k.numbers[i.d()],
                        t,
                        to,
                        n);
        }
    }

    private static void longs(Blocks k, Instr i, int n) {
        var t = (long[]) k.arrays[i.target()];
        int to = k.offsets[i.target()];
        switch (i.form()) {
            case UNARY -> Lanes.apply(i.lane(), (long[]) k.arrays[i.a()], k.offsets[i.a()], t, to, n);
            case FILL -> Arrays.fill(t, to, to + n, i.lane().applyLong(k.integers[i.a()]));
            case BINARY ->
                Lanes.apply(
                        i.lane(),
                        (long[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (long[]) k.arrays[i.b()],
                        k.offsets[i.b()],
                        t,
                        to,
                        n);
            case RIGHT_SCALAR ->
                Lanes.apply(i.lane(), (long[]) k.arrays[i.a()], k.offsets[i.a()], k.integers[i.b()], t, to, n);
            case LEFT_SCALAR ->
                Lanes.apply(i.lane(), k.integers[i.a()], (long[]) k.arrays[i.b()], k.offsets[i.b()], t, to, n);
            case TERNARY ->
                Lanes.apply(
                        i.lane(),
                        (long[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (long[]) k.arrays[i.b()],
                        k.offsets[i.b()],
                        (long[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        t,
                        to,
                        n);
            case MUL_ADD, MUL_SUB ->
                Lanes.mulAdd(
                        (long[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        (i.form() == Instr.Form.MUL_SUB ? -k.integers[i.b()] : k.integers[i.b()]),
                        (long[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        t,
                        to,
                        n);
            case MUL_ADD_MUL ->
                Lanes.mulAddMul(
                        (long[]) k.arrays[i.a()],
                        k.offsets[i.a()],
                        k.integers[i.b()],
                        (long[]) k.arrays[i.c()],
                        k.offsets[i.c()],
                        k.integers[i.d()],
                        t,
                        to,
                        n);
        }
    }
}
