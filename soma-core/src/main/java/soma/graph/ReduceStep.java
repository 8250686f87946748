package soma.graph;

import java.util.Arrays;
import soma.Shape;
import soma.kernel.Blocks;
import soma.kernel.Convert;
import soma.kernel.Fold;
import soma.kernel.Reduce;
import soma.kernel.Scratch;
import soma.op.Reduction;

/**
 * A reduction, with the loop that makes what it folds. The axes are merged to an alternation of kept and folded ones; the outermost is
 * cut into parts by shape alone, and where that one is folded the parts' results meet in a fixed order.
 */
final class ReduceStep implements Step {
    private static final int GRAIN = 65_536;
    private static final int MOST_PARTS = 64;

    private final Loop loop;
    private final Fold fold;
    private final Value value;
    /** Merged axes of the input, which of them are folded, and their strides in the output (0 where folded). */
    private final int[] dims;

    private final boolean[] folded;
    private final int[] outStrides;
    private final int outSize;
    private final int parts;
    /** A long row is cut within itself. */
    private final boolean oneRow;

    private final boolean needsPartials;
    private final boolean exact;
    /** Working memory for the parts' results, or -1. */
    int partialSlot = -1;

    ReduceStep(Value value, Loop loop) {
        this.value = value;
        this.loop = loop;
        var r = (Reduction) value.op;
        this.fold = r.fold();
        this.outSize = value.shape.size();
        this.exact = Num.kind(value.dtype) == loop.num.kind;
        var shape = value.inShapes[0];
        int rank = shape.rank();
        var d = new int[rank + 1];
        var f = new boolean[rank + 1];
        int m = 0;
        for (int i = 0; i < rank; i++) {
            boolean isFolded = r.axes().contains(i);
            if (shape.dim(i) == 1) {
                continue;
            }
            if (m > 0 && f[m - 1] == isFolded) {
                d[m - 1] *= shape.dim(i);
            } else {
                d[m] = shape.dim(i);
                f[m++] = isFolded;
            }
        }
        if (m == 0) {
            d[0] = 1;
            f[0] = true;
            m = 1;
        }
        dims = Arrays.copyOf(d, m);
        folded = Arrays.copyOf(f, m);
        outStrides = new int[m];
        int stride = 1;
        for (int i = m - 1; i >= 0; i--) {
            outStrides[i] = folded[i] ? 0 : stride;
            stride *= folded[i] ? 1 : dims[i];
        }
        oneRow = m == 1 && folded[0];
        // each part of a folded outermost axis needs an output of its own: few of them where outputs are large
        int most = folded[0] && outSize > GRAIN / 4 ? 4 : MOST_PARTS;
        int pieces = Math.clamp(Math.ceilDiv(loop.size, GRAIN), 1, most);
        parts = loop.size == 0 ? 1 : oneRow ? pieces : Math.min(dims[0], pieces);
        needsPartials = !exact || folded[0] && parts > 1;
    }

    /** Elements of working memory it wants. */
    int partialSize() {
        return needsPartials ? (folded[0] ? parts : 1) * outSize : 0;
    }

    @Override
    public void run(Arena arena) {
        if (outSize == 0) {
            return;
        }
        var out = arena.arrays[value.slot];
        var acc = needsPartials ? arena.arrays[partialSlot] : out;
        boolean separate = folded[0] && parts > 1;
        clear(acc, (separate ? parts : 1) * outSize);
        if (loop.size > 0) {
            int cut = dims[0];
            arena.workers.run(parts, (p, scratch) -> {
                int lo = (int) ((long) cut * p / parts);
                int hi = (int) ((long) cut * (p + 1) / parts);
                part(arena, acc, separate ? p * outSize : 0, lo, hi, scratch);
            });
        }
        if (separate) {
            for (int p = 1; p < parts; p++) {
                combine(acc, p * outSize);
            }
        }
        if (acc != out) {
            Convert.copy(loop.num.kind, acc, 0, Num.kind(value.dtype), out, 0, outSize);
        }
    }

