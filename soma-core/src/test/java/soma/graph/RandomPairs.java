package soma.graph;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** Elementwise steps of tensors that broadcast: arithmetic, comparisons, logic and choice. */
record RandomPairs(RandomDraft draft) {

    void binary(int i) {
        var x = draft.node(i);
        int j = draft.partner(x);
        var y = draft.node(j);
        var to = Plain.promote(x.dtype(), x.shape().rank(), y.dtype(), y.shape().rank());
        boolean whole = x.whole() && y.whole();
        var in = List.of(i, j);
        boolean exact = x.error() == 0 && y.error() == 0 && x.fits(to) && y.fits(to);
        switch (draft.random.nextInt(draft.smooth() ? 6 : 10)) {
            case 0, 1, 2 ->
                pair("add", in, to, x.bound() + y.bound(), x.error() + y.error(), whole, Tensor::add, Double::sum);
            case 3 -> {
                if (to != DType.BOOL) {
                    pair(
                            "sub",
                            in,
                            to,
                            x.bound() + y.bound(),
                            x.error() + y.error(),
                            whole,
                            Tensor::sub,
                            (a, b) -> a - b);
                }
            }
            case 4, 5 ->
                pair(
                        "mul",
                        in,
                        to,
                        x.bound() * y.bound(),
                        x.bound() * y.error() + y.bound() * x.error(),
                        whole,
                        Tensor::mul,
                        (a, b) -> a * b);
            case 6 -> {
                if (to != DType.BOOL) {
                    pair(
                            "maximum",
                            in,
                            to,
                            Math.max(x.bound(), y.bound()),
                            Math.max(x.error(), y.error()),
                            whole,
                            Tensor::maximum,
                            Math::max);
                }
            }
            case 7 -> {
                if (to != DType.BOOL) {
                    pair(
                            "minimum",
                            in,
                            to,
                            Math.max(x.bound(), y.bound()),
                            Math.max(x.error(), y.error()),
                            whole,
                            Tensor::minimum,
                            Math::min);
                }
            }
            case 8 -> {
                if (exact) {
                    compare(in, to);
                }
            }
            default -> {
                if (x.error() == 0 && y.error() == 0) {
                    logical(in);
                }
            }
        }
    }

    private void pair(
            String name,
            List<Integer> in,
            DType to,
            double bound,
            double error,
            boolean whole,
            BinaryOperator<Tensor> f,
            DoubleBinaryOperator g) {
        var x = draft.node(in.get(0));
        var y = draft.node(in.get(1));
        if (!x.fits(to) || !y.fits(to)) {
            return;
        }
        // rounding of the operands on the way to the common dtype
        double extra = whole || !to.isFloating()
                ? 0
                : RandomNode.unit(to) * (x.bound() + y.bound()) * Math.max(1, Math.max(x.bound(), y.bound()));
        draft.result(
                name,
                to,
                Shape.broadcast(x.shape(), y.shape(), name),
                bound,
                error + extra,
                whole || !to.isFloating(),
                in,
                t -> f.apply(t.get(0), t.get(1)),
                p -> p.get(0).to(to).zip(p.get(1).to(to), to, g));
    }

    private void compare(List<Integer> in, DType to) {
        var shape = Shape.broadcast(
                draft.node(in.get(0)).shape(), draft.node(in.get(1)).shape(), "compare");
        record Way(String name, BinaryOperator<Tensor> f, DoubleBinaryOperator g) {}
        var ways = List.of(
                new Way("lt", Tensor::lt, (a, b) -> a < b ? 1 : 0),
                new Way("ge", Tensor::ge, (a, b) -> a >= b ? 1 : 0),
                new Way("eq", Tensor::eq, (a, b) -> a == b ? 1 : 0),
                new Way("ne", Tensor::ne, (a, b) -> a != b ? 1 : 0));
        var w = ways.get(draft.random.nextInt(4));
        draft.truth(
                w.name,
                shape,
                in,
                t -> w.f.apply(t.get(0), t.get(1)),
                p -> p.get(0).to(to).zip(p.get(1).to(to), DType.BOOL, w.g));
    }

    private void logical(List<Integer> in) {
        var shape = Shape.broadcast(
                draft.node(in.get(0)).shape(), draft.node(in.get(1)).shape(), "logical");
        switch (draft.random.nextInt(3)) {
            case 0 ->
                draft.truth(
                        "and",
                        shape,
                        in,
                        t -> t.get(0).logicalAnd(t.get(1)),
                        p -> p.get(0).zip(p.get(1), DType.BOOL, (a, b) -> a != 0 && b != 0 ? 1 : 0));
            case 1 ->
                draft.truth(
                        "or",
                        shape,
                        in,
                        t -> t.get(0).logicalOr(t.get(1)),
                        p -> p.get(0).zip(p.get(1), DType.BOOL, (a, b) -> a != 0 || b != 0 ? 1 : 0));
            default ->
                draft.truth(
                        "xor",
                        shape,
                        in,
                        t -> t.get(0).logicalXor(t.get(1)),
                        p -> p.get(0).zip(p.get(1), DType.BOOL, (a, b) -> a != 0 ^ b != 0 ? 1 : 0));
        }
    }

    void where(int i) {
        var x = draft.node(i);
        int j = draft.partner(x);
        var y = draft.node(j);
        var shape = Shape.broadcast(x.shape(), y.shape(), "where");
        int c = -1;
        for (int tries = 0; tries < 8 && c < 0; tries++) {
            int k = draft.any();
            c = draft.node(k).dtype() == DType.BOOL
                            && draft.broadcasts(draft.node(k).shape(), shape)
                    ? k
                    : -1;
        }
        if (c < 0) {
            c = draft.leaf(draft.part(shape), DType.BOOL);
        }
        var to = Plain.promote(x.dtype(), x.shape().rank(), y.dtype(), y.shape().rank());
        if (!x.fits(to) || !y.fits(to)) {
            return;
        }
        draft.result(
                "where",
                to,
                Shape.broadcast(shape, draft.node(c).shape(), "where"),
                Math.max(x.bound(), y.bound()),
                Math.max(x.error(), y.error()),
                x.whole() && y.whole(),
                List.of(c, i, j),
                t -> Tensor.where(t.get(0), t.get(1), t.get(2)),
                p -> Plain.where(p.get(0), p.get(1).to(to), p.get(2).to(to), to));
    }
}
