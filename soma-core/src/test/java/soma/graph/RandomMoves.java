package soma.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import soma.Shape;
import soma.Tensor;

/** Steps that only move elements: views, padding, picking and joining. */
record RandomMoves(RandomDraft draft) {

    void view(int i) {
        var x = draft.node(i);
        var shape = x.shape();
        int rank = shape.rank();
        switch (draft.random.nextInt(rank == 0 ? 2 : 10)) {
            case 0 -> {
                int at = draft.random.nextInt(rank + 1);
                var to = shape.insert(at, 1);
                draft.move("unsqueeze " + at, to, i, t -> t.unsqueeze(at), p -> p.reshape(to));
            }
            case 1 -> {
                var to = shape.insert(0, 1 + draft.random.nextInt(3));
                draft.move("expand", to, i, t -> t.expand(to), p -> p.expand(to));
            }
            case 2, 3 -> {
                var to = refactored(shape.size());
                draft.move("reshape", to, i, t -> t.reshape(to), p -> p.reshape(to));
            }
            case 4, 5 -> {
                var order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
                Collections.shuffle(order, draft.random);
                var axes = order.stream().mapToInt(Integer::intValue).toArray();
                var d = new int[rank];
                for (int k = 0; k < rank; k++) {
                    d[k] = shape.dim(axes[k]);
                }
                draft.move("permute " + order, Shape.of(d), i, t -> t.permute(axes), p -> p.permute(axes));
            }
            case 6 -> {
                int a = draft.random.nextInt(rank);
                int n = shape.dim(a);
                draft.move("flip " + a, shape, i, t -> t.flip(a), p -> p.slice(a, Math.max(0, n - 1), -1, n));
            }
            case 7 -> {
                int a = draft.random.nextInt(rank);
                if (shape.dim(a) > 0) {
                    int at = draft.random.nextInt(shape.dim(a));
                    draft.move(
                            "select " + a + " " + at,
                            shape.without(a),
                            i,
                            t -> t.select(a, at),
                            p -> p.slice(a, at, 1, 1).reshape(shape.without(a)));
                }
            }
            default -> slice(i, draft.random.nextInt(rank));
        }
    }

    private void slice(int i, int a) {
        var shape = draft.node(i).shape();
        int n = shape.dim(a);
        int from = draft.random.nextInt(n + 1);
        int to = draft.random.nextInt(n + 1);
        int step = 1 + draft.random.nextInt(3);
        if (from <= to) {
            int count = (to - from + step - 1) / step;
            draft.move(
                    "slice " + a + " " + from + ":" + to + ":" + step,
                    shape.with(a, count),
                    i,
                    t -> t.slice(a, from, to, step),
                    p -> p.slice(a, count == 0 ? 0 : from, step, count));
        } else {
            int first = Math.min(from, n - 1);
            int count = first <= to ? 0 : (first - to + step - 1) / step;
            draft.move(
                    "slice " + a + " " + from + ":" + to + ":" + -step,
                    shape.with(a, count),
                    i,
                    t -> t.slice(a, from, to, -step),
                    p -> p.slice(a, count == 0 ? 0 : first, -step, count));
        }
    }

    /** Another shape of this many elements. */
    private Shape refactored(int n) {
        var d = new ArrayList<Integer>();
        int rest = n;
        for (int f = 2; rest > 1 && d.size() < 3 && f < 60; f++) {
            if (rest % f == 0 && draft.random.nextBoolean()) {
                d.add(f);
                rest /= f;
            }
        }
        d.add(rest);
        if (draft.random.nextInt(4) == 0) {
            d.add(1);
        }
        Collections.shuffle(d, draft.random);
        return Shape.of(d.stream().mapToInt(Integer::intValue).toArray());
    }

    void pad(int i, int a) {
        var x = draft.node(i);
        int n = x.shape().dim(a);
        int before = draft.random.nextInt(3);
        int after = draft.random.nextInt(3);
        draft.move("pad " + a, x.shape().with(a, n + before + after), i, t -> t.padZeros(a, before, after), p -> {
            var left = new Plain(
                    x.dtype(),
                    x.shape().with(a, before),
                    new double[x.shape().with(a, before).size()]);
            var right = new Plain(
                    x.dtype(),
                    x.shape().with(a, after),
                    new double[x.shape().with(a, after).size()]);
            return Plain.concat(List.of(left, p, right), a, x.dtype());
        });
    }

    void take(int i, int a) {
        var x = draft.node(i);
        int n = x.shape().dim(a);
        if (n > 0 && x.shape().size() < 30_000) {
            int j = draft.indexLeaf(n, 1 + draft.random.nextInt(6));
            draft.result(
                    "take " + a,
                    x.dtype(),
                    x.shape().with(a, draft.node(j).shape().size()),
                    x.bound(),
                    x.error(),
                    x.whole(),
                    List.of(i, j),
                    t -> t.get(0).take(a, t.get(1)),
                    p -> p.get(0).take(a, p.get(1)));
        }
    }

    void join(int i) {
        var x = draft.node(i);
        if (x.shape().rank() == 0) {
            return;
        }
        int a = draft.random.nextInt(x.shape().rank());
        var in = new ArrayList<Integer>();
        in.add(i);
        int parts = draft.random.nextInt(8) == 0 ? 12 : 1 + draft.random.nextInt(3);
        for (int tries = 0; in.size() < parts && tries < 20; tries++) {
            int j = draft.any();
            var y = draft.node(j);
            if (y.shape().rank() == x.shape().rank()
                    && y.shape().with(a, 0).equals(x.shape().with(a, 0))) {
                in.add(j);
            }
        }
        if (in.size() == 1) {
            in.add(draft.leaf(x.shape().with(a, draft.random.nextInt(4)), draft.dtype()));
        }
        var dtype = x.dtype();
        for (int j : in) {
            dtype = Plain.promote(dtype, draft.node(j).dtype());
        }
        var to = dtype;
        double bound = 0;
        double error = 0;
        boolean whole = true;
        int n = 0;
        for (int j : in) {
            var y = draft.node(j);
            if (!y.fits(to)) {
                return;
            }
            bound = Math.max(bound, y.bound());
            error = Math.max(error, y.error());
            whole &= y.whole();
            n += y.shape().dim(a);
        }
        draft.result(
                "cat " + a,
                to,
                x.shape().with(a, n),
                bound,
                error,
                whole,
                in,
                t -> Tensor.cat(a, t.toArray(Tensor[]::new)),
                p -> Plain.concat(p, a, to));
    }
}
