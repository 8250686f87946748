package soma.graph;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import soma.kernel.Blocks;
import soma.kernel.Convert;
import soma.kernel.DKind;
import soma.kernel.FusedLoop;
import soma.kernel.FusedLoops;
import soma.kernel.Instr;
import soma.kernel.Interpreter;
import soma.kernel.LoopProgram;
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

    private final @Nullable FusedLoop fused;

    Loop(
            Num num,
            int size,
            List<Load> loads,
            List<Instr> code,
            int[] direct,
            List<Store> stores,
            int result,
            FusedLoops fused) {
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
        this.fused = num == Num.FLOAT
                ? fused.of(new LoopProgram(loads.size(), code, kept())).orElse(null)
                : null;
    }

    /** Operands whose blocks are read once the program has run: results in place, what is stored elsewhere or folded. */
    private BitSet kept() {
        var kept = new BitSet();
        for (int r = 0; r < registers; r++) {
            kept.set(loads.size() + r, direct[r] >= 0);
        }
        for (var store : stores) {
            kept.set(store.register);
        }
        if (result >= loads.size()) {
            kept.set(result);
        }
        return kept;
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
        if (fused == null || !fused.run(blocks, n)) {
            Interpreter.run(num.kind, code, blocks, n);
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
}
