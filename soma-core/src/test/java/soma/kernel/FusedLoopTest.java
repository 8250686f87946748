package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import soma.kernel.Instr.Form;

/** Programs as code of their own against the interpreter, bit for bit. */
class FusedLoopTest {

    private static final int LENGTH = 1100;
    private static final int BLOCK = 1024;
    private static final float[] ENDS = {
        0f, -0f, 1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-40f
    };

    private static final List<Lane> LANES =
            Arrays.stream(Lane.values()).filter(LoopProgram::hasTerm).toList();

    @RepeatedTest(300)
    void codeGivesTheBitsOfTheInterpreter(RepetitionInfo info) {
        if (!Cpu.VECTORS) {
            return;
        }
        var rng = new Random(info.getCurrentRepetition());
        int loads = 1 + rng.nextInt(5);
        int registers = 1 + rng.nextInt(6);
        var code = program(rng, loads, registers);
        var kept = new BitSet();
        for (var instr : code) {
            kept.set(instr.target(), rng.nextBoolean());
        }
        kept.set(code.getLast().target());
        var program = new LoopProgram(loads, code, kept);
        assertThat(program.isWorthCode()).isTrue();
        int n = rng.nextInt(3) == 0 ? rng.nextInt(20) : rng.nextInt(BLOCK + 1);
        long seed = rng.nextLong();
        var expected = blocks(seed, loads + registers);
        Interpreter.run(DKind.F32, code.toArray(Instr[]::new), expected, n);
        var seen = blocks(seed, loads + registers);
        new FusedLoop(program).run(VectorLoopWriter.write(program), seen, n);
        var untouched = blocks(seed, loads + registers);
        for (int o = 0; o < loads + registers; o++) {
            assertThat((float[]) seen.arrays[o])
                    .as("operand %d of %s, n is %d", o, program, n)
                    .isEqualTo((float[]) (kept.get(o) ? expected : untouched).arrays[o]);
        }
    }

    /** Three to ten instructions that read loads and what was written before. */
    private static List<Instr> program(Random rng, int loads, int registers) {
        var code = new ArrayList<Instr>();
        int size = 3 + rng.nextInt(8);
        var readable = new ArrayList<>(IntStream.range(0, loads).boxed().toList());
        while (code.size() < size) {
            var form = Form.values()[rng.nextInt(Form.values().length)];
            var lane = lane(rng, form);
            var operands = new int[4];
            for (int k = 0; k < form.operands(); k++) {
                operands[k] = readable.get(rng.nextInt(readable.size()));
            }
            // a number is a load, whose block nobody needs then
            int[] o = operands;
            switch (form) {
                case FILL, LEFT_SCALAR -> o[0] = rng.nextInt(loads);
                case RIGHT_SCALAR, MUL_ADD, MUL_SUB -> o[1] = rng.nextInt(loads);
                case MUL_ADD_MUL -> {
                    o[1] = rng.nextInt(loads);
                    o[3] = rng.nextInt(loads);
                }
                case UNARY, BINARY, TERNARY -> {}
            }
            int target = loads + rng.nextInt(registers);
            code.add(new Instr(form, lane, target, o[0], o[1], o[2], o[3]));
            if (!readable.contains(target)) {
                readable.add(target);
            }
        }
        return code;
    }

    private static Lane lane(Random rng, Form form) {
        int arity = switch (form) {
            case UNARY -> 1;
            case BINARY, RIGHT_SCALAR, LEFT_SCALAR -> 2;
            case TERNARY -> 3;
            case FILL, MUL_ADD, MUL_SUB, MUL_ADD_MUL -> 0;
        };
        if (arity == 0) {
            return form == Form.FILL ? Lane.COPY : Lane.ADD;
        }
        var fitting = LANES.stream().filter(l -> l.arity() == arity).toList();
        return fitting.get(rng.nextInt(fitting.size()));
    }

    private static Blocks blocks(long seed, int operands) {
        var rng = new Random(seed);
        var blocks = new Blocks(operands);
        for (int o = 0; o < operands; o++) {
            var block = new float[LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                block[i] = rng.nextInt(16) == 0 ? ENDS[rng.nextInt(ENDS.length)] : (float) rng.nextGaussian();
            }
            blocks.arrays[o] = block;
            blocks.offsets[o] = rng.nextInt(LENGTH - BLOCK + 1);
            blocks.numbers[o] = rng.nextInt(8) == 0 ? 0 : rng.nextGaussian();
        }
        return blocks;
    }

    @Test
    void whatHasNoTermOrIsShortHasNoCode() {
        var add = new Instr(Form.BINARY, Lane.ADD, 2, 0, 1, 0, 0);
        var kept = BitSet.valueOf(new long[] {4});
        assertThat(new LoopProgram(2, List.of(add, add), kept).isWorthCode()).isFalse();
        assertThat(new LoopProgram(2, List.of(add, add, add), kept).isWorthCode())
                .isTrue();
        var exp = new Instr(Form.UNARY, Lane.EXP, 2, 0, 0, 0, 0);
        assertThat(new LoopProgram(2, List.of(add, add, exp), kept).isWorthCode())
                .isFalse();
        var root = new Instr(Form.FILL, Lane.SQRT, 2, 0, 0, 0, 0);
        assertThat(new LoopProgram(2, List.of(add, add, root), kept).isWorthCode())
                .isFalse();
    }

    @Test
    void equalProgramsShareTheirCode() {
        var code = List.of(
                new Instr(Form.BINARY, Lane.ADD, 2, 0, 1, 0, 0),
                new Instr(Form.UNARY, Lane.SQRT, 3, 2, 0, 0, 0),
                new Instr(Form.BINARY, Lane.DIV, 2, 3, 1, 0, 0));
        var loops = new FusedLoops();
        var one = loops.of(new LoopProgram(2, code, BitSet.valueOf(new long[] {4})));
        assertThat(one.isPresent()).isEqualTo(Cpu.VECTORS);
        assertThat(loops.of(new LoopProgram(2, new ArrayList<>(code), BitSet.valueOf(new long[] {4}))))
                .isEqualTo(one);
        if (Cpu.VECTORS) {
            assertThat(loops.of(new LoopProgram(2, code, BitSet.valueOf(new long[] {12}))))
                    .isNotEqualTo(one);
        }
    }
}
