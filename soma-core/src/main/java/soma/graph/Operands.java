package soma.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import soma.DType;
import soma.Shape;
import soma.kernel.Convert;
import soma.kernel.DKind;
import soma.op.Call;

/** Which memory an op's inputs and outputs are. The halves are handed to the kernel as float32 and converted back. */
final class Operands {
    private final int[] in;
    private final int[] at;
    private final DType[] inTypes;
    private final Shape[] inShapes;
    private final int[] out;
    private final DType[] outTypes;
    private final int[] outSizes;
    private final boolean halves;

    Operands(Value v, List<Value> results) {
        int n = v.in.length;
        in = new int[n];
        at = new int[n];
        inTypes = new DType[n];
        inShapes = v.inShapes;
        for (int i = 0; i < n; i++) {
            in[i] = v.in[i].storage.slot;
            at[i] = v.in[i].offset;
            inTypes[i] = v.in[i].dtype;
        }
        out = results.stream().mapToInt(r -> r.slot).toArray();
        outTypes = results.stream().map(r -> r.dtype).toArray(DType[]::new);
        outSizes = results.stream().mapToInt(r -> r.shape.size()).toArray();
        halves = Arrays.stream(inTypes).anyMatch(DType::isHalf) || Arrays.stream(outTypes).anyMatch(DType::isHalf);
    }

    void run(Arena arena, Consumer<Call> body) {
        var ins = new Object[in.length];
        for (int i = 0; i < ins.length; i++) {
            ins[i] = arena.arrays[in[i]];
        }
        var outs = new Object[out.length];
        for (int i = 0; i < outs.length; i++) {
            outs[i] = arena.arrays[out[i]];
        }
        if (halves) {
            runWide(arena, ins, outs, body);
        } else {
            body.accept(new Call(arena.workers, ins, at, outs));
        }
    }

    private void runWide(Arena arena, Object[] ins, Object[] outs, Consumer<Call> body) {
        var starts = at.clone();
        for (int i = 0; i < ins.length; i++) {
            if (inTypes[i].isHalf()) {
                int n = inShapes[i].size();
                var wide = new float[n];
                Convert.copy(Num.kind(inTypes[i]), ins[i], at[i], DKind.F32, wide, 0, n);
                ins[i] = wide;
                starts[i] = 0;
            }
        }
        var wides = outs.clone();
        for (int i = 0; i < outs.length; i++) {
            if (outTypes[i].isHalf()) {
                wides[i] = new float[outSizes[i]];
            }
        }
        body.accept(new Call(arena.workers, ins, starts, wides));
        for (int i = 0; i < outs.length; i++) {
            if (outTypes[i].isHalf()) {
                Convert.copy(DKind.F32, wides[i], 0, Num.kind(outTypes[i]), outs[i], 0, outSizes[i]);
            }
        }
    }

    int[] reads() {
        return in;
    }

    int[] writes() {
        return out;
    }

    String describe(String name) {
        return String.format("%-10s", name)
                + Arrays.stream(inShapes).map(Shape::toString).collect(Collectors.joining(" "))
                + (outTypes.length > 0 && outTypes[0] != DType.FLOAT32 ? " " + outTypes[0] : "");
    }
}
