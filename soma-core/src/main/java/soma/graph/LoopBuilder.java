package soma.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import soma.Shape;
import soma.kernel.FusedLoops;
import soma.kernel.Instr;
import soma.kernel.Lane;

/** Turns a group of elementwise values into a {@link Loop}: operands, instructions, registers. */
final class LoopBuilder {
    private final Group group;
    private final FusedLoops fused;
    private final List<Load> loads = new ArrayList<>();
    private final Map<Value, Integer> home = new HashMap<>();
    private final List<int[]> code = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Instr.Form> forms = new ArrayList<>();
    private int virtuals;

    /** Operand numbers of registers before the loads are counted. */
    private static final int REGISTER = 1 << 20;

    LoopBuilder(Group group, FusedLoops fused) {
        this.group = group;
        this.fused = fused;
    }

    Loop build() {
        var members = group.members.reversed();
        for (var v : members) {
            home.put(v, emit(v));
        }
        int result = -1;
        var reduction = group.reduction;
        if (reduction != null) {
            result = operand(reduction.in[0], reduction.inShapes[0], reduction.inShapes[0]);
        }
        fuseMultiplyAdd();
        return allocate(members, result);
    }

    private int emit(Value v) {
        int arity = v.in.length;
        var o = new int[3];
        for (int k = 0; k < arity; k++) {
            o[k] = operand(v.in[k], v.inShapes[k], v.shape);
        }
        var lane = ((soma.op.Elementwise) v.op).lane();
        return switch (arity) {
            case 1 -> instr(isScalar(o[0]) ? Instr.Form.FILL : Instr.Form.UNARY, lane, o);
            case 2 ->
                instr(
                        isScalar(o[1])
                                ? Instr.Form.RIGHT_SCALAR
                                : isScalar(o[0]) ? Instr.Form.LEFT_SCALAR : Instr.Form.BINARY,
                        lane,
                        o);
            default -> {
                for (int k = 0; k < 3; k++) {
                    if (isScalar(o[k])) {
                        o[k] = instr(Instr.Form.FILL, Lane.COPY, new int[] {o[k], 0, 0});
                    }
                }
                yield instr(Instr.Form.TERNARY, lane, o);
            }
        };
    }

    private int instr(Instr.Form form, Lane lane, int[] operands) {
        int target = REGISTER + virtuals++;
        code.add(new int[] {target, operands[0], operands[1], operands[2], 0});
        lanes.add(lane);
        forms.add(form);
        return target;
    }

    private boolean isScalar(int operand) {
        return operand < REGISTER && loads.get(operand).pattern == Load.SCALAR;
    }

    private int operand(Value v, Shape shape, Shape loop) {
        var register = home.get(v);
        if (register != null) {
            return register;
        }
        var load = Load.of(v.storage.slot, v.offset, Num.kind(v.dtype), shape, loop);
        for (int i = 0; i < loads.size(); i++) {
            if (loads.get(i).isSame(load)) {
                return i;
            }
        }
        loads.add(load);
        return loads.size() - 1;
    }

    /** a * s followed by + b, + b * t or b - it, the products used nowhere else, is a pass or two less over the block. */
    private void fuseMultiplyAdd() {
        var uses = new int[virtuals];
        for (int i = 0; i < code.size(); i++) {
            for (int k = 1; k <= forms.get(i).operands(); k++) {
                if (code.get(i)[k] >= REGISTER) {
                    uses[code.get(i)[k] - REGISTER]++;
                }
            }
        }
        for (var v : group.members) {
            if (isStored(v)) {
                uses[registerOf(v) - REGISTER] += 2;
            }
        }
        for (int i = 0; i < code.size(); i++) {
            boolean sub = lanes.get(i) == Lane.SUB && group.num != Num.LONG;
            if (forms.get(i) != Instr.Form.BINARY || lanes.get(i) != Lane.ADD && !sub) {
                continue;
            }
            var add = code.get(i);
            int first = sub ? 2 : 1;
            int side = product(add[first], uses) >= 0 ? first : 2;
            int m = product(add[side], uses);
            if (m < 0) {
                continue;
            }
            var mul = code.get(m);
            int other = add[3 - side];
            int second = sub ? -1 : product(other, uses);
            if (second >= 0) {
                var mul2 = code.get(second);
                code.set(i, new int[] {add[0], mul[1], mul[2], mul2[1], mul2[2]});
                forms.set(i, Instr.Form.MUL_ADD_MUL);
            } else {
                code.set(i, new int[] {add[0], mul[1], mul[2], other, 0});
                forms.set(i, sub ? Instr.Form.MUL_SUB : Instr.Form.MUL_ADD);
            }
            remove(Math.max(m, second));
            i--;
            if (second >= 0) {
                remove(Math.min(m, second));
                i--;
            }
        }
    }

