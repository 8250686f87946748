package soma.graph;

import java.util.Arrays;
import java.util.List;
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
        halves = Arrays.stream(inTypes).anyMatch(DType::isHalf)
                || Arrays.stream(outTypes).anyMatch(DType::isHalf);
    }

    /** The arrays of this run, for the op to compute on; {@link #close} afterwards. */
    Call open(Arena arena) {
        var call = arena.call(this);
        for (int i = 0; i < in.length; i++) {
            call.bindInput(i, arena.arrays[in[i]], at[i]);
        }
        for (int i = 0; i < out.length; i++) {
            call.bindOutput(i, arena.arrays[out[i]]);
        }
        if (halves) {
            widen(call);
        }
        return call;
    }

    Call newCall(soma.kernel.Workers workers) {
        return new Call(workers, in.length, out.length);
    }

    private void widen(Call call) {
        for (int i = 0; i < in.length; i++) {
            if (inTypes[i].isHalf()) {
                int n = inShapes[i].size();
                var wide = new float[n];
                Convert.copy(Num.kind(inTypes[i]), call.in(i), at[i], DKind.F32, wide, 0, n);
                call.bindInput(i, wide, 0);
            }
        }
        for (int i = 0; i < out.length; i++) {
            if (outTypes[i].isHalf()) {
                call.bindOutput(i, new float[outSizes[i]]);
            }
        }
    }

    /** Narrows what was computed wide. */
    void close(Arena arena, Call call) {
        for (int i = 0; halves && i < out.length; i++) {
            if (outTypes[i].isHalf()) {
                Convert.copy(DKind.F32, call.out(i), 0, Num.kind(outTypes[i]), arena.arrays[out[i]], 0, outSizes[i]);
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
