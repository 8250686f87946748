package soma.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import soma.DType;

/** Steps that fold axes or run along one: sums, extremes, running sums, softmax. */
record RandomFolds(RandomDraft draft) {

    void reduce(int i) {
        var x = draft.node(i);
        int rank = x.shape().rank();
        var axes = new ArrayList<Integer>();
        for (int a = 0; a < rank; a++) {
            if (draft.random.nextBoolean()) {
                axes.add(a);
            }
        }
        if (axes.isEmpty()) {
            axes.addAll(IntStream.range(0, rank).boxed().toList());
        }
        var array = axes.stream().mapToInt(Integer::intValue).toArray();
        int n = 1;
        var shape = x.shape();
        for (int k = array.length - 1; k >= 0; k--) {
            n *= shape.dim(array[k]);
            shape = shape.without(array[k]);
        }
        var out = shape;
        var wide = x.dtype().isFloating() ? x.dtype() : DType.INT64;
        var in = List.of(i);
        int count = n;
        int way = draft.random.nextInt(8);
        switch (draft.smooth() && way > 2 ? 7 : way) {
            case 0, 1, 2 -> {
                // a sum is folded in float32 also where it ends in a half
                double rounding = x.whole() ? 0 : n * x.bound() * Math.sqrt(n) * 0x1p-23;
                if (x.bound() * n < (wide == DType.FLOAT16 ? 30_000 : 0x1p22)) {
                    draft.result(
                            "sum " + axes,
                            wide,
                            out,
                            x.bound() * n,
                            x.error() * n + rounding,
                            x.whole(),
                            in,
                            t -> t.get(0).sum(array),
                            p -> p.get(0).reduce(wide, axes, 0, Double::sum));
                }
            }
            case 3 -> {
                if (n > 0) {
                    draft.result(
                            "amax " + axes,
                            x.dtype(),
                            out,
                            x.bound(),
                            x.error(),
                            x.whole(),
                            in,
                            t -> t.get(0).amax(array),
                            p -> p.get(0).reduce(x.dtype(), axes, Double.NEGATIVE_INFINITY, Math::max));
                }
            }
            case 4 -> {
                if (n > 0) {
                    draft.result(
                            "amin " + axes,
                            x.dtype(),
                            out,
                            x.bound(),
                            x.error(),
                            x.whole(),
                            in,
                            t -> t.get(0).amin(array),
                            p -> p.get(0).reduce(x.dtype(), axes, Double.POSITIVE_INFINITY, Math::min));
                }
            }
            case 5 -> {
                if (x.error() == 0) {
                    draft.truth(
                            "any " + axes,
                            out,
                            in,
                            t -> t.get(0).any(array),
                            p -> p.get(0).reduce(DType.BOOL, axes, 0, (a, b) -> a != 0 || b != 0 ? 1 : 0));
                }
            }
            case 6 -> {
                if (x.error() == 0) {
                    draft.truth(
                            "all " + axes,
                            out,
                            in,
                            t -> t.get(0).all(array),
                            p -> p.get(0).reduce(DType.BOOL, axes, 1, (a, b) -> a != 0 && b != 0 ? 1 : 0));
                }
            }
            default -> {
                if (x.dtype().isFloating() && n > 0 && x.bound() * n < 30_000) {
                    draft.result(
                            "mean " + axes,
                            x.dtype(),
                            out,
                            x.bound(),
                            x.error() + n * x.bound() * 0x1p-23,
                            false,
                            in,
                            t -> t.get(0).mean(array),
                            p -> p.get(0)
                                    .reduce(DType.FLOAT64, axes, 0, Double::sum)
                                    .map(x.dtype(), v -> v / count));
                }
            }
        }
    }

    void cumsum(int i, int a) {
        var x = draft.node(i);
        int n = x.shape().dim(a);
        var wide = x.dtype().isFloating() ? x.dtype() : DType.INT64;
        if (x.bound() * n < (wide == DType.FLOAT16 ? 2048 : wide == DType.BFLOAT16 ? 256 : 0x1p22)) {
            draft.result(
                    "cumsum " + a,
                    wide,
                    x.shape(),
                    x.bound() * n,
                    x.error() * n + (double) n * n * x.bound() * RandomNode.unit(wide),
                    x.whole(),
                    List.of(i),
                    t -> t.get(0).cumsum(a),
                    p -> p.get(0).cumsum(wide, a));
        }
    }

    void argmax(int i, int a) {
        var x = draft.node(i);
        int n = x.shape().dim(a);
        if (n > 0 && x.error() == 0 && !draft.smooth()) {
            draft.result(
                    "argmax " + a,
                    DType.INT64,
                    x.shape().without(a),
                    n,
                    0,
                    true,
                    List.of(i),
                    t -> t.get(0).argmax(a),
                    p -> p.get(0).argExtreme(a, true));
        }
    }

    void softmax(int i, int a) {
        var x = draft.node(i);
        int n = x.shape().dim(a);
        if (x.dtype().isFloating() && n > 0 && x.bound() < 50) {
            draft.result(
                    "softmax " + a,
                    x.dtype(),
                    x.shape(),
                    1,
                    4 * x.error() + 1e-5 + 4 * RandomNode.unit(x.dtype()),
                    false,
                    List.of(i),
                    t -> t.get(0).softmax(a),
                    p -> softmax(p.get(0), a));
        }
    }

    private static Plain softmax(Plain x, int axis) {
        var axes = List.of(axis);
        var peak = x.reduce(DType.FLOAT64, axes, Double.NEGATIVE_INFINITY, Math::max);
        var kept = x.shape().with(axis, 1);
        var e = x.zip(peak.reshape(kept), DType.FLOAT64, (v, m) -> Math.exp(v - m));
        var sum = e.reduce(DType.FLOAT64, axes, 0, Double::sum).reshape(kept);
        return e.zip(sum, x.dtype(), (v, s) -> v / s);
    }
}
