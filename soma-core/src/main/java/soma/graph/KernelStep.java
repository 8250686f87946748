package soma.graph;

import soma.op.KernelOp;

/** An op that runs as it is. */
record KernelStep(Value value, Operands operands) implements Step {

    @Override
    public void run(Arena arena) {
        var call = operands.open(arena);
        ((KernelOp) value.op).compute(call);
        operands.close(arena, call);
    }

    @Override
    public int[] reads() {
        return operands.reads();
    }

    @Override
    public int[] writes() {
        return operands.writes();
    }

    @Override
    public String describe() {
        return operands.describe(value.op.name().toLowerCase(java.util.Locale.ROOT));
    }
}
