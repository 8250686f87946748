package soma.graph;

import java.util.List;
import soma.kernel.Blocks;
import soma.kernel.Convert;
import soma.kernel.DKind;
import soma.kernel.Lanes;
import soma.kernel.Scratch;

/**
 * A fused elementwise program, run a block at a time by an interpreter over kernels that all programs share: the block stays in the
 * first-level cache between instructions, so memory is read and written once.
 */
final class Loop {
    /** Elements a block holds: large enough that dispatch is nothing, small enough that a few blocks stay in L1. */
    static final int BLOCK = 1024;

    private static final int FIRST_SLOT = 64;
    private static final int CHUNK = 16 * BLOCK;

    /** Where a register's block goes once it is complete. */
    record Store(int register, int slot, DKind kind) {}

    final Num num;
    final int size;
    final List<Load> loads;
    final Instr[] code;
    final int registers;
    /** For each register the slot whose array it is (its block is written in place), or -1 for working memory. */
    final int[] direct;

    final Store[] stores;
    /** The register or load that holds the last value: what a reduction folds. */
    final int result;
    /** Elements a block takes: a multiple of a short operand's period, so that it is loaded but once. */
    final int step;

    Loop(Num num, int size, List<Load> loads, List<Instr> code, int[] direct, List<Store> stores, int result) {
        this.num = num;
        this.size = size;
        this.loads = loads;
        this.code = code.toArray(Instr[]::new);
        this.registers = direct.length;
        this.direct = direct;
        this.stores = stores.toArray(Store[]::new);
        this.result = result;
        int period = loads.stream()
                .mapToInt(l -> l.period)
                .filter(p -> p > 0 && p <= BLOCK)
                .max()
                .orElse(1);
        this.step = BLOCK / period * period;
    }

    /** Elements a task takes when the loop is shared over threads. */
    int chunk() {
        return CHUNK / BLOCK * step;
    }

    /** Whether the program does nothing but read one operand as it lies. */
    boolean isPlainRead() {
        return code.length == 0 && loads.get(result).pattern == Load.FULL && loads.get(result).kind == num.kind;
    }

    /** Runs elements lo .. hi-1. */
    void range(Arena arena, int lo, int hi, Scratch scratch) {
        var blocks = open(arena, scratch);
        for (int i = lo; i < hi; i += step) {
            block(arena, blocks, i, Math.min(step, hi - i));
        }
    }

    /** The operands of a run by one thread: the array and offset of each load and register, and the loads' scalars. */
    Blocks open(Arena arena, Scratch scratch) {
        int total = loads.size() + registers;
        var blocks = scratch.blocks(total);
        int memory = 0;
        for (int i = 0; i < loads.size(); i++) {
            var load = loads.get(i);
            var array = arena.arrays[load.slot];
            blocks.filled[i] = -1;
            if (load.pattern == Load.SCALAR) {
                if (num == Num.LONG) {
                    blocks.integers[i] = load.integer(array, load.offset);
                } else {
                    blocks.numbers[i] = load.number(array, load.offset);
                }
            } else if (load.pattern == Load.FULL && load.kind == num.kind) {
                blocks.array(i, array);
            } else {
                blocks.array(i, memory(scratch, memory++));
                blocks.offsets[i] = 0;
            }
        }
        for (int r = 0; r < registers; r++) {
            int i = loads.size() + r;
            blocks.array(i, direct[r] >= 0 ? arena.arrays[direct[r]] : memory(scratch, memory++));
            blocks.offsets[i] = 0;
        }
        return blocks;
    }

    private Object memory(Scratch scratch, int i) {
        return switch (num) {
            case FLOAT -> scratch.floats(FIRST_SLOT + i, BLOCK);
            case DOUBLE -> scratch.doubles(FIRST_SLOT + i, BLOCK);
            case LONG -> scratch.longs(FIRST_SLOT + i, BLOCK);
        };
    }

    /** Runs elements lo .. lo+n-1, n at most {@link #BLOCK}. */
    void block(Arena arena, Blocks blocks, int lo, int n) {
        for (int i = 0; i < loads.size(); i++) {
            var load = loads.get(i);
            switch (load.pattern) {
                case Load.FULL -> {
                    if (load.kind == num.kind) {
                        blocks.offsets[i] = load.offset + lo;
                    } else {
                        load.fill(arena.arrays[load.slot], load.offset, num, blocks.arrays[i], lo, n);
                    }
                }
                case Load.STRIDED -> refill(arena, blocks, i, load, lo, n);
                default -> {}
            }
        }
        for (int r = 0; r < registers; r++) {
            if (direct[r] >= 0) {
                blocks.offsets[loads.size() + r] = lo;
            }
        }
        for (var instr : code) {
            switch (num) {
                case FLOAT -> floats(blocks, instr, n);
                case DOUBLE -> doubles(blocks, instr, n);
                case LONG -> longs(blocks, instr, n);
            }
        }
        for (var store : stores) {
            Convert.copy(
                    num.kind,
                    blocks.arrays[store.register],
                    blocks.offsets[store.register],
                    store.kind,
                    arena.arrays[store.slot],
                    lo,
                    n);
        }
    }

    /** A repeating operand (a bias, say) is loaded once per thread if blocks begin in the same phase. */
    private void refill(Arena arena, Blocks blocks, int i, Load load, int lo, int n) {
        if (load.period > 0) {
            int phase = lo % load.period;
            if (blocks.filled[i] == phase && blocks.lengths[i] >= n) {
                return;
            }
            blocks.filled[i] = phase;
            blocks.lengths[i] = n;
        }
        load.fill(arena.arrays[load.slot], load.offset, num, blocks.arrays[i], lo, n);
    }

    private static void floats(Blocks k, Instr i, int n) {
        var t = (float[]) k.arrays[i.target()];
        int to = k.offsets[i.target()];
        switch (i.form()) {
            case UNARY -> Lanes.apply(i.lane(), (float[]) k.arrays[i.a()], k.offsets[i.a()], t, to, n);
            case FILL -> java.util.Arrays.fill(t, to, to + n, (float) i.lane().apply((float) k.numbers[i.a()]));
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
            case FILL -> java.util.Arrays.fill(t, to, to + n, i.lane().apply(k.numbers[i.a()]));
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
            case FILL -> java.util.Arrays.fill(t, to, to + n, i.lane().applyLong(k.integers[i.a()]));
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