    /** Folds positions lo .. hi-1 of the outermost axis into acc[base ..]. */
    private void part(Arena arena, Object acc, int base, int lo, int hi, Scratch scratch) {
        var blocks = loop.open(arena, scratch);
        boolean plain = loop.isPlainRead();
        int last = dims.length - 1;
        if (last == 0) {
            if (folded[0]) {
                row(arena, blocks, plain, lo, hi - lo, acc, base);
            } else {
                columns(arena, blocks, plain, lo, 1, hi - lo, acc, base + lo);
            }
            return;
        }
        int inner = dims[last];
        int deep = folded[last] ? last : last - 1;
        boolean rows = folded[last];
        int unit = rows ? inner : deep == 0 ? inner : dims[deep] * inner;
        int count = 1;
        for (int i = 1; i < deep; i++) {
            count *= dims[i];
        }
        if (!rows && deep == 0) {
            columns(arena, blocks, plain, lo * inner, hi - lo, inner, acc, base);
            return;
        }
        for (int o = lo; o < hi; o++) {
            for (int u = 0; u < count; u++) {
                int to = base + o * outStrides[0];
                int rest = u;
                for (int i = deep - 1; i > 0; i--) {
                    to += rest % dims[i] * outStrides[i];
                    rest /= dims[i];
                }
                int from = (o * count + u) * unit;
                if (rows) {
                    row(arena, blocks, plain, from, inner, acc, to);
                } else {
                    columns(arena, blocks, plain, from, dims[deep], inner, acc, to);
                }
            }
        }
    }

    private void row(Arena arena, Blocks blocks, boolean plain, int from, int n, Object acc, int to) {
        int r = loop.result;
        if (plain) {
            foldRow(acc, to, blocks.arrays[r], loop.loads.get(r).offset + from, n);
            return;
        }
        for (int i = 0; i < n; i += Loop.BLOCK) {
            int len = Math.min(Loop.BLOCK, n - i);
            loop.block(arena, blocks, from + i, len);
            foldRow(acc, to, blocks.arrays[r], blocks.offsets[r], len);
        }
    }

    private void columns(Arena arena, Blocks blocks, boolean plain, int from, int rows, int n, Object acc, int to) {
        int r = loop.result;
        if (plain) {
            foldColumns(acc, to, blocks.arrays[r], loop.loads.get(r).offset + from, rows, n);
            return;
        }
        if (n <= Loop.BLOCK) {
            int each = Math.max(1, Loop.BLOCK / Math.max(1, n));
            for (int i = 0; i < rows; i += each) {
                int some = Math.min(each, rows - i);
                loop.block(arena, blocks, from + i * n, some * n);
                foldColumns(acc, to, blocks.arrays[r], blocks.offsets[r], some, n);
            }
            return;
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < n; j += Loop.BLOCK) {
                int len = Math.min(Loop.BLOCK, n - j);
                loop.block(arena, blocks, from + i * n + j, len);
                foldColumns(acc, to + j, blocks.arrays[r], blocks.offsets[r], 1, len);
            }
        }
    }

    private void foldRow(Object acc, int to, Object x, int at, int n) {
        switch (acc) {
            case float[] a -> a[to] = Reduce.combine(fold, a[to], Reduce.row(fold, (float[]) x, at, n));
            case double[] a -> a[to] = Reduce.combine(fold, a[to], Reduce.row(fold, (double[]) x, at, n));
            default ->
                ((long[]) acc)[to] = Reduce.combine(fold, ((long[]) acc)[to], Reduce.row(fold, (long[]) x, at, n));
        }
    }

    private void foldColumns(Object acc, int to, Object x, int at, int rows, int n) {
        switch (acc) {
            case float[] a -> Reduce.columns(fold, (float[]) x, at, rows, n, a, to);
            case double[] a -> Reduce.columns(fold, (double[]) x, at, rows, n, a, to);
            default -> Reduce.columns(fold, (long[]) x, at, rows, n, (long[]) acc, to);
        }
    }

    private void clear(Object acc, int n) {
        switch (acc) {
            case float[] a -> Arrays.fill(a, 0, n, Reduce.identity(fold));
            case double[] a -> Arrays.fill(a, 0, n, Reduce.identityDouble(fold));
            default -> Arrays.fill((long[]) acc, 0, n, Reduce.identityLong(fold));
        }
    }

    private void combine(Object acc, int from) {
        foldColumns(acc, 0, acc, from, 1, outSize);
    }

    @Override
    public int[] reads() {
        return LoopStep.reads(loop);
    }

    @Override
    public int[] writes() {
        var stored = LoopStep.writes(loop);
        var all = Arrays.copyOf(stored, stored.length + (partialSlot >= 0 ? 2 : 1));
        all[stored.length] = value.slot;
        if (partialSlot >= 0) {
            all[stored.length + 1] = partialSlot;
        }
        return all;
    }

    @Override
    public long flops() {
        return (long) loop.size * (loop.code.length + 1);
    }

    @Override
    public String describe() {
        var shape = new StringBuilder();
        for (int i = 0; i < dims.length; i++) {
            shape.append(i == 0 ? "" : " ").append(dims[i]).append(folded[i] ? "*" : "");
        }
        return String.format("%-10s", value.op.name().toLowerCase(java.util.Locale.ROOT)) + Shape.of(dims) + " folding "
                + shape + (loop.code.length == 0 ? "" : " of [" + LoopStep.program(loop) + "]");
    }
}
