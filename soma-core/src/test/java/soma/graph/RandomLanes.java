package soma.graph;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import soma.DType;
import soma.Tensor;

/** Elementwise steps of one tensor: functions, arithmetic with a number, conversions. */
record RandomLanes(RandomDraft draft) {

    void unary(int i) {
        var x = draft.node(i);
        if (x.dtype() == DType.BOOL) {
            draft.truth(
                    "not",
                    x.shape(),
                    List.of(i),
                    t -> t.get(0).logicalNot(),
                    p -> p.get(0).map(DType.BOOL, v -> v == 0 ? 1 : 0));
            return;
        }
        int way = draft.random.nextInt(x.dtype().isFloating() ? 12 : 5);
        if (draft.smooth() && (way == 1 || way == 2 || way == 4 || way == 11)) {
            return;
        }
        switch (way) {
            case 0 -> lane(i, "neg", x.bound(), 1, true, Tensor::neg, v -> -v);
            case 1 -> lane(i, "abs", x.bound(), 1, true, Tensor::abs, Math::abs);
            case 2 -> lane(i, "relu", x.bound(), 1, true, Tensor::relu, v -> Math.max(v, 0));
            case 3 -> lane(i, "square", x.bound() * x.bound(), 2 * x.bound(), true, Tensor::square, v -> v * v);
            case 4 -> {
                if (x.error() == 0) {
                    lane(i, "sign", 1, 0, true, Tensor::sign, Math::signum);
                }
            }
            case 5 -> lane(i, "tanh", 1, 1, false, Tensor::tanh, Math::tanh);
            case 6 -> lane(i, "sigmoid", 1, 1, false, Tensor::sigmoid, v -> 1 / (1 + Math.exp(-v)));
            case 7 -> {
                if (x.bound() < 1000) {
                    lane(i, "sin", 1, 1, false, Tensor::sin, Math::sin);
                }
            }
            case 8 -> {
                if (x.bound() <= 4) {
                    lane(i, "exp", Math.exp(x.bound()), Math.exp(x.bound()), false, Tensor::exp, Math::exp);
                }
            }
            case 9 ->
                lane(
                        i,
                        "softplus",
                        x.bound() + 1,
                        1,
                        false,
                        Tensor::softplus,
                        v -> Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
            case 10 -> lane(i, "silu", x.bound(), 1.1, false, Tensor::silu, v -> v / (1 + Math.exp(-v)));
            default -> {
                if (x.error() == 0) {
                    lane(i, "floor", x.bound() + 1, 0, true, Tensor::floor, Math::floor);
                }
            }
        }
    }

    /** An elementwise function of one tensor; slope bounds its derivative, exact ones round as plain doubles do. */
    private void lane(
            int i,
            String name,
            double bound,
            double slope,
            boolean exact,
            Function<Tensor, Tensor> f,
            DoubleUnaryOperator g) {
        var x = draft.node(i);
        boolean known = exact && x.error() == 0 && (x.whole() || slope <= 1);
        double error = known ? 0 : slope * x.error() + (exact ? 0 : 8 * RandomNode.unit(x.dtype()) * bound);
        boolean whole = exact && x.whole() || name.equals("sign") || name.equals("floor");
        int made = draft.result(
                name,
                x.dtype(),
                x.shape(),
                bound,
                error,
                whole,
                List.of(i),
                t -> f.apply(t.get(0)),
                p -> p.get(0).map(x.dtype(), g));
        if (known && !whole) {
            draft.markExact(made);
        }
    }

    void scalar(int i) {
        var x = draft.node(i);
        int c = 1 + draft.random.nextInt(5);
        var to = x.dtype() == DType.BOOL ? DType.INT64 : x.dtype();
        var in = List.of(i);
        switch (draft.random.nextInt(draft.smooth() ? 5 : 8)) {
            case 0, 1 -> number("add " + c, to, i, x.bound() + c, x.error(), t -> t.add(c), v -> v + c);
            case 2, 3 -> number("mul " + c, to, i, x.bound() * c, x.error() * c, t -> t.mul(c), v -> v * c);
            case 4 -> number("sub " + c, to, i, x.bound() + c, x.error(), t -> t.sub(c), v -> v - c);
            case 5 -> {
                if (x.dtype() != DType.BOOL) {
                    number(
                            "clamp " + c,
                            to,
                            i,
                            Math.min(x.bound(), c),
                            x.error(),
                            t -> t.clamp(-c, c),
                            v -> clamp(to, v, c));
                }
            }
            case 6 -> {
                if (x.error() == 0 && x.bound() < RandomNode.limit(to)) {
                    draft.truth(
                            "gt " + c,
                            x.shape(),
                            in,
                            t -> t.get(0).gt(c),
                            p -> p.get(0).map(DType.BOOL, v -> v > c ? 1 : 0));
                }
            }
            default -> {
                if (x.whole() && x.bound() < 1 << 20) {
                    number("remainder " + c, to, i, c, 0, t -> t.remainder(c), v -> v - Math.floor(v / c) * c);
                }
            }
        }
    }

    /** A uint8 has no -c: the bound wraps as PyTorch's does. */
    private static double clamp(DType to, double v, int c) {
        return Math.min(Math.max(v, Plain.round(to, -c)), c);
    }

    private void number(
            String name, DType to, int i, double bound, double error, UnaryOperator<Tensor> f, DoubleUnaryOperator g) {
        var x = draft.node(i);
        draft.result(
                name,
                to,
                x.shape(),
                bound,
                error,
                x.whole(),
                List.of(i),
                t -> f.apply(t.get(0)),
                p -> p.get(0).to(to).map(to, g));
    }

    void cast(int i) {
        var x = draft.node(i);
        var to = draft.smooth() ? DType.FLOAT64 : DType.values()[draft.random.nextInt(9)];
        if (to == x.dtype()
                || draft.kind != RandomProgram.Kind.ANY && !to.isFloating()
                || !to.isFloating() && !(x.error() == 0)
                || x.bound() >= RandomNode.limit(to)) {
            return;
        }
        boolean whole = x.whole() || !to.isFloating();
        int made = draft.result(
                "to " + to,
                to,
                x.shape(),
                x.bound(),
                x.error(),
                whole,
                List.of(i),
                t -> t.get(0).to(to),
                p -> p.get(0).to(to));
        if (x.error() == 0) {
            draft.markExact(made);
        }
    }
}
