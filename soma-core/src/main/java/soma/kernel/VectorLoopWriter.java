package soma.kernel;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.Locale;

/**
 * Writes the class of a {@link LoopProgram}: a loop over vectors in which each instruction is a call of its {@link
 * VectorTerms term} and values stay in registers. Memory is then read while earlier vectors are divided and rooted,
 * which instruction by instruction it is not.
 */
final class VectorLoopWriter {

    private static final ClassDesc KERNEL = ClassDesc.of("soma.kernel.LoopKernel");
    private static final ClassDesc BLOCKS = ClassDesc.of("soma.kernel.Blocks");
    private static final ClassDesc TERMS = ClassDesc.of("soma.kernel.VectorTerms");
    private static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector.FloatVector");
    private static final ClassDesc FLOATS = CD_float.arrayType();

    // locals of run(Blocks blocks, int n)
    private static final int OF_BLOCKS = 1;
    private static final int OF_N = 2;

    private final LoopProgram program;
    private final CodeBuilder code;
    private final int index;

    // For each operand a local, 0 as long as it has none: array, begin of the block, number in all lanes, value.
    private final int[] arrays;
    private final int[] offsets;
    private final int[] numbers;
    private final int[] values;

    private VectorLoopWriter(LoopProgram program, CodeBuilder code) {
        this.program = program;
        this.code = code;
        index = code.allocateLocal(TypeKind.INT);
        arrays = new int[program.operands()];
        offsets = new int[program.operands()];
        numbers = new int[program.operands()];
        values = new int[program.operands()];
    }

    /** The program as a class that nobody else can name, and that is unloaded with its only object. */
    static LoopKernel write(LoopProgram program) {
        byte[] bytes = ClassFile.of()
                .build(
                        ClassDesc.of("soma.kernel.FusedLoop"),
                        c -> c.withFlags(ClassFile.ACC_FINAL)
                                .withInterfaceSymbols(KERNEL)
                                .withMethodBody(
                                        INIT_NAME,
                                        MTD_void,
                                        0,
                                        b -> b.aload(0)
                                                .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                                .return_())
                                .withMethodBody(
                                        "run",
                                        MethodTypeDesc.of(CD_void, BLOCKS, CD_int),
                                        ClassFile.ACC_PUBLIC,
                                        b -> new VectorLoopWriter(program, b).run()));
        try {
            var lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
            return (LoopKernel) lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("a fused loop's class was refused: " + program, e);
        }
    }

    private void run() {
        operands();
        var next = code.newLabel();
        var end = code.newLabel();
        code.iconst_0().istore(index);
        code.labelBinding(next).iload(index).iload(OF_N).if_icmpge(end);
        vector();
        code.iinc(index, VectorTerms.VL).goto_(next);
        code.labelBinding(end).return_();
    }

    /** Blocks and numbers to locals. */
    private void operands() {
        for (var instr : program.code()) {
            for (int k = 0; k < instr.form().operands(); k++) {
                if (instr.form().isNumber(k)) {
                    number(instr.operand(k));
                } else if (instr.operand(k) < program.loads()) {
                    place(instr.operand(k));
                }
            }
            if (program.kept().get(instr.target())) {
                place(instr.target());
            }
        }
    }

    private void place(int operand) {
        if (arrays[operand] == 0) {
            arrays[operand] = code.allocateLocal(TypeKind.REFERENCE);
            offsets[operand] = code.allocateLocal(TypeKind.INT);
            code.aload(OF_BLOCKS).getfield(BLOCKS, "arrays", CD_Object.arrayType());
            code.loadConstant(operand).aaload().checkcast(FLOATS).astore(arrays[operand]);
            code.aload(OF_BLOCKS).getfield(BLOCKS, "offsets", CD_int.arrayType());
            code.loadConstant(operand).iaload().istore(offsets[operand]);
        }
    }

    private void number(int operand) {
        if (numbers[operand] == 0) {
            code.aload(OF_BLOCKS).getfield(BLOCKS, "numbers", CD_double.arrayType());
            code.loadConstant(operand).daload().d2f();
            term("broadcast", VECTOR, CD_float);
            numbers[operand] = store();
        }
    }

    /** Gives the vector on the stack a local. */
    private int store() {
        int local = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(local);
        return local;
    }

    /** All instructions on one vector. */
    private void vector() {
        for (int i = 0; i < program.code().size(); i++) {
            var instr = program.code().get(i);
            for (int k = 0; k < instr.form().operands(); k++) {
                if (!instr.form().isNumber(k) && values[instr.operand(k)] == 0) {
                    read(instr.operand(k));
                }
            }
            for (int k = 0; k < instr.form().operands(); k++) {
                code.aload(instr.form().isNumber(k) ? numbers[instr.operand(k)] : values[instr.operand(k)]);
            }
            if (instr.form() != Instr.Form.FILL) {
                term(
                        name(instr),
                        VECTOR,
                        Collections.nCopies(instr.form().operands(), VECTOR).toArray(ClassDesc[]::new));
            }
            values[instr.target()] = store();
            if (program.kept().get(instr.target()) && isLast(i)) {
                code.aload(values[instr.target()]);
                at(instr.target());
                term("write", CD_void, VECTOR, FLOATS, CD_int);
            }
        }
    }

    private void read(int operand) {
        at(operand);
        term("read", VECTOR, FLOATS, CD_int);
        values[operand] = store();
    }

    private void at(int operand) {
        code.aload(arrays[operand]).iload(offsets[operand]).iload(index).iadd();
    }

    /** Whether no later instruction gives the register another value. */
    private boolean isLast(int i) {
        var code = program.code();
        return code.subList(i + 1, code.size()).stream()
                .noneMatch(later -> later.target() == code.get(i).target());
    }

    private void term(String name, ClassDesc result, ClassDesc... parameters) {
        code.invokestatic(TERMS, name, MethodTypeDesc.of(result, parameters));
    }

    private static String name(Instr i) {
        return switch (i.form()) {
            case MUL_ADD -> "mulAdd";
            case MUL_SUB -> "mulSub";
            case MUL_ADD_MUL -> "mulAddMul";
            default -> i.lane().name().toLowerCase(Locale.ROOT);
        };
    }
}
