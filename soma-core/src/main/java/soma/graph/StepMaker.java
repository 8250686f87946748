package soma.graph;

import java.util.List;
import java.util.Map;
import soma.DType;
import soma.kernel.FusedLoops;
import soma.op.KernelOp;
import soma.op.Permute;
import soma.op.Product;
import soma.op.Slice;

/** Makes the steps of a plan, once each value has its slot. */
final class StepMaker {
    private final Slots slots;
    /** For an op of several outputs, these. */
    private final Map<Value, List<Value>> parts;

    private final FusedLoops fused;

    StepMaker(Slots slots, Map<Value, List<Value>> parts, FusedLoops fused) {
        this.slots = slots;
        this.parts = parts;
        this.fused = fused;
    }

    /** The step that computes this value, which stands for it. */
    Step step(Value v) {
        var g = v.group;
        if (g != null) {
            var loop = new LoopBuilder(g, fused).build();
            if (g.reduction != null) {
                var step = new ReduceStep(v, loop);
                if (step.partialSize() > 0) {
                    step.partialSlot = slots.add(Slots.Source.WORK, numType(g.num), step.partialSize(), -1);
                }
                return step;
            }
            var head = g.head;
            return head == null ? new LoopStep(loop) : new ProductStep(head, new Operands(head, List.of(head)), loop);
        }
        return switch (v.op) {
            case Product p -> new ProductStep(v, new Operands(v, List.of(v)), null);
            case KernelOp k -> new KernelStep(v, new Operands(v, parts.getOrDefault(v, List.of(v))));
            case Permute p -> permute(v, p);
            case Slice s -> slice(v, s);
            default -> throw new IllegalStateException("no step for " + v.op.name());
        };
    }

    private static DType numType(Num num) {
        return switch (num) {
            case FLOAT -> DType.FLOAT32;
            case DOUBLE -> DType.FLOAT64;
            case LONG -> DType.INT64;
        };
    }

    private static Step permute(Value v, Permute p) {
        var own = v.inShapes[0].strides();
        var strides = new int[own.length];
        for (int i = 0; i < strides.length; i++) {
            strides[i] = own[p.axes().get(i)];
        }
        return copy("permute", v, 0, strides);
    }

    private static Step slice(Value v, Slice s) {
        var strides = v.inShapes[0].strides();
        int offset = 0;
        for (int i = 0; i < strides.length; i++) {
            offset += s.start().get(i) * strides[i];
            strides[i] *= s.step().get(i);
        }
        return copy("slice", v, offset, strides);
    }

    private static Step copy(String name, Value v, int offset, int[] strides) {
        return new CopyStep(
                name,
                v.in[0].storage.slot,
                v.in[0].offset + offset,
                strides,
                v.slot,
                v.shape.toArray(),
                v.shape.strides());
    }
}