    /** The instruction whose a * s is this operand and used nowhere else, or -1. */
    private int product(int operand, int[] uses) {
        int m = operand >= REGISTER ? maker(operand) : -1;
        boolean is = m >= 0
                && uses[operand - REGISTER] == 1
                && forms.get(m) == Instr.Form.RIGHT_SCALAR
                && lanes.get(m) == Lane.MUL;
        return is ? m : -1;
    }

    private void remove(int i) {
        code.remove(i);
        forms.remove(i);
        lanes.remove(i);
    }

    private int maker(int register) {
        for (int i = 0; i < code.size(); i++) {
            if (code.get(i)[0] == register) {
                return i;
            }
        }
        return -1;
    }

    private int registerOf(Value v) {
        return java.util.Objects.requireNonNull(home.get(v));
    }

    private boolean isStored(Value v) {
        return v.root || v.assigned || group.reduction == null && v == group.members.getFirst();
    }

    /** Virtual registers to real ones: a register is free again after its last reader. */
    private Loop allocate(List<Value> members, int result) {
        var last = new int[virtuals];
        java.util.Arrays.fill(last, -1);
        for (int i = 0; i < code.size(); i++) {
            for (int k = 1; k <= forms.get(i).operands(); k++) {
                if (code.get(i)[k] >= REGISTER) {
                    last[code.get(i)[k] - REGISTER] = i;
                }
            }
        }
        if (result >= REGISTER) {
            last[result - REGISTER] = Integer.MAX_VALUE;
        }
        var directSlot = new int[virtuals];
        java.util.Arrays.fill(directSlot, -1);
        var stores = new ArrayList<Loop.Store>();
        var storeRegisters = new ArrayList<Integer>();
        for (var v : members) {
            if (isStored(v)) {
                int r = registerOf(v) - REGISTER;
                last[r] = Integer.MAX_VALUE;
                if (directSlot[r] < 0
                        && Num.kind(v.dtype) == group.num.kind
                        && !isReadAfter(v.slot, maker(r + REGISTER))) {
                    directSlot[r] = v.slot;
                } else {
                    stores.add(new Loop.Store(0, v.slot, Num.kind(v.dtype)));
                    storeRegisters.add(r);
                }
            }
        }
        var real = new int[virtuals];
        var direct = new ArrayList<Integer>();
        var free = new ArrayList<Integer>();
        var out = new ArrayList<Instr>();
        int base = loads.size();
        for (int i = 0; i < code.size(); i++) {
            var c = code.get(i);
            int target = c[0] - REGISTER;
            var o = new int[5];
            for (int k = 1; k <= forms.get(i).operands(); k++) {
                o[k] = c[k] >= REGISTER ? base + real[c[k] - REGISTER] : c[k];
                if (c[k] >= REGISTER && last[c[k] - REGISTER] == i && directSlot[c[k] - REGISTER] < 0) {
                    if (!free.contains(real[c[k] - REGISTER])) {
                        free.add(real[c[k] - REGISTER]);
                    }
                }
            }
            if (directSlot[target] >= 0 || free.isEmpty()) {
                real[target] = direct.size();
                direct.add(directSlot[target]);
            } else {
                real[target] = free.removeLast();
            }
            out.add(new Instr(forms.get(i), lanes.get(i), base + real[target], o[1], o[2], o[3], o[4]));
        }
        for (int s = 0; s < stores.size(); s++) {
            var store = stores.get(s);
            stores.set(s, new Loop.Store(base + real[storeRegisters.get(s)], store.slot(), store.kind()));
        }
        return new Loop(
                group.num,
                group.size,
                loads,
                out,
                direct.stream().mapToInt(Integer::intValue).toArray(),
                stores,
                result >= REGISTER ? base + real[result - REGISTER] : result,
                fused);
    }

    /** Whether the memory of {@code slot} is still read by an instruction after {@code i}: then it must not be overwritten there. */
    private boolean isReadAfter(int slot, int i) {
        for (int j = i + 1; j < code.size(); j++) {
            for (int k = 1; k <= forms.get(j).operands(); k++) {
                int o = code.get(j)[k];
                if (o < REGISTER && loads.get(o).slot == slot) {
                    return true;
                }
            }
        }
        return false;
    }
}
