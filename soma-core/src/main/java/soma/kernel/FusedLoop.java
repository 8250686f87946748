package soma.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LoopProgram} on its way to code of its own: the {@link Interpreter}, which gives the same bits, runs it until
 * it has been seen to be used much, and its code to be compiled.
 */
public final class FusedLoop extends Warming {

    /** What a call costs beside its elements, in elements. */
    private static final int CALL = 256;

    private static final int LENGTH = 1024;
    private static final int VL = VectorGemm.VL;

    private final LoopProgram program;
    private final int[] read;
    private final int[] kept;
    private @Nullable LoopKernel kernel;
    private @Nullable Blocks numbers;
    private long interpreted;

    FusedLoop(LoopProgram program) {
        this.program = program;
        read = program.blocksRead();
        kept = program.kept().stream().toArray();
    }

    /** Runs the loop over n elements of the blocks, if it has code; else nothing is done. */
    public boolean run(Blocks blocks, int n) {
        if (isCold(n + CALL)) {
            return false;
        }
        var code = kernel;
        if (code == null) { // not warmed, as the system property asks
            interpreted += n + CALL;
            if (interpreted < enough()) {
                return false;
            }
            code = write();
        }
        run(code, blocks, n);
        return true;
    }

    private LoopKernel write() {
        var code = VectorLoopWriter.write(program);
        kernel = code;
        return code;
    }

    /** Whole vectors where they are; the rest in copies that fill one, since C2 takes in too few calls with masks. */
    void run(LoopKernel code, Blocks blocks, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            code.run(blocks, whole);
        }
        if (rest > 0) {
            var padded = blocks.padded();
            for (int o : read) {
                System.arraycopy(blocks.arrays[o], blocks.offsets[o] + whole, padded.arrays[o], 0, rest);
            }
            System.arraycopy(blocks.numbers, 0, padded.numbers, 0, program.loads());
            code.run(padded, VL);
            for (int o : kept) {
                System.arraycopy(padded.arrays[o], 0, blocks.arrays[o], blocks.offsets[o] + whole, rest);
            }
        }
    }

    @Override
    int instructions() {
        return 4 * program.code().size();
    }

    @Override
    int turns() {
        return LENGTH / VL;
    }

    @Override
    long enough() {
        return 300 * ENOUGH;
    }

    /** What the interpreter needs comes before. */
    @Override
    int rank() {
        return 3;
    }

    @Override
    void sample(int turns) {
        var code = kernel;
        if (code == null) {
            code = write();
        }
        var blocks = numbers;
        if (blocks == null) {
            blocks = new Blocks(program.operands());
            for (int i = 0; i < blocks.arrays.length; i++) {
                var block = new float[LENGTH];
                Arrays.fill(block, 1.5f);
                blocks.arrays[i] = block;
            }
            Arrays.fill(blocks.numbers, 0.5);
            numbers = blocks;
        }
        code.run(blocks, turns * VL);
    }
}
